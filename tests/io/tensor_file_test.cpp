#include "io/tensor_file.h"

#include <gtest/gtest.h>

#include "io/safetensors_writer.h"
#include "io/tensor_index.h"
#include "io/torch_checkpoint_writer.h"
#include "support/damage.h"
#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::io {
namespace {

using test::bytes_of;
using test::error_of;

// A file of one-byte tensors, each holding the first letter of its name.
template <typename Writer>
void write_letters(const std::filesystem::path& path, const std::vector<std::string>& names) {
  std::vector<TensorSpec> specs;
  for (const auto& name : names) specs.push_back({name, DType::kU8, {1}});
  Writer writer(path, specs);
  for (const auto& spec : writer.tensors()) writer.write(bytes_of(spec.name.substr(0, 1)));
  writer.commit();
}

class TensorFileTest : public testing::Test {
 protected:
  std::string error_for(const std::string& content, std::string_view key = "") {
    test::write_file(folder_ / "f", content);
    return error_of([&] { open_tensor_file(folder_ / "f", key); });
  }
  std::string message(const std::string& text) const {
    return (folder_ / "f").string() + ": " + text;
  }

  test::TemporaryFolder folder_;
};

TEST_F(TensorFileTest, ReadsShardsOfEitherFormat) {
  write_letters<SafetensorsWriter>(folder_ / "1.safetensors", {"a", "b", "unlisted"});
  write_letters<TorchCheckpointWriter>(folder_ / "2.bin", {"c"});
  std::filesystem::create_symlink("2.bin", folder_ / "link.bin");
  test::write_file(folder_ / "x.index.json",
                   R"({"metadata":{"total_size":3,"more":[1,{"x":null}]},"weight_map":)"
                   R"({"a":"1.safetensors","b":"1.safetensors","c":"link.bin"}})");
  const auto file = open_tensor_file(folder_ / "x.index.json");
  ASSERT_EQ(file.tensors.size(), 3U) << "what the index does not list is left out";
  for (const auto& [name, view] : file.tensors) {
    EXPECT_EQ(static_cast<char>(view.bytes[0]), name[0]);
  }
  EXPECT_EQ(file.files.size(), 2U);
}

TEST_F(TensorFileTest, RefusesShardsThatAreNotThere) {
  write_letters<SafetensorsWriter>(folder_ / "s", {"a"});
  EXPECT_EQ(error_for(R"({"weight_map":{"a":"none"}})"), message("shard 'none' is missing"));
  EXPECT_EQ(error_for(R"({"weight_map":{"b":"s"}})"), message("tensor 'b' is not in shard 's'"));
  EXPECT_EQ(error_for(R"({"weight_map":{"a":"f"}})"),
            message("is no tensor file (safetensors, torch or index)"))
      << "an index is no shard";
  for (const std::string shard : {"", ".", "..", "../s", "/s", "a/s", "a\\\\s", "s\\u0000"}) {
    EXPECT_NE(error_for(R"({"weight_map":{"a":")" + shard + R"("}})")
                  .find("is not the name of a file in the same folder"),
              std::string::npos)
        << shard;
  }
}

TEST_F(TensorFileTest, RefusesAnIndexOfAnotherForm) {
  EXPECT_EQ(error_for("{}"), message("is a JSON file without 'weight_map'"));
  EXPECT_EQ(error_for(R"({"weight_map":3})"),
            message("3 is unexpected in place of the shard of ''"));
  EXPECT_EQ(error_for(R"({"weight_map":{"a":3}})"),
            message("3 is unexpected in place of the shard of 'a'"));
  EXPECT_EQ(error_for(R"({"weight_map":{"a":{}}})"),
            message("an object is unexpected in place of the shard of 'a'"));
  EXPECT_EQ(error_for(R"({"weight_map":{"a":"s","a":"t"}})"), message("tensor 'a' appears twice"));
  EXPECT_EQ(error_for(R"({"weight_map":)"), message("JSON is malformed at byte 15"));
}

TEST_F(TensorFileTest, SaysWhatAFileIsInstead) {
  EXPECT_EQ(error_for(""), message("is empty"));
  EXPECT_EQ(error_for("hello"), message("is no tensor file (safetensors, torch or index)"));
  EXPECT_EQ(error_for("GGUF\x03"),
            message("is a GGUF file; a safetensors or torch file is needed"));
  EXPECT_EQ(error_for("version https://git-lfs.github.com/spec/v1\n"),
            message("is a Git LFS pointer, not the file itself; fetch it"));
  EXPECT_EQ(error_for("<!DOCTYPE html>"),
            message("is a web page, not a tensor file; the download went wrong"));
  EXPECT_EQ(error_for("\x80\x04N."), message("is a plain pickle, not one that torch.save wrote"));
  EXPECT_EQ(error_of([&] { open_tensor_file(folder_.path()); }),
            folder_.path().string() + ": is a folder, not a file");
}

TEST_F(TensorFileTest, RefusesAKeyWhereThereAreNoDictionaries) {
  write_letters<SafetensorsWriter>(folder_ / "s", {"a"});
  EXPECT_EQ(error_of([&] { open_tensor_file(folder_ / "s", "model"); }),
            (folder_ / "s").string() + ": a safetensors file has no dictionary 'model'");
  EXPECT_EQ(error_for(R"({"weight_map":{"a":"s"}})", "model"),
            message("an index has no dictionary 'model'"));
}

TEST(TensorIndex, SurvivesDamageAnywhere) {
  const std::string index = R"({"metadata":{"n":[1,true]},"weight_map":{"a":"s","b":"t"}})";
  const auto parse = [](std::span<const std::byte> bytes) {
    parse_tensor_index({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "f");
  };
  test::expect_error_at_every_length(index, parse);
  test::survive_every_bit_flip(index, parse);
}

}  // namespace
}  // namespace unipic::io
