#include "io/torch_tensor.h"

#include "base/check.h"
#include "io/printable.h"
#include "io/tensor_shape.h"
#include "io/torch_globals.h"

namespace unipic::io {
namespace {

using Kind = PickleKind;

constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildTensorOfType = "torch._utils._rebuild_tensor_v3";
constexpr std::string_view kRebuildParameter = "torch._utils._rebuild_parameter";

// Arguments of the v2 call, in order; v3 adds the type and maybe one more.
enum Argument { kStorage, kStorageOffset, kSizes, kStrides, kRequiresGrad, kHooks, kType };

std::string_view callee(const Pickle& pickle, const PickleNode& node) {
  return node.kind == Kind::kCall ? pickle[node.items[0]].text : std::string_view();
}

// The numbers of a tuple, list or torch.Size.
std::vector<int64_t> read_numbers(const Pickle& pickle, const PickleNode& node,
                                  std::string_view tensor, std::string_view what) {
  if (callee(pickle, node) == "torch.Size") {
    const auto& arguments = pickle[node.items[1]];
    check(arguments.items.size() == 1, "{} has no {}", tensor, what);
    const auto& inner = pickle[arguments.items[0]];
    check(inner.kind == Kind::kTuple || inner.kind == Kind::kList, "{} has no {}", tensor, what);
    return read_numbers(pickle, inner, tensor, what);
  }
  check(node.kind == Kind::kTuple || node.kind == Kind::kList, "{} has no {}", tensor, what);
  check(node.items.size() <= kMaxRank, "{} has {} {}, at most {} are read", tensor,
        node.items.size(), what, kMaxRank);
  std::vector<int64_t> numbers;
  for (const auto item : node.items) {
    check(pickle[item].kind == Kind::kInt, "{} has {} that are no numbers", tensor, what);
    numbers.push_back(pickle[item].integer);
  }
  return numbers;
}

DType read_dtype(const PickleNode& node, std::string_view tensor) {
  const auto name = node.kind == Kind::kGlobal ? node.text : std::string_view("none");
  const auto dtype = torch_dtype(name);
  check(dtype.has_value(), "{} has dtype {}, which is not supported", tensor, printable(name));
  return *dtype;
}

std::span<const std::byte> bytes_of(const TorchStorages& storages, const TorchStorageRef& ref,
                                    std::string_view tensor) {
  const auto found = storages.find(ref.key);
  check(found != storages.end(), "{} is in storage '{}', which is missing", tensor,
        printable(ref.key));
  check(found->second.size() == ref.num_bytes, "{}: its storage '{}' should have {} bytes, has {}",
        tensor, printable(ref.key), ref.num_bytes, found->second.size());
  return found->second;
}

const PickleNode& unwrap_parameter(const Pickle& pickle, const PickleNode& node,
                                   std::string_view tensor) {
  if (callee(pickle, node) != kRebuildParameter) return node;
  const auto& arguments = pickle[node.items[1]].items;
  check(!arguments.empty(), "{} is a parameter of nothing", tensor);
  const auto& inner = pickle[arguments[0]];
  const auto inner_callee = callee(pickle, inner);
  check(inner_callee == kRebuildTensor || inner_callee == kRebuildTensorOfType,
        "{} is a parameter of what is no tensor", tensor);
  return inner;
}

}  // namespace

bool is_torch_tensor(const Pickle& pickle, const PickleNode& node) {
  const auto name = callee(pickle, node);
  return name == kRebuildTensor || name == kRebuildTensorOfType || name == kRebuildParameter;
}

TensorView read_torch_tensor(const Pickle& pickle, const PickleNode& node,
                             const TorchStorages& storages, std::string_view where,
                             std::string_view tensor) {
  const auto& call = unwrap_parameter(pickle, node, tensor);
  const bool has_type = callee(pickle, call) == kRebuildTensorOfType;
  const auto& items = pickle[call.items[1]].items;
  check(items.size() > (has_type ? kType : kRequiresGrad) && items.size() <= kType + 2,
        "{} is rebuilt from {} arguments", tensor, items.size());
  const auto argument = [&](Argument which) -> const PickleNode& { return pickle[items[which]]; };
  check(argument(kStorage).kind == Kind::kPersistent, "{} has no storage", tensor);
  check(argument(kStorageOffset).kind == Kind::kInt, "{} has no storage offset", tensor);

  const auto storage = read_storage_ref(pickle, argument(kStorage), where);
  const auto bytes = bytes_of(storages, storage, tensor);
  TensorView view;
  view.dtype = has_type ? read_dtype(argument(kType), tensor) : storage.dtype;
  view.shape = read_numbers(pickle, argument(kSizes), tensor, "sizes");
  view.strides = read_numbers(pickle, argument(kStrides), tensor, "strides");
  const size_t reach = checked_reach(view.dtype, view.shape, view.strides, tensor);

  const int64_t offset = argument(kStorageOffset).integer;
  const size_t num_elements = bytes.size() / size_of(view.dtype);
  check(offset >= 0 && static_cast<uint64_t>(offset) <= num_elements,
        "{} begins at element {} of a storage of {}", tensor, offset, num_elements);
  const size_t begin = static_cast<size_t>(offset) * size_of(view.dtype);
  check(reach <= bytes.size() - begin, "{} reaches {} bytes from byte {} of a storage of {}",
        tensor, reach, begin, bytes.size());
  view.bytes = bytes.subspan(begin, reach);
  return view;
}

}  // namespace unipic::io
