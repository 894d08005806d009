#include "io/torch_checkpoint_writer.h"

#include <cstdint>

#include "base/check.h"
#include "io/pickle_opcodes.h"
#include "io/pickle_writer.h"
#include "io/tensor_shape.h"
#include "io/torch_globals.h"

namespace unipic::io {
namespace {

constexpr size_t kAlignment = 64;

// The storage and what shape and type make of it, as torch pickles a tensor. Types without a
// storage class of their own lie in an untyped storage, which the third version of the call allows.
void put_tensor(PickleWriter& pickle, const TensorSpec& tensor, size_t storage) {
  const auto storage_class = torch_storage_of(tensor.dtype);
  const bool is_typed = !storage_class.empty();
  const size_t num_bytes = tensor.num_bytes();
  pickle.global(is_typed ? "torch._utils._rebuild_tensor_v2" : "torch._utils._rebuild_tensor_v3");
  pickle.opcode(op::kMark);
  pickle.opcode(op::kMark);
  pickle.text("storage");
  pickle.global(is_typed ? storage_class : "torch.storage.UntypedStorage");
  pickle.text(std::to_string(storage));
  pickle.text("cpu");
  pickle.integer(static_cast<int64_t>(is_typed ? num_bytes / size_of(tensor.dtype) : num_bytes));
  pickle.opcode(op::kTuple);
  pickle.opcode(op::kPersistentId);
  pickle.integer(0);  // where in the storage it begins
  pickle.integers(tensor.shape);
  pickle.integers(row_major_strides(tensor.shape));
  pickle.opcode(op::kFalse);  // requires no gradient
  pickle.global("collections.OrderedDict");
  pickle.opcode(op::kEmptyTuple);
  pickle.opcode(op::kReduce);  // no hooks
  if (!is_typed) pickle.global(torch_dtype_name(tensor.dtype));
  pickle.opcode(op::kTuple);
  pickle.opcode(op::kReduce);
}

std::string pickle_of(const std::vector<TensorSpec>& tensors, std::string_view top_key) {
  PickleWriter pickle;
  if (!top_key.empty()) {
    pickle.opcode(op::kEmptyDict);
    pickle.text(top_key);
  }
  pickle.opcode(op::kEmptyDict);
  pickle.opcode(op::kMark);
  for (size_t index = 0; index < tensors.size(); ++index) {
    pickle.text(tensors[index].name);
    put_tensor(pickle, tensors[index], index);
  }
  pickle.opcode(op::kSetItems);
  if (!top_key.empty()) pickle.opcode(op::kSetItem);
  return pickle.take();
}

}  // namespace

TorchCheckpointWriter::TorchCheckpointWriter(std::filesystem::path path,
                                             std::vector<TensorSpec> tensors,
                                             std::string_view top_key)
    : TensorWriter(std::move(path), std::move(tensors)), zip_(file()) {
  zip_.add("archive/data.pkl", pickle_of(this->tensors(), top_key));
  zip_.add("archive/byteorder", "little");
}

void TorchCheckpointWriter::begin(const TensorSpec& tensor) {
  zip_.begin(fmt::format("archive/data/{}", num_storages_++), tensor.num_bytes(), kAlignment);
}

void TorchCheckpointWriter::finish() {
  zip_.add("archive/version", "3\n");
  zip_.finish();
}

void write_torch_checkpoint(const std::filesystem::path& path,
                            const std::map<std::string, TensorView, std::less<>>& tensors,
                            std::string_view top_key) {
  TorchCheckpointWriter writer(path, specs_of(tensors), top_key);
  write_all(writer, tensors);
}

}  // namespace unipic::io
