#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "io/byte_reader.h"
#include "io/pickle.h"

namespace unipic::io {

// What the opcodes of a pickle work on: values made so far, a stack of them with marks, and the
// memo. Whatever is out of reach or beyond a limit is an `Error` about the opcode that asked for
// it.
class PickleStack {
 public:
  // Messages are those of `reader`.
  explicit PickleStack(const ByteReader& reader) : reader_(reader) {}

  // Tells where the opcode lies that the following calls serve.
  void set_offset(size_t offset) { offset_ = offset; }

  template <typename... Args>
  void require(bool ok, fmt::format_string<Args...> message, Args&&... args) const {
    reader_.require(ok, offset_, message, std::forward<Args>(args)...);
  }

  // Makes a value and pushes it.
  void push(PickleNode node);
  void push_items(PickleKind kind, std::vector<PickleRef> items);
  void duplicate();

  PickleRef pop();
  std::vector<PickleRef> pop_many(size_t count);
  // Everything above the innermost mark, and the mark.
  std::vector<PickleRef> pop_to_mark();
  // Python's POP, which removes a mark that lies on top.
  void pop_value_or_mark();
  void mark();

  PickleNode& top();
  const PickleNode& operator[](PickleRef ref) const { return pickle_.nodes[ref]; }

  void put(uint64_t index);
  void memoize() { put(memo_.size()); }
  void get(uint64_t index);

  // Keeps the name of a global for as long as the pickle.
  std::string_view keep(std::string name);
  // Ends the pickle, whose value is on top.
  Pickle take(size_t end);

 private:
  void push_ref(PickleRef ref);
  // Values below the innermost mark are out of reach.
  size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  ByteReader reader_;
  size_t offset_ = 0;
  Pickle pickle_;
  std::vector<PickleRef> stack_;
  std::vector<size_t> marks_;  // stack heights
  std::vector<PickleRef> memo_;
};

}  // namespace unipic::io
