#include "data/tar_source.h"

#include <gtest/gtest.h>

#include "data/source_files.h"
#include "data/tar_bytes.h"
#include "data/tar_samples.h"

namespace unipic::data {
namespace {

using test::error_of;
using test::sample_error;
using test::tar_end;
using test::tar_file;

std::vector<std::string> keys_of(const std::vector<std::string>& names) {
  std::vector<TarEntry> entries;
  for (const auto& name : names) entries.push_back({name, 512 * (entries.size() + 1), 1});
  std::vector<std::string> keys;
  for (const auto& sample : group_tar_entries(entries)) {
    keys.push_back(fmt::format("{} {} {} {}", sample.key, sample.image.offset / 512,
                               sample.caption.offset / 512,
                               static_cast<int>(sample.caption_format)));
  }
  return keys;
}

using Keys = std::vector<std::string>;

TEST(TarSamples, AreNeighboursWithTheSameNameUpToTheFirstDot) {
  EXPECT_EQ(keys_of({"a/1.jpg", "a/1.txt", "a/2.txt", "a/2.PNG", "b/2.webp", "b/2.json"}),
            (Keys{"a/1 1 2 1", "a/2 4 3 1", "b/2 5 6 2"}));
  EXPECT_EQ(keys_of({"v1.0/x.jpeg", "v1.0/x.txt", "v1.0/y.txt"}),
            (Keys{"v1.0/x 1 2 1", "v1.0/y 0 3 1"}))
      << "dots in folders are no ends of keys";
}

TEST(TarSamples, PreferTextToJsonToClassesAndTheFirstImage) {
  EXPECT_EQ(keys_of({"1.cls", "1.json", "1.txt", "1.png", "1.jpg"}), (Keys{"1 4 3 1"}));
  EXPECT_EQ(keys_of({"1.txt", "1.json", "1.cls"}), (Keys{"1 0 1 1"}));
  EXPECT_EQ(keys_of({"1.jpg", "1.mask.png", "1.seg.txt"}), (Keys{"1 1 0 0"}));
}

TEST(TarSamples, LeaveOutWhatIsNeitherImageNorCaption) {
  EXPECT_EQ(keys_of({"README", "._1.jpg", "x/.hidden.txt", "1.npy", "2.png", "3.bin"}),
            (Keys{"2 5 0 0"}));
}

class TarSourceTest : public testing::Test {
 protected:
  TarSourceTest() {
    test::write_file(folder_ / "s-0.tar", tar_file("000.png", png(10)) +
                                              tar_file("000.txt", " A cat.\n") +
                                              tar_file("001.json", R"({"caption":"A dog."})") +
                                              tar_file("001.png", png(11)) + tar_end());
    test::write_file(folder_ / "s-1.tar", tar_end());
    test::write_file(folder_ / "s-2.tar",
                     tar_file("002.png", png(12)) + tar_file("002.cls", "1\n") + tar_end());
  }
  static std::string png(int64_t width) { return test::png_bytes(test::gradient(width, 10)); }

  std::string pattern(const std::string& name) { return (folder_ / name).string(); }

  // The error of the one sample of a shard.
  std::string error_of_sample(const std::string& shard, const TarOptions& options = {}) {
    test::write_file(folder_ / "x.tar", shard);
    return sample_error(*open_tar_shards({pattern("x.tar")}, options), 0);
  }
  std::string message(const std::string& text) { return pattern("x.tar") + " sample '7': " + text; }

  test::TemporaryFolder folder_;
};

TEST_F(TarSourceTest, PicksSamplesFromAllShards) {
  const auto source = open_tar_shards({pattern("s-{0..2}.tar")}, {.class_names = {"no", "A fox."}});
  ASSERT_EQ(source->size(), 3U);
  EXPECT_EQ(source->sample(0, 2), Sample(TextToImage{test::gradient(12, 10), "A fox."}));
  EXPECT_EQ(source->sample(5, 0), Sample(TextToImage{test::gradient(10, 10), "A cat."}));
  EXPECT_EQ(source->sample(0, 1), Sample(TextToImage{test::gradient(11, 10), "A dog."}));
}

TEST_F(TarSourceTest, NamesShardAndKeyOfABadSample) {
  const auto image = tar_file("7.png", png(10));
  EXPECT_EQ(error_of_sample(tar_file("7.txt", "t")),
            message("has no image (.jpg, .jpeg, .png or .webp)"));
  EXPECT_EQ(error_of_sample(image), message("has no caption (.txt, .json or .cls)"));
  EXPECT_EQ(error_of_sample(tar_file("7.png", "hello") + tar_file("7.txt", "t")),
            message("image: is not a PNG, JPEG or WebP image"));
  EXPECT_EQ(error_of_sample(tar_file("7.png", "") + tar_file("7.txt", "t")),
            message("image: is empty, not an image"));
  EXPECT_EQ(error_of_sample(tar_file("7.png", png(4)) + tar_file("7.txt", "t")),
            message("an image of 4x10 is too small; both sides must exceed 8 pixels"));
  EXPECT_EQ(error_of_sample(image + tar_file("7.txt", "\xff")), message("caption: is not UTF-8"));
  EXPECT_EQ(error_of_sample(image + tar_file("7.json", "{}")),
            message("caption: 'caption' is missing"));
  EXPECT_EQ(error_of_sample(image + tar_file("7.json", "{")),
            message("caption: JSON is malformed at byte 2"));
  const auto with_class = [&](const std::string& text) { return image + tar_file("7.cls", text); };
  EXPECT_EQ(error_of_sample(with_class("0")),
            message("has only a class number; a list of class names is needed to caption it"));
  EXPECT_EQ(error_of_sample(with_class("2"), {.class_names = {"a", "b"}}),
            message("class '2' is not a number below 2"));
  EXPECT_EQ(error_of_sample(with_class("1x"), {.class_names = {"a", "b"}}),
            message("class '1x' is not a number below 2"));
}

TEST_F(TarSourceTest, RefusesAShardThatWasCutAfterItWasOpened) {
  const auto tar = tar_file("7.txt", "t") + tar_file("7.png", png(10));
  test::write_file(folder_ / "x.tar", tar);
  const auto source = open_tar_shards({pattern("x.tar")});
  test::write_file(folder_ / "x.tar", tar.substr(0, 1536 + 20));
  EXPECT_EQ(sample_error(*source, 0), message("the file is shorter than when it was opened"));
}

TEST_F(TarSourceTest, RefusesShardsThatAreMissingDamagedOrEmpty) {
  EXPECT_EQ(error_of([&] { open_tar_shards({pattern("s-{2..3}.tar")}); }),
            pattern("s-3.tar") + ": cannot open: No such file or directory");
  EXPECT_EQ(error_of([&] { open_tar_shards({pattern("s-1.tar")}); }),
            pattern("s-1.tar") + ": no samples in 1 shards");
  EXPECT_EQ(error_of([] { open_tar_shards({}); }), "no tar shards are named");
}

}  // namespace
}  // namespace unipic::data
