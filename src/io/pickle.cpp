#include "io/pickle.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "io/byte_reader.h"
#include "io/pickle_opcodes.h"
#include "io/printable.h"

namespace unipic::io {
namespace {

constexpr size_t kMaxBytes = size_t{64} << 20;
constexpr size_t kMaxNodes = size_t{4} << 20;
constexpr size_t kMaxStack = size_t{4} << 20;
constexpr size_t kMaxMarks = 1000;

using Kind = PickleKind;

class Unpickler {
 public:
  Unpickler(ByteReader reader, bool (*is_allowed)(std::string_view))
      : reader_(reader), is_allowed_(is_allowed) {}

  Pickle run() {
    while (true) {
      at_ = reader_.offset();
      const auto opcode = reader_.take_number<uint8_t>();
      if (opcode == op::kStop) break;
      const bool known = run_scalar(opcode) || run_text(opcode) || run_sequence(opcode) ||
                         run_mapping(opcode) || run_memo(opcode) || run_stack(opcode) ||
                         run_call(opcode);
      require(known, "opcode 0x{:02x} is unknown or not allowed", opcode);
    }
    pickle_.root = pop();
    pickle_.end = reader_.offset();
    return std::move(pickle_);
  }

 private:
  template <typename... Args>
  void require(bool ok, fmt::format_string<Args...> message, Args&&... args) const {
    reader_.require(ok, at_, message, std::forward<Args>(args)...);
  }

  void push(PickleNode node) {
    require(pickle_.nodes.size() < kMaxNodes, "more than {} values", kMaxNodes);
    node.offset = at_;
    pickle_.nodes.push_back(std::move(node));
    push_ref(static_cast<PickleRef>(pickle_.nodes.size() - 1));
  }

  void push_ref(PickleRef ref) {
    require(stack_.size() < kMaxStack, "more than {} values on the stack", kMaxStack);
    stack_.push_back(ref);
  }

  void push_items(Kind kind, std::vector<PickleRef> items) {
    push({.kind = kind, .items = std::move(items)});
  }

  // Values below the innermost mark are out of reach.
  size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  PickleRef pop() {
    require(stack_.size() > floor(), "takes a value from an empty stack");
    const auto ref = stack_.back();
    stack_.pop_back();
    return ref;
  }

