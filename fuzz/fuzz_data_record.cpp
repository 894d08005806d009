// The first byte says what the others are: a line of one of the data files, or a loader's state.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/loader_state.h"
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

// A state that was accepted must survive being written and read again.
void read_state(std::string_view text) {
  const auto state = loader_state_from_json(parse_json(text, "input"), "input");
  const auto again = parse_json(to_json(state).dump(), "again");
  require(loader_state_from_json(again, "again") == state);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    const int what = data[0] % 5;
    if (what == 4) {
      read_state(text);
    } else {
      read_record(text, static_cast<RecordKind>(what));
    }
  } catch (const Error&) {
  }
  return 0;
}
