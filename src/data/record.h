#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "data/sample.h"
#include "data/sample_files.h"

namespace unipic::data {

// A sample as a data file describes it: texts, and the names of image files.
struct TextToImageRecord {
  std::string image;
  std::string caption;

  bool operator==(const TextToImageRecord&) const = default;
};

struct UnderstandingRecord {
  std::string image;
  std::string question;
  std::string answer;

  bool operator==(const UnderstandingRecord&) const = default;
};

struct EditRecord {
  std::vector<std::string> sources;
  std::string target;
  std::string instruction;

  bool operator==(const EditRecord&) const = default;
};

using Record = std::variant<TextToImageRecord, UnderstandingRecord, EditRecord>;

// The JSON objects that records are read from; other members of them are ignored.
enum class RecordKind {
  kTextToImage,     // {"image": FILE, "caption": TEXT}
  kUnderstanding,   // {"image": FILE, "conversations": [{"value": QUESTION}, {"value": ANSWER}]}
  kEdit,            // {"images": [FILE, ...], "image": FILE, "prompt": TEXT}
  kReconstruction,  // {"image": FILE}: an edit that repeats the image
};

// What `kTextToImage` calls its members.
struct RecordKeys {
  std::string image = "image";
  std::string caption = "caption";
};

// The instruction of `kReconstruction`.
constexpr std::string_view kRepeatThisImage = "Repeat this image.";

// The record in a JSON object. Of a conversation the first two turns count; "<image>" and white
// space at the ends are removed from both. Throws `Error`.
Record to_record(const Json& json, RecordKind kind, const RecordKeys& keys = {});

// The record in one line of a JSON Lines file, at most 4 MiB long. Throws `Error`.
Record parse_record(std::string_view line, RecordKind kind, const RecordKeys& keys = {});

// Reads the images of `record`. Throws `Error`.
Sample read_sample(Record record, const SampleFiles& files);

}  // namespace unipic::data
