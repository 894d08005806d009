#include "ops/file_tensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace unipic::ops {
namespace {

TEST(FileTensor, ShowsTheFileAndReadsPagesAgainThatWereForgotten) {
  const test::TemporaryFolder folder;
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += {static_cast<char>(i % 100), 0, 0, 0};
  test::write_file(folder / "numbers", bytes);
  const auto file = MappedFile::open(folder / "numbers");
  const auto tensor = tensor_from_file(
      {io::DType::kI32, {1000, 99}, {99, 1}, file->bytes().subspan(4, 396'000)}, {file});
  EXPECT_EQ(static_cast<const void*>(tensor.const_data_ptr()), file->bytes().data() + 4)
      << "no copy";
  EXPECT_EQ(tensor[1][0].item<int>(), 0);
  forget_pages(tensor);
  EXPECT_EQ(tensor[1][1].item<int>(), 1);
  EXPECT_EQ(tensor[999][98].item<int>(), 0);
}

TEST(FileTensor, KeepsItsFile) {
  const test::TemporaryFolder folder;
  test::write_file(folder / "bytes", "abc");
  at::Tensor tensor;
  {
    const auto file = MappedFile::open(folder / "bytes");
    tensor = tensor_from_file({io::DType::kU8, {3}, {1}, file->bytes()}, {file});
  }
  EXPECT_EQ(tensor[2].item<int>(), 'c');
}

TEST(FileTensor, ForgetsNothingOfOtherTensors) {
  const auto tensor = at::ones({100'000});
  forget_pages(tensor);
  EXPECT_EQ(tensor.sum().item<float>(), 100'000);
  forget_pages({});
}

}  // namespace
}  // namespace unipic::ops
