#include "text/tokenizer_json.h"

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "text/added_token_files.h"
#include "text/bpe_files.h"

namespace unipic::text {
namespace {

const Json& member(const Json& object, std::string_view key, std::string_view where) {
  check(object.is_object(), "{}: is not a JSON object", where);
  const auto found = object.find(key);
  check(found != object.end(), "{}: '{}' is missing", where, key);
  return *found;
}

std::string type_of(const Json& component, std::string_view where) {
  return json_get<std::string>(component, "type", where);
}

// The steps of a component that is one step, a Sequence of them in `list`, or null.
std::vector<Json> steps_of(const Json& component, std::string_view list, std::string_view where) {
  if (component.is_null()) return {};
  if (type_of(component, where) != "Sequence") return {component};
  const auto& steps = member(component, list, where);
  check(steps.is_array(), "{}: '{}' is not an array", where, list);
  return std::vector<Json>(steps.begin(), steps.end());
}

bool parse_normalizer(const Json& normalizer, std::string_view where) {
  const auto steps = steps_of(normalizer, "normalizers", where);
  for (const auto& step : steps) {
    const auto type = type_of(step, where);
    check(type == "NFC", "{}: normalizer '{}' is not supported, only NFC is", where, type);
  }
  return !steps.empty();
}

std::string parse_split(const Json& split, std::string_view where) {
  const auto behavior = json_get<std::string>(split, "behavior", where);
  check(behavior == "Isolated" && !json_get_or<bool>(split, "invert", false, where),
        "{}: a Split with behavior '{}' or inverted is not supported", where, behavior);
  return json_get<std::string>(member(split, "pattern", where), "Regex", where);
}

void check_byte_level(const Json& step, std::string_view where) {
  check(!json_get_or<bool>(step, "add_prefix_space", true, where) &&
            !json_get_or<bool>(step, "use_regex", true, where),
        "{}: a ByteLevel with add_prefix_space or use_regex is not supported", where);
}

PreSplitter parse_pre_tokenizer(const Json& pre_tokenizer, std::string_view where) {
  const auto steps = steps_of(pre_tokenizer, "pretokenizers", where);
  check(steps.size() == 2 && type_of(steps[0], where) == "Split" &&
            type_of(steps[1], where) == "ByteLevel",
        "{}: only a Split followed by a ByteLevel is supported", where);
  check_byte_level(steps[1], where);
  return PreSplitter(parse_split(steps[0], where), std::string(where));
}

void check_is_plain_bpe(const Json& model, std::string_view where) {
  const auto type = json_get_or<std::string>(model, "type", "BPE", where);
  check(type == "BPE", "{}: model type '{}' is not supported, only BPE is", where, type);
  for (const auto* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const auto affix = json_get_or<std::string>(model, key, "", where);
    check(affix.empty(), "{}: {} '{}' is not supported", where, key, affix);
  }
  for (const auto* key : {"byte_fallback", "ignore_merges"}) {
    check(!json_get_or<bool>(model, key, false, where), "{}: {} is not supported", where, key);
  }
  const auto dropout = json_get_or<double>(model, "dropout", 0.0, where);
  check(dropout == 0, "{}: dropout {} is not supported", where, dropout);
}

// Absent components are null.
Json component(const Json& json, std::string_view key) {
  const auto found = json.find(key);
  return found == json.end() ? Json() : *found;
}

}  // namespace

TokenizerParts parse_tokenizer_json(std::string_view text, std::string_view where) {
  const auto json = parse_json(text, where);
  const auto& model = member(json, "model", where);
  const auto model_where = fmt::format("{}: model", where);
  check_is_plain_bpe(model, model_where);
  auto vocabulary = parse_vocab(member(model, "vocab", model_where), where);
  auto merges = parse_merges(member(model, "merges", model_where), vocabulary, where);
  const auto added = component(json, "added_tokens");
  return {.vocabulary = std::move(vocabulary),
          .merges = std::move(merges),
          .added_tokens =
              added.is_null() ? std::vector<AddedToken>() : parse_added_tokens(added, where),
          .splitter = parse_pre_tokenizer(component(json, "pre_tokenizer"),
                                          fmt::format("{}: pre_tokenizer", where)),
          .use_nfc = parse_normalizer(component(json, "normalizer"),
                                      fmt::format("{}: normalizer", where))};
}

}  // namespace unipic::text
