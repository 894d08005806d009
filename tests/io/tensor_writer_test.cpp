#include "io/tensor_writer.h"

#include <gtest/gtest.h>

#include "io/safetensors_writer.h"
#include "io/tensor_file.h"
#include "io/torch_checkpoint_writer.h"
#include "support/damage.h"
#include "support/error.h"
#include "support/places.h"
#include "support/temporary_folder.h"

namespace unipic::io {
namespace {

using test::bytes_of;
using test::error_of;

std::filesystem::path types_file() { return test::tests_folder() / "io/data/types.pt"; }

void expect_same(const TensorFile& a, const TensorFile& b) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, view] : a.tensors) {
    const auto& other = b.tensors.at(name);
    EXPECT_EQ(view.dtype, other.dtype) << name;
    EXPECT_EQ(view.shape, other.shape) << name;
    EXPECT_TRUE(std::ranges::equal(view.bytes, other.bytes)) << name;
  }
}

TEST(TensorWriter, WritesEveryElementTypeInBothFormats) {
  const test::TemporaryFolder folder;
  const auto original = open_tensor_file(types_file());
  write_safetensors(folder / "a.safetensors", original.tensors, {{"format", "pt"}, {"k", "\"\n"}});
  write_torch_checkpoint(folder / "a.bin", original.tensors);
  write_torch_checkpoint(folder / "b.bin", original.tensors, "model");

  const auto safetensors = open_tensor_file(folder / "a.safetensors");
  expect_same(original, safetensors);
  EXPECT_EQ(safetensors.metadata.at("k"), "\"\n");
  expect_same(original, open_tensor_file(folder / "a.bin"));
  expect_same(original, open_tensor_file(folder / "b.bin", "model"));
}

TEST(TensorWriter, AlignsElements) {
  const test::TemporaryFolder folder;
  const auto original = open_tensor_file(types_file());
  write_safetensors(folder / "a.safetensors", original.tensors);
  write_torch_checkpoint(folder / "a.bin", original.tensors);
  for (const auto& [name, view] : open_tensor_file(folder / "a.safetensors").tensors) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(view.bytes.data()) % size_of(view.dtype), 0U) << name;
  }
  for (const auto& [name, view] : open_tensor_file(folder / "a.bin").tensors) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(view.bytes.data()) % 64, 0U) << name;
  }
}

TEST(TensorWriter, TakesATensorInPieces) {
  const test::TemporaryFolder folder;
  SafetensorsWriter writer(folder / "a", {{"none", DType::kF32, {0}},
                                          {"b", DType::kU8, {3}},
                                          {"a", DType::kU8, {2}},
                                          {"wide", DType::kI16, {1}},
                                          {"zz", DType::kU8, {0}}});
  std::vector<std::string> order;
  for (const auto& tensor : writer.tensors()) order.push_back(tensor.name);
  EXPECT_EQ(order, (std::vector<std::string>{"none", "wide", "a", "b", "zz"}));
  writer.write(bytes_of("WW"));
  writer.write(bytes_of("a"));
  writer.write(bytes_of("A"));
  writer.write({});
  writer.write(bytes_of("bBb"));
  writer.commit();
  const auto file = test::read_file(folder / "a");
  EXPECT_EQ(file.substr(file.size() - 7), "WWaAbBb");
  EXPECT_EQ(open_tensor_file(folder / "a").tensors.size(), 5U);
}

TEST(TensorWriter, LeavesNothingBehindUnlessCommitted) {
  const test::TemporaryFolder folder;
  {
    TorchCheckpointWriter writer(folder / "a.bin", {{"a", DType::kU8, {2}}});
    writer.write(bytes_of("a"));
    EXPECT_EQ(error_of([&] { writer.commit(); }),
              (folder / "a.bin").string() + ": tensor 'a' lacks 1 of its bytes");
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(TensorWriter, RefusesWhatItCannotWrite) {
  const test::TemporaryFolder folder;
  const auto path = (folder / "a").string();
  const auto error = [&](std::vector<TensorSpec> tensors) {
    return error_of([&] { SafetensorsWriter(path, tensors); });
  };
  EXPECT_EQ(error({{"a", DType::kU8, {}}, {"a", DType::kU8, {}}}),
            path + ": tensor 'a' appears twice");
  EXPECT_EQ(error({{"\xff", DType::kU8, {}}}),
            path + ": tensor '\\xff' has a name that is not UTF-8");
  EXPECT_EQ(error({{"a", DType::kU8, {-1}}}), path + ": tensor 'a' has a negative size -1");
  EXPECT_EQ(error({{"__metadata__", DType::kU8, {}}}),
            path + ": no tensor may be called '__metadata__'");
  SafetensorsWriter writer(path, {{"a", DType::kU8, {2}}});
  EXPECT_EQ(error_of([&] { writer.write(bytes_of("abc")); }),
            path + ": 3 bytes for tensor 'a', which lacks 2 of 2");
  writer.write(bytes_of("ab"));
  EXPECT_EQ(error_of([&] { writer.write(bytes_of("c")); }),
            path + ": 1 bytes after the last tensor");
  const auto views = open_tensor_file(types_file().parent_path() / "views.pt");
  EXPECT_EQ(error_of([&] { write_safetensors(path, views.tensors); }),
            path + ": tensor 'expanded' is not row-major, so it cannot be written as it lies");
}

}  // namespace
}  // namespace unipic::io
