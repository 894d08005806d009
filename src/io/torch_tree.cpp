#include "io/torch_tree.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "io/printable.h"
#include "io/torch_tensor.h"

namespace unipic::io {
namespace {

constexpr size_t kMaxDepth = 32;
constexpr size_t kMaxVisits = size_t{1} << 20;
constexpr size_t kMaxNameBytes = 4096;
constexpr size_t kMaxTotalNameBytes = size_t{256} << 20;
constexpr size_t kMaxScalars = 4096;
constexpr size_t kMaxScalarBytes = 1024;

using Kind = PickleKind;

std::string_view callee(const Pickle& pickle, const PickleNode& node) {
  return node.kind == Kind::kCall ? pickle[node.items[0]].text : std::string_view();
}

// Keys and values in turn of whatever Python treats like a dictionary; nothing for other values.
// An OrderedDict's state is not its content, and an EasyDict's repeats it.
std::optional<std::span<const PickleRef>> members_of(const Pickle& pickle, const PickleNode& node) {
  if (node.kind == Kind::kDict) return node.items;
  const auto type = callee(pickle, node);
  if (type == "collections.OrderedDict" || type == "easydict.EasyDict") {
    return std::span(node.items).subspan(2);
  }
  if (type == "argparse.Namespace") {
    if (node.state == kNoPickleRef || pickle[node.state].kind != Kind::kDict) {
      return std::span<const PickleRef>();
    }
    return pickle[node.state].items;
  }
  return std::nullopt;
}

std::optional<std::string> key_text(const PickleNode& key) {
  if (key.kind == Kind::kString) return std::string(key.text);
  if (key.kind == Kind::kInt) return std::to_string(key.integer);
  return std::nullopt;
}

std::optional<std::string> scalar_text(const PickleNode& node) {
  switch (node.kind) {
    case Kind::kNone:
      return "none";
    case Kind::kBool:
      return node.integer != 0 ? "true" : "false";
    case Kind::kInt:
      return std::to_string(node.integer);
    case Kind::kFloat:
      return fmt::format("{}", node.real);
    case Kind::kString:
      if (node.text.size() > kMaxScalarBytes) return std::nullopt;
      return printable(node.text, kMaxScalarBytes);
    default:
      return std::nullopt;
  }
}

class Flattener {
 public:
  explicit Flattener(const TorchTree& tree) : tree_(tree) {}

  // Members are visited in their order in the file. Depth is bounded, so recursion is.
  void visit(PickleRef ref, const std::string& name, size_t depth) {
    check(++num_visits_ <= kMaxVisits, "{}: more than {} values", tree_.file, kMaxVisits);
    const auto& node = tree_.pickle[ref];
    if (is_torch_tensor(tree_.pickle, node)) {
      add_tensor(name.empty() ? "tensor" : name, node);
    } else if (const auto members = members_of(tree_.pickle, node)) {
      for (size_t item = 0; item + 1 < members->size(); item += 2) {
        const auto key = key_text(tree_.pickle[(*members)[item]]);
        if (key) visit_member((*members)[item + 1], name, *key, depth);
      }
    } else if (node.kind == Kind::kList || node.kind == Kind::kTuple) {
      for (size_t item = 0; item < node.items.size(); ++item) {
        visit_member(node.items[item], name, std::to_string(item), depth);
      }
    } else {
      add_scalar(name, node);
    }
  }

  TensorFile take() { return std::move(file_); }

 private:
  void visit_member(PickleRef ref, const std::string& parent, std::string_view key, size_t depth) {
    check(depth < kMaxDepth, "{}: '{}' is nested deeper than {} levels", tree_.file,
          printable(parent), kMaxDepth);
    check(parent.size() + key.size() < kMaxNameBytes, "{}: the name '{}' is longer than {} bytes",
          tree_.file, printable(key), kMaxNameBytes);
    visit(ref, parent.empty() ? std::string(key) : fmt::format("{}.{}", parent, key), depth + 1);
  }

  void add_tensor(const std::string& name, const PickleNode& node) {
    const auto where = fmt::format("{}: tensor '{}'", tree_.file, printable(name));
    check(is_utf8(name), "{} has a name that is not UTF-8", where);
    spend(name.size());
    auto view = read_torch_tensor(tree_.pickle, node, tree_.storages, tree_.where, where);
    const bool is_new = file_.tensors.emplace(name, std::move(view)).second;
    check(is_new, "{} appears twice", where);
  }

  void add_scalar(const std::string& name, const PickleNode& node) {
    if (file_.metadata.size() >= kMaxScalars || name.empty() || !is_utf8(name)) return;
    auto text = scalar_text(node);
    if (text) file_.metadata.emplace(name, std::move(*text));
  }

  // A small file can name a value in millions of ways; what they cost is bounded here.
  void spend(size_t num_bytes) {
    num_name_bytes_ += num_bytes;
    check(num_name_bytes_ <= kMaxTotalNameBytes, "{}: more than {} bytes of tensor names",
          tree_.file, kMaxTotalNameBytes);
  }

  TorchTree tree_;
  TensorFile file_;
  size_t num_visits_ = 0;
  size_t num_name_bytes_ = 0;
};

// The value of `key` in a dictionary; later ones replace earlier ones, as in Python.
std::optional<PickleRef> member(const Pickle& pickle, PickleRef ref, std::string_view key) {
  const auto members = members_of(pickle, pickle[ref]);
  std::optional<PickleRef> found;
  for (size_t item = 0; members && item + 1 < members->size(); item += 2) {
    const auto& name = pickle[(*members)[item]];
    if (name.kind == Kind::kString && name.text == key) found = (*members)[item + 1];
  }
  return found;
}

std::string keys_of(const Pickle& pickle, PickleRef ref) {
  constexpr size_t kMaxShown = 10;
  const auto members = members_of(pickle, pickle[ref]);
  if (!members) return "it is no dictionary";
  std::vector<std::string> shown;
  for (size_t item = 0; item + 1 < members->size() && shown.size() < kMaxShown; item += 2) {
    const auto key = key_text(pickle[(*members)[item]]);
    if (key) shown.push_back(fmt::format("'{}'", printable(*key, 60)));
  }
  if (shown.empty()) return "it is an empty dictionary";
  return fmt::format("its keys are {}{}", fmt::join(shown, ", "),
                     members->size() / 2 > shown.size() ? ", ..." : "");
}

// Follows "a.b" through nested dictionaries.
PickleRef find_key(const TorchTree& tree, std::string_view key) {
  PickleRef ref = tree.pickle.root;
  while (!key.empty()) {
    const auto whole = member(tree.pickle, ref, key);
    if (whole) return *whole;
    const auto dot = std::min(key.find('.'), key.size());
    const auto part = key.substr(0, dot);
    const auto next = member(tree.pickle, ref, part);
    check(next.has_value(), "{}: no key '{}'; {}", tree.file, part, keys_of(tree.pickle, ref));
    ref = *next;
    key.remove_prefix(std::min(dot + 1, key.size()));
  }
  return ref;
}

}  // namespace

TensorFile flatten(const TorchTree& tree, std::string_view key) {
  Flattener flattener(tree);
  flattener.visit(find_key(tree, key), "", 0);
  return flattener.take();
}

}  // namespace unipic::io
