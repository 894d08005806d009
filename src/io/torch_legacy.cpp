#include "io/torch_legacy.h"

#include <algorithm>

#include "io/byte_reader.h"
#include "io/printable.h"
#include "io/torch_globals.h"
#include "io/torch_tree.h"

namespace unipic::io {
namespace {

using Kind = PickleKind;

// 0x1950a86a20f9469cfc6c, little-endian.
constexpr std::string_view kMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::string_view kLongOpcode = "\x8a\x0a";
constexpr int64_t kVersion = 1001;

void check_little_endian(const Pickle& system, std::string_view name) {
  const auto& items = system[system.root].items;
  for (size_t item = 0; item + 1 < items.size(); item += 2) {
    if (system[items[item]].text != "little_endian") continue;
    check(system[items[item + 1]].integer != 0, "{}: byte order is big, only little is read", name);
  }
}

// Element size of every storage that the object refers to, by key.
std::map<std::string_view, size_t> element_sizes(const Pickle& object, std::string_view where) {
  std::map<std::string_view, size_t> sizes;
  for (const auto& node : object.nodes) {
    if (node.kind != Kind::kPersistent) continue;
    const auto storage = read_storage_ref(object, node, where);
    sizes.emplace(storage.key, size_of(storage.dtype));
  }
  return sizes;
}

TorchStorages read_storages(ByteReader reader, const Pickle& keys,
                            const std::map<std::string_view, size_t>& sizes) {
  const auto& list = keys[keys.root];
  reader.require(list.kind == Kind::kList, list.offset, "no list of storage keys");
  TorchStorages storages;
  for (const auto item : list.items) {
    const auto key = keys[item].text;
    const auto size = sizes.find(key);
    reader.require(size != sizes.end(), reader.offset(), "no tensor uses storage '{}'",
                   printable(key));
    const auto count = reader.take_number<uint64_t>();
    reader.require(count <= reader.left() / size->second, reader.offset(),
                   "storage '{}' has {} elements of {} bytes, {} bytes are left", printable(key),
                   count, size->second, reader.left());
    storages.emplace(key, reader.take(count * size->second));
  }
  return storages;
}

}  // namespace

bool is_torch_legacy(std::span<const std::byte> bytes) {
  constexpr size_t kProtocolBytes = 2;
  if (bytes.size() < kProtocolBytes + kLongOpcode.size() + kMagic.size()) return false;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.substr(kProtocolBytes, kLongOpcode.size()) == kLongOpcode &&
         text.substr(kProtocolBytes + kLongOpcode.size(), kMagic.size()) == kMagic;
}

TensorFile parse_torch_legacy(std::span<const std::byte> bytes, std::string_view name,
                              std::string_view key) {
  const auto where = fmt::format("{}:", name);
  size_t at = 0;
  const auto next = [&] {
    auto pickle = parse_pickle(bytes, at, where, is_torch_global);
    at = pickle.end;
    return pickle;
  };
  next();  // the magic number
  const auto version = next();
  const int64_t number = version[version.root].integer;
  check(number == kVersion, "{}: torch layout version {}, only {} is read", name, number, kVersion);
  check_little_endian(next(), name);
  const auto object = next();
  const auto keys = next();
  const auto storages =
      read_storages(ByteReader(bytes, where, at), keys, element_sizes(object, where));
  return flatten({object, storages, where, name}, key);
}

}  // namespace unipic::io
