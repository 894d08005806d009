#include "text/bpe_files.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.h"

namespace unipic::text {
namespace {

constexpr size_t kMaxMerges = size_t{1} << 24;

// Resolves the tokens of merges; `place` and `number` say which merge it is ("line", 3).
class MergeReader {
 public:
  MergeReader(const Vocabulary& vocabulary, std::string_view where, std::string_view place)
      : vocabulary_(vocabulary), where_(where), place_(place) {}

  void add(std::string_view left, std::string_view right, size_t number) {
    check(merges_.size() < kMaxMerges, "{}: {} {}: more than {} merges", where_, place_, number,
          kMaxMerges);
    joined_.assign(left).append(right);
    merges_.push_back({id_of(left, number), id_of(right, number), id_of(joined_, number)});
  }

  void add(std::string_view line, size_t number) {
    const size_t space = line.find(' ');
    const bool is_pair = space != line.npos && space > 0 && space + 1 < line.size() &&
                         line.find(' ', space + 1) == line.npos;
    check(is_pair, "{}: {} {}: '{}' is not two tokens with a space between", where_, place_, number,
          line);
    add(line.substr(0, space), line.substr(space + 1), number);
  }

  std::vector<BpeMerge> take() { return std::move(merges_); }

 private:
  int32_t id_of(std::string_view token, size_t number) const {
    const auto id = vocabulary_.find(token);
    check(id.has_value(), "{}: {} {}: token '{}' is not in the vocabulary", where_, place_, number,
          token);
    return *id;
  }

  const Vocabulary& vocabulary_;
  std::string_view where_, place_;
  std::string joined_;
  std::vector<BpeMerge> merges_;
};

}  // namespace

Vocabulary parse_vocab_json(std::string_view text, std::string_view where) {
  return parse_vocab(parse_json(text, where), where);
}

Vocabulary parse_vocab(const Json& vocab, std::string_view where) {
  check(vocab.is_object(), "{}: the vocabulary is not a JSON object", where);
  Vocabulary vocabulary;
  vocabulary.reserve(vocab.size());
  for (const auto& [token, id] : vocab.get_ref<const Json::object_t&>()) {
    check(id.is_number_unsigned() && id.get<uint64_t>() <= Vocabulary::kMaxId,
          "{}: the id of token '{}' is not a whole number from 0 to {}", where, token,
          Vocabulary::kMaxId);
    vocabulary.add(token, id.get<int64_t>(), where);
  }
  return vocabulary;
}

std::vector<BpeMerge> parse_merges_txt(std::string_view text, const Vocabulary& vocabulary,
                                       std::string_view where) {
  MergeReader reader(vocabulary, where, "line");
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t length = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || (number == 1 && line.starts_with("#version"))) continue;
    reader.add(line, number);
  }
  return reader.take();
}

std::vector<BpeMerge> parse_merges(const Json& merges, const Vocabulary& vocabulary,
                                   std::string_view where) {
  check(merges.is_array(), "{}: the merges are not a JSON array", where);
  MergeReader reader(vocabulary, where, "merge");
  for (size_t number = 0; number < merges.size(); ++number) {
    const auto& merge = merges[number];
    if (merge.is_string()) {
      reader.add(merge.get_ref<const std::string&>(), number);
      continue;
    }
    check(merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string(),
          "{}: merge {} is neither two tokens nor a string of them", where, number);
    reader.add(merge[0].get_ref<const std::string&>(), merge[1].get_ref<const std::string&>(),
               number);
  }
  return reader.take();
}

}  // namespace unipic::text
