#include "io/torch_globals.h"

#include <algorithm>
#include <array>

namespace unipic::io {
namespace {

struct Name {
  std::string_view global;
  DType dtype;
};

constexpr std::string_view kUntypedStorage = "torch.storage.UntypedStorage";

constexpr std::array<Name, 10> kStorages = {{
    {"torch.FloatStorage", DType::kF32},
    {"torch.BFloat16Storage", DType::kBF16},
    {"torch.HalfStorage", DType::kF16},
    {"torch.DoubleStorage", DType::kF64},
    {"torch.LongStorage", DType::kI64},
    {"torch.IntStorage", DType::kI32},
    {"torch.ShortStorage", DType::kI16},
    {"torch.CharStorage", DType::kI8},
    {"torch.ByteStorage", DType::kU8},
    {"torch.BoolStorage", DType::kBool},
}};

constexpr std::array<Name, 15> kDTypes = {{
    {"torch.bool", DType::kBool},
    {"torch.uint8", DType::kU8},
    {"torch.int8", DType::kI8},
    {"torch.uint16", DType::kU16},
    {"torch.int16", DType::kI16},
    {"torch.uint32", DType::kU32},
    {"torch.int32", DType::kI32},
    {"torch.uint64", DType::kU64},
    {"torch.int64", DType::kI64},
    {"torch.float8_e4m3fn", DType::kF8E4M3},
    {"torch.float8_e5m2", DType::kF8E5M2},
    {"torch.float16", DType::kF16},
    {"torch.bfloat16", DType::kBF16},
    {"torch.float32", DType::kF32},
    {"torch.float64", DType::kF64},
}};

constexpr std::string_view kOthers[] = {
    "collections.OrderedDict",
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor_v3",
    "torch._utils._rebuild_parameter",
    kUntypedStorage,
    "torch.Size",
    "torch.device",
    "torch.complex64",
    "torch.complex128",
    "argparse.Namespace",
    "easydict.EasyDict",
    "builtins.set",
    "__builtin__.set",
    "builtins.bytearray",
    "__builtin__.bytearray",
    "_codecs.encode",
};

template <size_t N>
std::optional<DType> find(const std::array<Name, N>& names, std::string_view global) {
  const auto found = std::ranges::find(names, global, &Name::global);
  if (found == names.end()) return std::nullopt;
  return found->dtype;
}

template <size_t N>
std::string_view find(const std::array<Name, N>& names, DType dtype) {
  const auto found = std::ranges::find(names, dtype, &Name::dtype);
  return found == names.end() ? std::string_view() : found->global;
}

}  // namespace

bool is_torch_global(std::string_view global) {
  return find(kStorages, global) || find(kDTypes, global) ||
         std::ranges::find(kOthers, global) != std::end(kOthers);
}

std::optional<DType> torch_storage_dtype(std::string_view global) {
  return global == kUntypedStorage ? DType::kU8 : find(kStorages, global);
}

std::optional<DType> torch_dtype(std::string_view global) { return find(kDTypes, global); }
std::string_view torch_storage_of(DType dtype) { return find(kStorages, dtype); }
std::string_view torch_dtype_name(DType dtype) { return find(kDTypes, dtype); }

}  // namespace unipic::io
