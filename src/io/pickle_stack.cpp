#include "io/pickle_stack.h"

namespace unipic::io {
namespace {

constexpr size_t kMaxNodes = size_t{4} << 20;
constexpr size_t kMaxStack = size_t{4} << 20;
constexpr size_t kMaxMarks = 1000;

}  // namespace

void PickleStack::push(PickleNode node) {
  require(pickle_.nodes.size() < kMaxNodes, "more than {} values", kMaxNodes);
  node.offset = offset_;
  pickle_.nodes.push_back(std::move(node));
  push_ref(static_cast<PickleRef>(pickle_.nodes.size() - 1));
}

void PickleStack::push_items(PickleKind kind, std::vector<PickleRef> items) {
  push({.kind = kind, .items = std::move(items)});
}

void PickleStack::push_ref(PickleRef ref) {
  require(stack_.size() < kMaxStack, "more than {} values on the stack", kMaxStack);
  stack_.push_back(ref);
}

void PickleStack::duplicate() {
  top();
  push_ref(stack_.back());
}

PickleRef PickleStack::pop() {
  top();
  const auto ref = stack_.back();
  stack_.pop_back();
  return ref;
}

std::vector<PickleRef> PickleStack::pop_many(size_t count) {
  require(stack_.size() - floor() >= count, "takes a value from an empty stack");
  std::vector<PickleRef> items(stack_.end() - static_cast<ptrdiff_t>(count), stack_.end());
  stack_.resize(stack_.size() - count);
  return items;
}

std::vector<PickleRef> PickleStack::pop_to_mark() {
  require(!marks_.empty(), "no mark to go back to");
  auto items = pop_many(stack_.size() - marks_.back());
  marks_.pop_back();
  return items;
}

void PickleStack::pop_value_or_mark() {
  if (!marks_.empty() && stack_.size() == marks_.back()) {
    marks_.pop_back();
  } else {
    pop();
  }
}

void PickleStack::mark() {
  require(marks_.size() < kMaxMarks, "nested deeper than {} levels", kMaxMarks);
  marks_.push_back(stack_.size());
}

PickleNode& PickleStack::top() {
  require(stack_.size() > floor(), "takes a value from an empty stack");
  return pickle_.nodes[stack_.back()];
}

void PickleStack::put(uint64_t index) {
  top();
  require(index < kMaxNodes, "memo index {} is beyond {}", index, kMaxNodes);
  if (index >= memo_.size()) memo_.resize(index + 1, kNoPickleRef);
  memo_[index] = stack_.back();
}

void PickleStack::get(uint64_t index) {
  require(index < memo_.size() && memo_[index] != kNoPickleRef, "nothing is memoized as {}", index);
  push_ref(memo_[index]);
}

std::string_view PickleStack::keep(std::string name) {
  return pickle_.global_names.emplace_back(std::move(name));
}

Pickle PickleStack::take(size_t end) {
  pickle_.root = pop();
  pickle_.end = end;
  return std::move(pickle_);
}

}  // namespace unipic::io
