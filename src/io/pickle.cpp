#include "io/pickle.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "io/byte_reader.h"
#include "io/pickle_opcodes.h"
#include "io/pickle_stack.h"
#include "io/printable.h"

namespace unipic::io {
namespace {

constexpr size_t kMaxBytes = size_t{64} << 20;

using Kind = PickleKind;

class Unpickler {
 public:
  Unpickler(const ByteReader& reader, bool (*is_allowed)(std::string_view))
      : reader_(reader), is_allowed_(is_allowed), stack_(reader) {}

  Pickle run() {
    while (true) {
      stack_.set_offset(reader_.offset());
      const auto opcode = take<uint8_t>();
      if (opcode == op::kStop) return stack_.take(reader_.offset());
      const bool known = run_scalar(opcode) || run_text(opcode) || run_sequence(opcode) ||
                         run_mapping(opcode) || run_memo(opcode) || run_stack(opcode) ||
                         run_call(opcode);
      stack_.require(known, "opcode 0x{:02x} is unknown or not allowed", opcode);
    }
  }

 private:
  // Each of these runs an opcode of its kind and returns false for another.

  bool run_scalar(uint8_t opcode) {
    switch (opcode) {
      case op::kNone:
        stack_.push({.kind = Kind::kNone});
        return true;
      case op::kTrue:
        stack_.push({.kind = Kind::kBool, .integer = 1});
        return true;
      case op::kFalse:
        stack_.push({.kind = Kind::kBool, .integer = 0});
        return true;
      case op::kInt8:
        push_int(take<uint8_t>());
        return true;
      case op::kInt16:
        push_int(take<uint16_t>());
        return true;
      case op::kInt32:
        push_int(take<int32_t>());
        return true;
      case op::kLong1:
        push_long(reader_.take_text(take<uint8_t>()));
        return true;
      case op::kLong4:
        push_long(reader_.take_text(take<uint32_t>()));
        return true;
      case op::kFloat:
        push_float(take<uint64_t>());
        return true;
      default:
        return false;
    }
  }

  bool run_text(uint8_t opcode) {
    switch (opcode) {
      case op::kUnicode8:
      case op::kString8:
        push_text(Kind::kString, take<uint8_t>());
        return true;
      case op::kUnicode32:
      case op::kString32:
        push_text(Kind::kString, take<uint32_t>());
        return true;
      case op::kUnicode64:
        push_text(Kind::kString, take<uint64_t>());
        return true;
      case op::kBytes8:
        push_text(Kind::kBytes, take<uint8_t>());
        return true;
      case op::kBytes32:
        push_text(Kind::kBytes, take<uint32_t>());
        return true;
      case op::kBytes64:
      case op::kByteArray64:
        push_text(Kind::kBytes, take<uint64_t>());
        return true;
      default:
        return false;
    }
  }

  bool run_sequence(uint8_t opcode) {
    switch (opcode) {
      case op::kEmptyTuple:
        stack_.push_items(Kind::kTuple, {});
        return true;
      case op::kTuple1:
        stack_.push_items(Kind::kTuple, stack_.pop_many(1));
        return true;
      case op::kTuple2:
        stack_.push_items(Kind::kTuple, stack_.pop_many(2));
        return true;
      case op::kTuple3:
        stack_.push_items(Kind::kTuple, stack_.pop_many(3));
        return true;
      case op::kTuple:
        stack_.push_items(Kind::kTuple, stack_.pop_to_mark());
        return true;
      case op::kEmptyList:
        stack_.push_items(Kind::kList, {});
        return true;
      case op::kList:
        stack_.push_items(Kind::kList, stack_.pop_to_mark());
        return true;
      case op::kAppend:
        extend(Kind::kList, stack_.pop_many(1));
        return true;
      case op::kAppends:
        extend(Kind::kList, stack_.pop_to_mark());
        return true;
      case op::kEmptySet:
        stack_.push_items(Kind::kSet, {});
        return true;
      case op::kFrozenSet:
        stack_.push_items(Kind::kSet, stack_.pop_to_mark());
        return true;
      case op::kAddItems:
        extend(Kind::kSet, stack_.pop_to_mark());
        return true;
      default:
        return false;
    }
  }

  bool run_mapping(uint8_t opcode) {
    switch (opcode) {
      case op::kEmptyDict:
        stack_.push_items(Kind::kDict, {});
        return true;
      case op::kSetItem:
        set_items(stack_.pop_many(2));
        return true;
      case op::kSetItems:
        set_items(stack_.pop_to_mark());
        return true;
      case op::kDict: {
        const auto items = stack_.pop_to_mark();
        stack_.push_items(Kind::kDict, {});
        set_items(items);
        return true;
      }
      default:
        return false;
    }
  }

  bool run_memo(uint8_t opcode) {
    switch (opcode) {
      case op::kPut:
        stack_.put(take_decimal());
        return true;
      case op::kPut8:
        stack_.put(take<uint8_t>());
        return true;
      case op::kPut32:
        stack_.put(take<uint32_t>());
        return true;
      case op::kMemoize:
        stack_.memoize();
        return true;
      case op::kGet:
        stack_.get(take_decimal());
        return true;
      case op::kGet8:
        stack_.get(take<uint8_t>());
        return true;
      case op::kGet32:
        stack_.get(take<uint32_t>());
        return true;
      default:
        return false;
    }
  }

