#include "eval/geneval/prompt.h"

#include <algorithm>
#include <initializer_list>

#include "base/check.h"
#include "base/mapped_file.h"

namespace unipic::eval {
namespace {

constexpr size_t kMaxFileBytes = size_t{64} << 20;
constexpr size_t kMaxLineBytes = size_t{64} << 10;
constexpr int64_t kMaxCount = 1000;

// A misspelt key that is ignored would change what a picture is judged by.
void check_keys(const Json& json, std::initializer_list<std::string_view> known,
                std::string_view where) {
  check(json.is_object(), "{}: is not a JSON object", where);
  for (const auto& [key, value] : json.items()) {
    check(std::ranges::find(known, key) != known.end(), "{}: unknown key '{}'", where, key);
  }
}

std::string text_of(const Json& json, std::string_view key, std::string_view where) {
  auto text = json_get<std::string>(json, key, where);
  check(!text.empty(), "{}: '{}' is empty", where, key);
  return text;
}

int64_t count_of(const Json& json, std::string_view where) {
  const auto count = json_get<int64_t>(json, "count", where);
  check(count >= 1 && count <= kMaxCount, "{}: 'count' is {}, not from 1 to {}", where, count,
        kMaxCount);
  return count;
}

Color color_of(const Json& json, std::string_view where) {
  const auto name = json_get<std::string>(json, "color", where);
  const auto color = color_named(name);
  check(color.has_value(), "{}: '{}' is not one of GenEval's ten colors", where, name);
  return *color;
}

Placement placement_of(const Json& pair, size_t clause, std::string_view where) {
  check(pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_number_integer(),
        "{}: 'position' is not a relation and the index of a clause", where);
  const auto name = pair[0].get<std::string>();
  const auto relation = relation_named(name);
  check(relation.has_value(), "{}: '{}' is not left of, right of, above or below", where, name);
  const auto target = pair[1].get<int64_t>();
  check(target >= 0 && static_cast<size_t>(target) < clause,
        "{}: 'position' points to clause {}, which is not an earlier one", where, target);
  return {.relation = *relation, .target = static_cast<size_t>(target)};
}

IncludeClause include_clause(const Json& json, size_t clause, std::string_view where) {
  check_keys(json, {"class", "count", "color", "position"}, where);
  IncludeClause wanted{.class_name = text_of(json, "class", where), .count = count_of(json, where)};
  if (json.contains("color")) wanted.color = color_of(json, where);
  if (json.contains("position")) wanted.placement = placement_of(json["position"], clause, where);
  return wanted;
}

const Json& list_of(const Json& json, std::string_view key, std::string_view where) {
  const auto& list = json[key];
  check(list.is_array(), "{}: '{}' is not a list", where, key);
  return list;
}

std::string_view without_carriage_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

GenEvalPrompt geneval_prompt_from_json(const Json& json, std::string_view where) {
  check_keys(json, {"tag", "include", "exclude", "prompt"}, where);
  GenEvalPrompt prompt{.tag = text_of(json, "tag", where),
                       .prompt = text_of(json, "prompt", where)};
  check(json.contains("include"), "{}: 'include' is missing", where);
  for (const auto& clause : list_of(json, "include", where)) {
    const auto index = prompt.include.size();
    prompt.include.push_back(
        include_clause(clause, index, fmt::format("{}: include clause {}", where, index)));
  }
  if (!json.contains("exclude")) return prompt;
  for (const auto& clause : list_of(json, "exclude", where)) {
    const auto place = fmt::format("{}: exclude clause {}", where, prompt.exclude.size());
    check_keys(clause, {"class", "count"}, place);
    prompt.exclude.push_back(
        {.class_name = text_of(clause, "class", place), .count = count_of(clause, place)});
  }
  return prompt;
}

std::vector<GenEvalPrompt> parse_geneval_prompts(std::string_view text, std::string_view where) {
  std::vector<GenEvalPrompt> prompts;
  for (int64_t number = 1; !text.empty(); ++number) {
    const auto line = without_carriage_return(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    if (line.empty()) continue;
    const auto place = fmt::format("{}: line {}", where, number);
    check(line.size() <= kMaxLineBytes, "{}: {} bytes, at most {} are read", place, line.size(),
          kMaxLineBytes);
    prompts.push_back(geneval_prompt_from_json(parse_json(line, place), place));
    prompts.back().line = line;
  }
  check(!prompts.empty(), "{}: holds no prompt", where);
  return prompts;
}

std::vector<GenEvalPrompt> read_geneval_prompts(const std::filesystem::path& path) {
  const auto file = MappedFile::open(path);
  const auto bytes = file->bytes();
  check(bytes.size() <= kMaxFileBytes, "{}: {} bytes of prompts, at most {} are read",
        path.string(), bytes.size(), kMaxFileBytes);
  return parse_geneval_prompts({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                               path.string());
}

}  // namespace unipic::eval
