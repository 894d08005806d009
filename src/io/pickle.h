#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace unipic::io {

enum class PickleKind : uint8_t {
  kNone,
  kBool,
  kInt,
  kBigInt,
  kFloat,
  kString,
  kBytes,
  kTuple,
  kList,
  kDict,
  kSet,
  kGlobal,      // `text` is "module.name"
  kCall,        // a call that the pickle asks for and nobody makes: items[0](items[1])
  kPersistent,  // a reference to data outside the pickle: items[0] says which
};

// Index of a node in its `Pickle`. Nodes may share others, and a hostile pickle may make cycles.
using PickleRef = uint32_t;
constexpr PickleRef kNoPickleRef = UINT32_MAX;

struct PickleNode {
  PickleKind kind = PickleKind::kNone;
  PickleRef state = kNoPickleRef;  // what BUILD gave a call's result
  uint64_t offset = 0;             // of the opcode that made it, for messages
  int64_t integer = 0;             // kBool, kInt
  double real = 0;                 // kFloat
  std::string_view text = {};      // kString, kBytes, kGlobal; kBigInt's little-endian bytes
  // kTuple, kList, kSet: the members. kDict: keys and values in turn. kCall: callable, arguments,
  // then the keys and values set on the result in turn.
  std::vector<PickleRef> items = {};
};

// A pickle as data: nothing was executed to read it, and nodes borrow the pickle's bytes.
struct Pickle {
  std::deque<PickleNode> nodes;
  std::deque<std::string> global_names;
  PickleRef root = 0;
  size_t end = 0;  // offset behind the pickle

  const PickleNode& operator[](PickleRef ref) const { return nodes[ref]; }
};

// Reads the pickle that begins at `start` in `bytes`: protocols 2 to 5 without out-of-band buffers.
// Throws `Error` that begins with `where` and the byte offset on a malformed pickle, on one beyond
// 64 MiB or 4 million values, and on a global for which `is_allowed` is false. `where` is like
// "x.bin: data.pkl"; strings are not checked to be UTF-8.
Pickle parse_pickle(std::span<const std::byte> bytes, size_t start, std::string_view where,
                    bool (*is_allowed)(std::string_view global));

}  // namespace unipic::io