  bool run_stack(uint8_t opcode) {
    switch (opcode) {
      case op::kMark:
        stack_.mark();
        return true;
      case op::kDup:
        stack_.duplicate();
        return true;
      case op::kPop:
        stack_.pop_value_or_mark();
        return true;
      case op::kPopMark:
        stack_.pop_to_mark();
        return true;
      case op::kProto:
        check_protocol(take<uint8_t>());
        return true;
      case op::kFrame:
        check_frame(take<uint64_t>());
        return true;
      default:
        return false;
    }
  }

  bool run_call(uint8_t opcode) {
    switch (opcode) {
      case op::kGlobal:
        push_line_global();
        return true;
      case op::kStackGlobal:
        push_stack_global();
        return true;
      case op::kReduce:
      case op::kNewObject:
        push_call();
        return true;
      case op::kBuild:
        set_state(stack_.pop());
        return true;
      case op::kPersistentId:
        stack_.push_items(Kind::kPersistent, stack_.pop_many(1));
        return true;
      default:
        return false;
    }
  }

  void push_int(int64_t value) { stack_.push({.kind = Kind::kInt, .integer = value}); }

  // Little-endian two's complement of any length.
  void push_long(std::string_view digits) {
    if (digits.size() > sizeof(int64_t)) {
      stack_.push({.kind = Kind::kBigInt, .text = digits});
      return;
    }
    const bool negative = !digits.empty() && (digits.back() & 0x80) != 0;
    int64_t value = negative ? -1 : 0;
    std::copy(digits.begin(), digits.end(), reinterpret_cast<char*>(&value));
    push_int(value);
  }

  void push_float(uint64_t big_endian) {
    const auto value = std::bit_cast<double>(__builtin_bswap64(big_endian));
    stack_.push({.kind = Kind::kFloat, .real = value});
  }

  void push_text(Kind kind, uint64_t length) {
    stack_.push({.kind = kind, .text = reader_.take_text(length)});
  }

  void extend(Kind kind, const std::vector<PickleRef>& items) {
    auto& target = stack_.top();
    stack_.require(target.kind == kind, "adds items to what is no {}",
                   kind == Kind::kList ? "list" : "set");
    target.items.insert(target.items.end(), items.begin(), items.end());
  }

  void set_items(const std::vector<PickleRef>& items) {
    stack_.require(items.size() % 2 == 0, "sets a key without a value");
    auto& target = stack_.top();
    stack_.require(target.kind == Kind::kDict || target.kind == Kind::kCall,
                   "sets items of what is no dictionary");
    target.items.insert(target.items.end(), items.begin(), items.end());
  }

  void push_call() {
    auto items = stack_.pop_many(2);
    stack_.require(stack_[items[0]].kind == Kind::kGlobal, "calls what is no global");
    stack_.require(stack_[items[1]].kind == Kind::kTuple, "calls with what is no tuple");
    stack_.push_items(Kind::kCall, std::move(items));
  }

  void set_state(PickleRef state) {
    auto& target = stack_.top();
    stack_.require(target.kind == Kind::kCall && target.state == kNoPickleRef,
                   "sets the state of what has none");
    target.state = state;
  }

  void push_line_global() {
    const auto module = take_line();
    push_global(module, take_line());
  }

  void push_stack_global() {
    const auto names = stack_.pop_many(2);
    const auto is_string = [&](PickleRef ref) { return stack_[ref].kind == Kind::kString; };
    stack_.require(std::ranges::all_of(names, is_string), "a global's name is no string");
    push_global(stack_[names[0]].text, stack_[names[1]].text);
  }

  void push_global(std::string_view module, std::string_view name) {
    auto global = fmt::format("{}.{}", module, name);
    stack_.require(is_allowed_(global), "refuses to load {}", printable(global));
    stack_.push({.kind = Kind::kGlobal, .text = stack_.keep(std::move(global))});
  }

  void check_protocol(uint8_t protocol) const {
    stack_.require(protocol >= 2 && protocol <= 5, "pickle protocol {}, 2 to 5 are read", protocol);
  }

  void check_frame(uint64_t length) const {
    stack_.require(length <= reader_.left(), "frame of {} bytes, {} are left", length,
                   reader_.left());
  }

  template <typename Number>
  Number take() {
    return reader_.take_number<Number>();
  }

  std::string_view take_line() {
    const auto rest = ByteReader(reader_).take_text(reader_.left());
    const size_t length = rest.find('\n');
    stack_.require(length != std::string_view::npos, "a line without an end");
    const auto line = reader_.take_text(length);
    reader_.take(1);
    return line;
  }

  uint64_t take_decimal() {
    const auto line = take_line();
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    stack_.require(error == std::errc() && end == line.data() + line.size(),
                   "'{}' is no memo index", printable(line));
    return value;
  }

  ByteReader reader_;
  bool (*is_allowed_)(std::string_view);
  PickleStack stack_;
};

}  // namespace

Pickle parse_pickle(std::span<const std::byte> bytes, size_t start, std::string_view where,
                    bool (*is_allowed)(std::string_view global)) {
  const auto readable = bytes.first(std::min(bytes.size(), start + kMaxBytes));
  return Unpickler(ByteReader(readable, where, start), is_allowed).run();
}

}  // namespace unipic::io
