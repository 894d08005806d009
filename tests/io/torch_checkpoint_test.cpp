#include "io/torch_checkpoint.h"

#include <gtest/gtest.h>

#include <cstring>

#include "io/pickle_opcodes.h"
#include "io/pickle_writer.h"
#include "io/zip_writer.h"
#include "support/damage.h"
#include "support/error.h"
#include "support/places.h"
#include "support/temporary_folder.h"

// The files in tests/io/data were written by torch 2.13: see make.py there.

namespace unipic::io {
namespace {

using namespace std::string_literals;
using test::bytes_of;
using test::error_of;
using Sizes = std::vector<int64_t>;

std::filesystem::path data(const std::string& name) {
  return test::tests_folder() / "io/data" / name;
}

template <typename T>
std::vector<T> values(const TensorView& view) {
  std::vector<T> out(view.bytes.size() / sizeof(T));
  std::memcpy(out.data(), view.bytes.data(), view.bytes.size());
  return out;
}

std::vector<std::string> names(const TensorFile& file) {
  std::vector<std::string> out;
  for (const auto& [name, view] : file.tensors) out.push_back(name);
  return out;
}

// A zip checkpoint around `pickle`, with 8 bytes as storage "0".
std::string checkpoint_of(const std::string& pickle, const std::string& byte_order = "little") {
  const test::TemporaryFolder folder;
  AtomicFile file(folder / "a.zip");
  ZipWriter zip(file);
  zip.add("a/data.pkl", pickle);
  zip.add("a/byteorder", byte_order);
  zip.add("a/data/0", "12345678");
  zip.finish();
  file.commit();
  return test::read_file(folder / "a.zip");
}

struct Tensor {
  std::string storage_class = "torch.FloatStorage";
  std::string key = "0";
  int64_t num_elements = 2;
  int64_t offset = 0;
  Sizes sizes = {2};
  Sizes strides = {1};
};

// {"w": the tensor}
std::string pickle_of(const Tensor& tensor) {
  PickleWriter pickle;
  pickle.opcode(op::kEmptyDict);
  pickle.text("w");
  pickle.global("torch._utils._rebuild_tensor_v2");
  pickle.opcode(op::kMark);
  pickle.opcode(op::kMark);
  pickle.text("storage");
  pickle.global(tensor.storage_class);
  pickle.text(tensor.key);
  pickle.text("cpu");
  pickle.integer(tensor.num_elements);
  pickle.opcode(op::kTuple);
  pickle.opcode(op::kPersistentId);
  pickle.integer(tensor.offset);
  pickle.integers(tensor.sizes);
  pickle.integers(tensor.strides);
  pickle.opcode(op::kFalse);
  pickle.opcode(op::kNone);
  pickle.opcode(op::kTuple);
  pickle.opcode(op::kReduce);
  pickle.opcode(op::kSetItem);
  return pickle.take();
}

std::string error_for(const std::string& checkpoint, std::string_view key = "") {
  return error_of([&] { parse_torch_checkpoint(bytes_of(checkpoint), "f", key); });
}

std::string error_for(const Tensor& tensor) { return error_for(checkpoint_of(pickle_of(tensor))); }

TEST(TorchCheckpoint, ReadsEveryElementType) {
  const auto file = open_torch_checkpoint(data("types.pt"));
  EXPECT_EQ(values<float>(file.tensors.at("float32")), (std::vector<float>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(values<int64_t>(file.tensors.at("int64")), (Sizes{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(values<uint16_t>(file.tensors.at("bfloat16"))[1], 0x3f80);
  EXPECT_EQ(values<uint16_t>(file.tensors.at("float16"))[1], 0x3c00);
  EXPECT_EQ(values<uint16_t>(file.tensors.at("uint16")), (std::vector<uint16_t>{1, 65535}));
  EXPECT_EQ(values<uint8_t>(file.tensors.at("bool")), (std::vector<uint8_t>{1, 0, 1}));
  EXPECT_EQ(values<uint8_t>(file.tensors.at("fp8")), (std::vector<uint8_t>{0x30, 0x38}));
  EXPECT_EQ(values<double>(file.tensors.at("scalar")), std::vector<double>{2.5});
  EXPECT_EQ(file.tensors.at("scalar").shape, Sizes{});
  EXPECT_EQ(file.tensors.at("empty").shape, (Sizes{2, 0, 3}));
  const std::map<std::string, DType> dtypes = {
      {"bool", DType::kBool},   {"bfloat16", DType::kBF16}, {"float16", DType::kF16},
      {"float32", DType::kF32}, {"scalar", DType::kF64},    {"fp8", DType::kF8E4M3},
      {"int64", DType::kI64},   {"int32", DType::kI32},     {"int16", DType::kI16},
      {"int8", DType::kI8},     {"uint8", DType::kU8},      {"uint16", DType::kU16}};
  for (const auto& [name, dtype] : dtypes) EXPECT_EQ(file.tensors.at(name).dtype, dtype) << name;
}

TEST(TorchCheckpoint, ReadsViewsOfASharedStorageInEveryLayout) {
  for (const auto* name : {"views.pt", "protocol5.pt", "legacy.pt"}) {
    SCOPED_TRACE(name);
    const auto file = open_torch_checkpoint(data(name));
    const auto& base = file.tensors.at("base");
    EXPECT_EQ(values<float>(base), (std::vector<float>{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(base.strides, (Sizes{3, 1}));
    const auto& transposed = file.tensors.at("transposed");
    EXPECT_EQ(transposed.shape, (Sizes{3, 2}));
    EXPECT_EQ(transposed.strides, (Sizes{1, 3}));
    EXPECT_FALSE(transposed.is_row_major());
    EXPECT_EQ(transposed.bytes.data(), base.bytes.data());
    EXPECT_EQ(values<float>(file.tensors.at("row")), (std::vector<float>{3, 4, 5}));
    EXPECT_EQ(file.tensors.at("expanded").strides, Sizes{0});
    EXPECT_EQ(file.tensors.at("expanded").bytes.size(), 4U);
  }
}

TEST(TorchCheckpoint, NamesNestedTensorsByTheirPath) {
  const auto file = open_torch_checkpoint(data("nested.pt"));
  EXPECT_EQ(names(file), (std::vector<std::string>{"ema.0.w", "model.bias", "model.weight"}));
  EXPECT_EQ(values<float>(file.tensors.at("ema.0.w")), std::vector<float>{7});
  const std::map<std::string, std::string> scalars = {
      {"args.amp", "true"},  {"args.betas.0", "0.5"}, {"args.betas.1", "0.75"},
      {"args.name", "tiny"}, {"args.seed", "none"},   {"epoch", "12"},
      {"lr", "0.5"}};
  EXPECT_EQ(file.metadata, scalars);
}

TEST(TorchCheckpoint, OpensOneDictionaryByItsKey) {
  EXPECT_EQ(names(open_torch_checkpoint(data("nested.pt"), "model")),
            (std::vector<std::string>{"bias", "weight"}));
  EXPECT_EQ(names(open_torch_checkpoint(data("easydict.pth"), "model.sd")),
            std::vector<std::string>{"w"});
  const auto path = data("nested.pt");
  EXPECT_EQ(
      error_of([&] { open_torch_checkpoint(path, "state_dict"); }),
      path.string() + ": no key 'state_dict'; its keys are 'model', 'ema', 'epoch', 'lr', 'args'");
  EXPECT_EQ(error_of([&] { open_torch_checkpoint(path, "model.sd"); }),
            path.string() + ": no key 'sd'; its keys are 'weight', 'bias'");
  EXPECT_EQ(error_of([&] { open_torch_checkpoint(path, "epoch.x"); }),
            path.string() + ": no key 'x'; it is no dictionary");
}

TEST(TorchCheckpoint, TreatsAnEasyDictAsADictionary) {
  const auto file = open_torch_checkpoint(data("easydict.pth"));
  const std::map<std::string, std::string> scalars = {{"model.args.dim", "4"},
                                                      {"model.args.inner.name", "vq"}};
  EXPECT_EQ(file.metadata, scalars);
}

TEST(TorchCheckpoint, CallsALoneTensorTensor) {
  EXPECT_EQ(names(open_torch_checkpoint(data("lone.pt"))), std::vector<std::string>{"tensor"});
}

TEST(TorchCheckpoint, ReadsThePublishedLayouts) {
  const auto folder = test::golden_folder() / "unipic1/checkpoint";
  EXPECT_EQ(open_torch_checkpoint(folder / "pytorch_model.bin").tensors.size(), 199U);
  const auto vae = open_torch_checkpoint(folder / "kl16.ckpt", "model");
  EXPECT_EQ(vae.tensors.size(), 222U);
  EXPECT_TRUE(vae.tensors.contains("quant_conv.weight"));
}

TEST(TorchCheckpoint, RefusesToRunCode) {
  const auto path = data("evil.pt");
  EXPECT_EQ(error_of([&] { open_torch_checkpoint(path); }),
            path.string() + ": data.pkl byte 13: refuses to load posix.system");
}

TEST(TorchCheckpoint, RefusesArchivesOfAnotherKind) {
  const auto path = data("script.pt");
  EXPECT_EQ(error_of([&] { open_torch_checkpoint(path); }),
            path.string() + ": is a TorchScript archive; save its state_dict instead");
  EXPECT_EQ(error_for(checkpoint_of("N.", "big")), "f: byte order is 'big', only little is read");
  EXPECT_EQ(error_for("hello"), "f: is no torch checkpoint (neither zip nor torch's older layout)");
  const test::TemporaryFolder folder;
  AtomicFile file(folder / "a.zip");
  ZipWriter zip(file);
  zip.add("readme", "x");
  zip.finish();
  file.commit();
  EXPECT_EQ(error_for(test::read_file(folder / "a.zip")),
            "f: a zip file without '*/data.pkl' is no torch checkpoint");
}

TEST(TorchCheckpoint, RefusesTensorsBeyondTheirStorage) {
  EXPECT_EQ(error_for(Tensor{}), "no error");
  EXPECT_EQ(error_for(Tensor{.sizes = {3}}),
            "f: tensor 'w' reaches 12 bytes from byte 0 of a storage of 8");
  EXPECT_EQ(error_for(Tensor{.offset = 1}),
            "f: tensor 'w' reaches 8 bytes from byte 4 of a storage of 8");
  EXPECT_EQ(error_for(Tensor{.offset = -1}),
            "f: tensor 'w' begins at element -1 of a storage of 2");
  EXPECT_EQ(error_for(Tensor{.offset = INT64_MAX}),
            "f: tensor 'w' begins at element 9223372036854775807 of a storage of 2");
  EXPECT_EQ(error_for(Tensor{.strides = {2}}),
            "f: tensor 'w' reaches 12 bytes from byte 0 of a storage of 8");
  EXPECT_EQ(error_for(Tensor{.strides = {-1}}), "f: tensor 'w' has a negative stride -1");
  EXPECT_EQ(error_for(Tensor{.sizes = {-2}}), "f: tensor 'w' has a negative size -2");
  EXPECT_EQ(error_for(Tensor{.sizes = {INT64_MAX, 4}, .strides = {4, 1}}),
            "f: tensor 'w' is too large: F32 [9223372036854775807, 4]");
  EXPECT_EQ(error_for(Tensor{.strides = {}}), "f: tensor 'w' has 1 sizes but 0 strides");
}

TEST(TorchCheckpoint, RefusesStoragesThatAreNotAsDeclared) {
  EXPECT_EQ(error_for(Tensor{.key = "1"}), "f: tensor 'w' is in storage '1', which is missing");
  EXPECT_EQ(error_for(Tensor{.num_elements = 3}),
            "f: tensor 'w': its storage '0' should have 12 bytes, has 8");
  EXPECT_EQ(error_for(Tensor{.num_elements = -1}), "f: data.pkl byte 96: storage of -1 elements");
  EXPECT_EQ(error_for(Tensor{.num_elements = INT64_MAX}),
            "f: data.pkl byte 101: storage of 9223372036854775807 elements");
  EXPECT_EQ(error_for(Tensor{.storage_class = "torch.Size"}),
            "f: data.pkl byte 88: torch.Size is no storage class");
  EXPECT_EQ(error_for(Tensor{.storage_class = "torch.QInt8Storage"}),
            "f: data.pkl byte 56: refuses to load torch.QInt8Storage");
}

TEST(TorchCheckpoint, RefusesTreesThatDoNotEnd) {
  EXPECT_EQ(error_for(checkpoint_of("\x80\x02]q\x00h\x00"
                                    "a."s)),
            "f: '0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0' is nested deeper "
            "than 32 levels");
  // Each list holds the one before twice, so that a small file has 2^30 leaves.
  std::string twice = "\x80\x02N";
  for (int level = 0; level < 30; ++level) twice += "2\x86";
  EXPECT_EQ(error_for(checkpoint_of(twice + ".")), "f: more than 1048576 values");
}

TEST(TorchCheckpoint, RefusesANameThatAppearsTwice) {
  const auto pickle = pickle_of({});
  const auto entry = pickle.substr(3, pickle.size() - 5);  // the key and the tensor
  EXPECT_EQ(error_for(checkpoint_of("\x80\x02}("s + entry + entry + "u.")),
            "f: tensor 'w' appears twice");
}

TEST(TorchCheckpoint, SurvivesDamageAnywhere) {
  const auto parse = [](auto bytes) { parse_torch_checkpoint(bytes, "f"); };
  for (const auto* name : {"views.pt", "legacy.pt", "nested.pt"}) {
    SCOPED_TRACE(name);
    const auto file = test::read_file(data(name));
    test::expect_error_at_every_length(file, parse);
    test::survive_every_bit_flip(file, parse);
  }
}

}  // namespace
}  // namespace unipic::io
