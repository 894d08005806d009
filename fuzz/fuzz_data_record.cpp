// The first byte says of which kind of data file the others are a line.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/record.h"
#include "data/sample_files.h"

namespace {

using namespace unipic;
using namespace unipic::data;

void require(bool ok) {
  if (!ok) std::abort();
}

void read_record(std::string_view line, RecordKind kind) {
  const auto record = parse_record(line, kind);
  if (const auto* answer = std::get_if<UnderstandingRecord>(&record)) {
    require(trimmed(answer->question) == answer->question);
    require(trimmed(answer->answer) == answer->answer);
  } else if (const auto* edit = std::get_if<EditRecord>(&record)) {
    require(!edit->sources.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    read_record(text, static_cast<RecordKind>(data[0] % 4));
  } catch (const Error&) {
  }
  return 0;
}
