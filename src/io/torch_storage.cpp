#include "io/torch_storage.h"

#include "base/check.h"
#include "io/torch_globals.h"

namespace unipic::io {
namespace {

// Old files add a sixth item, which is None unless the storage is a part of another.
bool is_storage_id(const Pickle& pickle, const PickleNode& id) {
  using enum PickleKind;
  if (id.kind != kTuple || id.items.size() < 5 || id.items.size() > 6) return false;
  const auto kind = [&](size_t item) { return pickle[id.items[item]].kind; };
  return kind(0) == kString && pickle[id.items[0]].text == "storage" && kind(1) == kGlobal &&
         kind(2) == kString && kind(4) == kInt && (id.items.size() == 5 || kind(5) == kNone);
}

}  // namespace

TorchStorageRef read_storage_ref(const Pickle& pickle, const PickleNode& persistent,
                                 std::string_view where) {
  const auto& id = pickle[persistent.items[0]];
  check(is_storage_id(pickle, id), "{} byte {}: refers to outside data that is no storage", where,
        persistent.offset);
  const auto storage_class = pickle[id.items[1]].text;
  const auto dtype = torch_storage_dtype(storage_class);
  check(dtype.has_value(), "{} byte {}: {} is no storage class", where, persistent.offset,
        storage_class);
  const int64_t num_elements = pickle[id.items[4]].integer;
  uint64_t num_bytes = 0;
  const bool fits =
      num_elements >= 0 && !__builtin_mul_overflow(num_elements, size_of(*dtype), &num_bytes);
  check(fits, "{} byte {}: storage of {} elements", where, persistent.offset, num_elements);
  return {*dtype, pickle[id.items[2]].text, num_bytes};
}

}  // namespace unipic::io
