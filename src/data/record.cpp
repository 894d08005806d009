#include "data/record.h"

#include <utility>

#include "base/check.h"

namespace unipic::data {
namespace {

constexpr size_t kMaxLineBytes = size_t{4} << 20;
constexpr size_t kMaxEditSources = 16;
constexpr std::string_view kWhere = "record";

const Json& array_of(const Json& json, std::string_view key) {
  const auto member = json.is_object() ? json.find(key) : json.end();
  check(json.is_object() && member != json.end(), "{}: '{}' is missing", kWhere, key);
  check(member->is_array(), "{}: '{}' is not a list", kWhere, key);
  return *member;
}

std::string clean_turn(std::string_view text) {
  constexpr std::string_view kImage = "<image>";
  std::string clean;
  size_t begin = 0;
  for (size_t at; (at = text.find(kImage, begin)) != text.npos; begin = at + kImage.size()) {
    clean += text.substr(begin, at - begin);
  }
  clean += text.substr(begin);
  return std::string(trimmed(clean));
}

UnderstandingRecord to_understanding(const Json& json) {
  auto image = json_get<std::string>(json, "image", kWhere);
  const auto& turns = array_of(json, "conversations");
  check(turns.size() >= 2, "{}: 'conversations' has {} turns, a question and an answer are needed",
        kWhere, turns.size());
  return {.image = std::move(image),
          .question = clean_turn(json_get<std::string>(turns[0], "value", "question")),
          .answer = clean_turn(json_get<std::string>(turns[1], "value", "answer"))};
}

EditRecord to_edit(const Json& json) {
  EditRecord record;
  const auto& sources = array_of(json, "images");
  check(!sources.empty() && sources.size() <= kMaxEditSources,
        "{}: 'images' names {} files, 1 to {} are possible", kWhere, sources.size(),
        kMaxEditSources);
  for (const auto& source : sources) {
    check(source.is_string(), "{}: 'images' holds something that is not a string", kWhere);
    record.sources.push_back(source.get<std::string>());
  }
  record.target = json_get<std::string>(json, "image", kWhere);
  record.instruction = json_get<std::string>(json, "prompt", kWhere);
  return record;
}

Sample read_edit(EditRecord record, const SampleFiles& files) {
  Edit edit;
  for (const auto& source : record.sources) edit.sources.push_back(files.image(source));
  const bool repeats = record.sources.front() == record.target;
  edit.target = repeats ? edit.sources.front() : files.image(record.target);
  edit.instruction = std::move(record.instruction);
  return edit;
}

}  // namespace

Record to_record(const Json& json, RecordKind kind, const RecordKeys& keys) {
  switch (kind) {
    case RecordKind::kTextToImage:
      return TextToImageRecord{.image = json_get<std::string>(json, keys.image, kWhere),
                               .caption = json_get<std::string>(json, keys.caption, kWhere)};
    case RecordKind::kUnderstanding:
      return to_understanding(json);
    case RecordKind::kEdit:
      return to_edit(json);
    case RecordKind::kReconstruction:
      break;
  }
  auto image = json_get<std::string>(json, "image", kWhere);
  return EditRecord{
      .sources = {image}, .target = image, .instruction = std::string(kRepeatThisImage)};
}

Record parse_record(std::string_view line, RecordKind kind, const RecordKeys& keys) {
  check(line.size() <= kMaxLineBytes, "{}: a line of {} bytes, at most {} are read", kWhere,
        line.size(), kMaxLineBytes);
  return to_record(parse_json(line, kWhere), kind, keys);
}

Sample read_sample(Record record, const SampleFiles& files) {
  if (auto* picture = std::get_if<TextToImageRecord>(&record)) {
    return TextToImage{.image = files.image(picture->image),
                       .caption = std::move(picture->caption)};
  }
  if (auto* answer = std::get_if<UnderstandingRecord>(&record)) {
    return Understanding{.image = files.image(answer->image),
                         .question = std::move(answer->question),
                         .answer = std::move(answer->answer)};
  }
  return read_edit(std::move(std::get<EditRecord>(record)), files);
}

}  // namespace unipic::data