  std::vector<PickleRef> pop_many(size_t count) {
    require(stack_.size() - floor() >= count, "takes a value from an empty stack");
    std::vector<PickleRef> items(stack_.end() - static_cast<ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return items;
  }

  std::vector<PickleRef> pop_to_mark() {
    require(!marks_.empty(), "no mark to go back to");
    auto items = pop_many(stack_.size() - marks_.back());
    marks_.pop_back();
    return items;
  }

  PickleNode& top() {
    require(stack_.size() > floor(), "takes a value from an empty stack");
    return pickle_.nodes[stack_.back()];
  }

  const PickleNode& node(PickleRef ref) const { return pickle_.nodes[ref]; }

  bool run_scalar(uint8_t opcode) {
    switch (opcode) {
      case op::kNone:
        push({.kind = Kind::kNone});
        return true;
      case op::kTrue:
        push({.kind = Kind::kBool, .integer = 1});
        return true;
      case op::kFalse:
        push({.kind = Kind::kBool, .integer = 0});
        return true;
      case op::kInt8:
        push_int(reader_.take_number<uint8_t>());
        return true;
      case op::kInt16:
        push_int(reader_.take_number<uint16_t>());
        return true;
      case op::kInt32:
        push_int(reader_.take_number<int32_t>());
        return true;
      case op::kLong1:
        push_long(reader_.take_text(reader_.take_number<uint8_t>()));
        return true;
      case op::kLong4:
        push_long(reader_.take_text(reader_.take_number<uint32_t>()));
        return true;
      case op::kFloat:
        push_float(reader_.take_number<uint64_t>());
        return true;
      default:
        return false;
    }
  }

  void push_int(int64_t value) { push({.kind = Kind::kInt, .integer = value}); }

  // Little-endian two's complement of any length.
  void push_long(std::string_view digits) {
    if (digits.size() > sizeof(int64_t)) {
      push({.kind = Kind::kBigInt, .text = digits});
      return;
    }
    const bool negative = !digits.empty() && (digits.back() & 0x80) != 0;
    int64_t value = negative ? -1 : 0;
    std::copy(digits.begin(), digits.end(), reinterpret_cast<char*>(&value));
    push_int(value);
  }

  void push_float(uint64_t big_endian) {
    push({.kind = Kind::kFloat, .real = std::bit_cast<double>(__builtin_bswap64(big_endian))});
  }

  bool run_text(uint8_t opcode) {
    switch (opcode) {
      case op::kUnicode8:
        push_text<uint8_t>(Kind::kString);
        return true;
      case op::kUnicode32:
        push_text<uint32_t>(Kind::kString);
        return true;
      case op::kUnicode64:
        push_text<uint64_t>(Kind::kString);
        return true;
      // Python 2's str, which is what its dictionaries have for keys.
      case op::kString8:
        push_text<uint8_t>(Kind::kString);
        return true;
      case op::kString32:
        push_text<uint32_t>(Kind::kString);
        return true;
      case op::kBytes8:
        push_text<uint8_t>(Kind::kBytes);
        return true;
      case op::kBytes32:
        push_text<uint32_t>(Kind::kBytes);
        return true;
      case op::kBytes64:
        push_text<uint64_t>(Kind::kBytes);
        return true;
      case op::kByteArray64:
        push_text<uint64_t>(Kind::kBytes);
        return true;
      default:
        return false;
    }
  }

  template <typename Length>
  void push_text(Kind kind) {
    push({.kind = kind, .text = reader_.take_text(reader_.take_number<Length>())});
  }

  bool run_sequence(uint8_t opcode) {
    switch (opcode) {
      case op::kEmptyTuple:
        push_items(Kind::kTuple, {});
        return true;
      case op::kTuple1:
        push_items(Kind::kTuple, pop_many(1));
        return true;
      case op::kTuple2:
        push_items(Kind::kTuple, pop_many(2));
        return true;
      case op::kTuple3:
        push_items(Kind::kTuple, pop_many(3));
        return true;
      case op::kTuple:
        push_items(Kind::kTuple, pop_to_mark());
        return true;
      case op::kEmptyList:
        push_items(Kind::kList, {});
        return true;
      case op::kList:
        push_items(Kind::kList, pop_to_mark());
        return true;
      case op::kAppend:
        extend(Kind::kList, pop_many(1));
        return true;
      case op::kAppends:
        extend(Kind::kList, pop_to_mark());
        return true;
      case op::kEmptySet:
        push_items(Kind::kSet, {});
        return true;
      case op::kFrozenSet:
        push_items(Kind::kSet, pop_to_mark());
        return true;
      case op::kAddItems:
        extend(Kind::kSet, pop_to_mark());
        return true;
      default:
        return false;
    }
  }

  void extend(Kind kind, const std::vector<PickleRef>& items) {
    auto& target = top();
    require(target.kind == kind, "adds items to what is no {}",
            kind == Kind::kList ? "list" : "set");
    target.items.insert(target.items.end(), items.begin(), items.end());
  }

  bool run_mapping(uint8_t opcode) {
    switch (opcode) {
      case op::kEmptyDict:
        push_items(Kind::kDict, {});
        return true;
      case op::kSetItem:
        set_items(pop_many(2));
        return true;
      case op::kSetItems:
        set_items(pop_to_mark());
        return true;
      case op::kDict: {
        const auto items = pop_to_mark();
        push_items(Kind::kDict, {});
        set_items(items);
        return true;
      }
      default:
        return false;
    }
  }

  void set_items(const std::vector<PickleRef>& items) {
    require(items.size() % 2 == 0, "sets a key without a value");
    auto& target = top();
    require(target.kind == Kind::kDict || target.kind == Kind::kCall,
            "sets items of what is no dictionary");
    target.items.insert(target.items.end(), items.begin(), items.end());
  }

  bool run_memo(uint8_t opcode) {
    switch (opcode) {
      case op::kPut:
        put(take_decimal());
        return true;
      case op::kPut8:
        put(reader_.take_number<uint8_t>());
        return true;
      case op::kPut32:
        put(reader_.take_number<uint32_t>());
        return true;
      case op::kMemoize:
        put(memo_.size());
        return true;
      case op::kGet:
        get(take_decimal());
        return true;
      case op::kGet8:
        get(reader_.take_number<uint8_t>());
        return true;
      case op::kGet32:
        get(reader_.take_number<uint32_t>());
        return true;
      default:
        return false;
    }
  }

  void put(uint64_t index) {
    top();
    require(index < kMaxNodes, "memo index {} is beyond {}", index, kMaxNodes);
    if (index >= memo_.size()) memo_.resize(index + 1, kNoPickleRef);
    memo_[index] = stack_.back();
  }

  void get(uint64_t index) {
    require(index < memo_.size() && memo_[index] != kNoPickleRef, "nothing is memoized as {}",
            index);
    push_ref(memo_[index]);
  }

  bool run_stack(uint8_t opcode) {
    switch (opcode) {
      case op::kMark:
        require(marks_.size() < kMaxMarks, "nested deeper than {} levels", kMaxMarks);
        marks_.push_back(stack_.size());
        return true;
      case op::kDup:
        top();
        push_ref(stack_.back());
        return true;
      case op::kPopMark:
        pop_to_mark();
        return true;
      case op::kPop:
        if (!marks_.empty() && stack_.size() == marks_.back()) {
          marks_.pop_back();
        } else {
          pop();
        }
        return true;
      case op::kProto: {
        const auto protocol = reader_.take_number<uint8_t>();
        require(protocol >= 2 && protocol <= 5, "pickle protocol {}, 2 to 5 are read", protocol);
        return true;
      }
      case op::kFrame: {
        const auto length = reader_.take_number<uint64_t>();
        require(length <= reader_.left(), "frame of {} bytes, {} are left", length, reader_.left());
        return true;
      }
      default:
        return false;
    }
  }

  bool run_call(uint8_t opcode) {
    switch (opcode) {
      case op::kGlobal: {
        const auto module = take_line();
        push_global(module, take_line());
        return true;
      }
      case op::kStackGlobal: {
        const auto names = pop_many(2);
        const auto is_string = [&](PickleRef ref) { return node(ref).kind == Kind::kString; };
        require(std::ranges::all_of(names, is_string), "a global's name is no string");
        push_global(node(names[0]).text, node(names[1]).text);
        return true;
      }
      case op::kReduce:
      case op::kNewObject: {
        auto items = pop_many(2);
        require(node(items[0]).kind == Kind::kGlobal, "calls what is no global");
        require(node(items[1]).kind == Kind::kTuple, "calls with what is no tuple");
        push_items(Kind::kCall, std::move(items));
        return true;
      }
      case op::kBuild: {
        const auto state = pop();
        require(top().kind == Kind::kCall && top().state == kNoPickleRef,
                "sets the state of what has none");
        top().state = state;
        return true;
      }
      case op::kPersistentId:
        push_items(Kind::kPersistent, pop_many(1));
        return true;
      default:
        return false;
    }
  }

  void push_global(std::string_view module, std::string_view name) {
    auto global = fmt::format("{}.{}", module, name);
    require(is_allowed_(global), "refuses to load {}", printable(global));
    push({.kind = Kind::kGlobal, .text = pickle_.global_names.emplace_back(std::move(global))});
  }

  std::string_view take_line() {
    const auto rest = ByteReader(reader_).take_text(reader_.left());
    const size_t length = rest.find('\n');
    require(length != std::string_view::npos, "a line without an end");
    const auto line = reader_.take_text(length);
    reader_.take(1);
    return line;
  }

  uint64_t take_decimal() {
    const auto line = take_line();
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    require(error == std::errc() && end == line.data() + line.size(), "'{}' is no memo index",
            printable(line));
    return value;
  }

  ByteReader reader_;
  bool (*is_allowed_)(std::string_view);
  size_t at_ = 0;  // offset of the current opcode
  Pickle pickle_;
  std::vector<PickleRef> stack_;
  std::vector<size_t> marks_;  // stack heights
  std::vector<PickleRef> memo_;
};

}  // namespace

Pickle parse_pickle(std::span<const std::byte> bytes, size_t start, std::string_view where,
                    bool (*is_allowed)(std::string_view global)) {
  const auto readable = bytes.first(std::min(bytes.size(), start + kMaxBytes));
  return Unpickler(ByteReader(readable, where, start), is_allowed).run();
}

}  // namespace unipic::io
