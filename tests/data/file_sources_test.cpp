// The sources that read JSON and folders, over real files.

#include <gtest/gtest.h>

#include "data/image_folder_source.h"
#include "data/json_lines_source.h"
#include "data/json_list_source.h"
#include "data/source_files.h"

namespace unipic::data {
namespace {

using test::error_of;
using test::sample_error;

class FileSources : public testing::Test {
 protected:
  FileSources() {
    std::filesystem::create_directory(folder_ / "images");
    write_image(folder_ / "images/cat.png", cat_);
    write_image(folder_ / "images/dog.png", dog_);
    test::write_file(folder_ / "images/torn.png",
                     test::read_file(folder_ / "images/dog.png").substr(0, 40));
  }

  std::string write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    test::write_file(folder_ / name, text);
    return (folder_ / name).string();
  }
  std::string path(const std::string& name) { return (folder_ / name).string(); }

  const Image cat_ = test::gradient(90, 100);
  const Image dog_ = test::gradient(20, 12);
  test::TemporaryFolder folder_;
};

TEST_F(FileSources, JsonLinesGiveTextToImage) {
  const auto file = write("d.jsonl",
                          "{\"image\":\"images/cat.png\",\"caption\":\"A cat.\"}\n"
                          "{\"image\":\"images/dog.png\",\"caption\":\"A dog.\"}\n");
  const auto source = open_json_lines(file);
  EXPECT_EQ(source->name(), file);
  ASSERT_EQ(source->size(), 2U);
  EXPECT_EQ(source->sample(0, 1), Sample(TextToImage{dog_, "A dog."}));
  EXPECT_EQ(source->sample(3, 0), Sample(TextToImage{cat_, "A cat."}));
}

TEST_F(FileSources, JsonLinesGiveUnderstanding) {
  const auto file =
      write("d.jsonl", R"({"image":"cat.png","conversations":[{"value":"<image>\nWhat?"},)"
                       R"({"value":"A cat."}]})");
  const auto source = open_json_lines(file, {.kind = RecordKind::kUnderstanding},
                                      {.name = "vqa", .root = folder_ / "images"});
  EXPECT_EQ(source->name(), "vqa");
  EXPECT_EQ(source->sample(0, 0), Sample(Understanding{cat_, "What?", "A cat."}));
}

TEST_F(FileSources, JsonLinesGiveEditsAndReconstructions) {
  const auto edits =
      write("e.jsonl", R"({"images":["images/cat.png"],"image":"images/dog.png","prompt":"Dog!"})");
  EXPECT_EQ(open_json_lines(edits, {.kind = RecordKind::kEdit})->sample(0, 0),
            Sample(Edit{{cat_}, dog_, "Dog!"}));
  const auto repeats = write("r.jsonl", R"({"image":"images/dog.png","caption":"unused"})");
  EXPECT_EQ(open_json_lines(repeats, {.kind = RecordKind::kReconstruction})->sample(0, 0),
            Sample(Edit{{dog_}, dog_, "Repeat this image."}));
}

TEST_F(FileSources, JsonLinesNameFileAndLineOfABadSample) {
  const auto file = write("d.jsonl",
                          "{\"image\":\"images/none.png\",\"caption\":\"\"}\n\n"
                          "{\"image\":\"images/torn.png\",\"caption\":\"\"}\n"
                          "{\"image\":\"\",\"caption\":\"\"}\n"
                          "{\"image\":\"images\",\"caption\":\"\"}\n"
                          "{\"image\":\"d.jsonl\",\"caption\":\"\"}\n");
  const auto source = open_json_lines(file);
  EXPECT_EQ(sample_error(*source, 0), file + " line 1: " + path("images/none.png") +
                                          ": cannot open: No such file or directory");
  EXPECT_EQ(sample_error(*source, 1), file + " line 2: record: JSON is malformed at byte 1");
  EXPECT_EQ(sample_error(*source, 2).find(file + " line 3: " + path("images/torn.png")), 0U)
      << sample_error(*source, 2);
  EXPECT_EQ(sample_error(*source, 3), file + " line 4: '' is not the name of a file");
  EXPECT_EQ(sample_error(*source, 4),
            file + " line 5: " + path("images") + ": is a folder, not a file");
  EXPECT_EQ(sample_error(*source, 5),
            file + " line 6: " + file + ": is not a PNG, JPEG or WebP image");
}

TEST_F(FileSources, ApplyRulesAndLimitsToImages) {
  const auto file = write("d.jsonl", R"({"image":"images/dog.png","caption":""})");
  EXPECT_EQ(sample_error(*open_json_lines(file, {}, {.rules = {.text_to_image = {12}}}), 0),
            file + " line 1: an image of 20x12 is too small; both sides must exceed 12 pixels");
  EXPECT_EQ(sample_error(*open_json_lines(file, {}, {.limits = {.max_pixels = 239}}), 0),
            file + " line 1: " + path("images/dog.png") +
                ": an image of 20x12, at most 239 pixels are allowed");
  EXPECT_EQ(sample_error(*open_json_lines(file, {}, {.limits = {.max_pixels = 240}}), 0),
            "no error");
}

TEST_F(FileSources, LeaveTheirFolderOnlyIfNotConfined) {
  std::filesystem::create_symlink(path("images/dog.png"), folder_ / "link.png");
  std::filesystem::create_directory(folder_ / "inner");
  std::filesystem::create_symlink(path("images/dog.png"), folder_ / "inner/link.png");
  for (const auto& name :
       {std::string("../images/dog.png"), std::string("link.png"), path("images/dog.png")}) {
    const auto file = write("inner/d.jsonl", R"({"image":")" + name + R"(","caption":"A dog."})");
    EXPECT_EQ(open_json_lines(file)->sample(0, 0), Sample(TextToImage{dog_, "A dog."})) << name;
    EXPECT_EQ(sample_error(*open_json_lines(file, {}, {.confined = true}), 0),
              file + " line 1: '" + name + "' leads out of " + path("inner"));
  }
  const auto file = write("d.jsonl", R"({"image":"link.png","caption":"A dog."})");
  EXPECT_EQ(sample_error(*open_json_lines(file, {}, {.confined = true}), 0), "no error")
      << "a link inside may lead to another place inside";
}

TEST_F(FileSources, JsonListsHoldCaptions) {
  const auto file =
      write("d.json", R"([{"image":"images/cat.png","caption":"A cat."},{"image":"x"},)"
                      R"({"image":"images/dog.png","caption":"A dog."}])");
  const auto source = open_json_list(file);
  ASSERT_EQ(source->size(), 3U);
  EXPECT_EQ(source->sample(0, 2), Sample(TextToImage{dog_, "A dog."}));
  EXPECT_EQ(sample_error(*source, 1), file + " item 2: record: 'caption' is missing");
}

TEST_F(FileSources, FoldersOfJsonListsNameAnnotations) {
  write("lists/b.json", R"([{"image":"dog.png","annotation":"dog.json"}])");
  write("lists/a.json", R"([{"image":"cat.png","annotation":"cat.json"},)"
                        R"({"image":"cat.png","annotation":"none.json"}])");
  write("lists/readme.txt", "not a list");
  write("texts/cat.json", R"({"caption":"A cat.","long":"A grey cat."})");
  write("texts/dog.json", R"({"caption":7})");
  const FileSourceOptions files{.root = folder_ / "images"};
  JsonListOptions options{.place = CaptionPlace::kInAnnotation,
                          .annotation_root = folder_ / "texts"};
  const auto source = open_json_list(folder_ / "lists", options, files);
  ASSERT_EQ(source->size(), 3U);
  EXPECT_EQ(source->sample(0, 0), Sample(TextToImage{cat_, "A cat."}));
  EXPECT_EQ(sample_error(*source, 1), path("lists/a.json") + " item 2: " + path("texts/none.json") +
                                          ": cannot open: No such file or directory");
  EXPECT_EQ(sample_error(*source, 2),
            path("lists/b.json") + " item 1: dog.json: 'caption' is not a string");
  options.caption_key = "long";
  EXPECT_EQ(open_json_list(folder_ / "lists", options, files)->sample(0, 0),
            Sample(TextToImage{cat_, "A grey cat."}));
}

TEST_F(FileSources, JsonListsAreRefusedWhole) {
  const auto error = [&](const std::string& text) {
    const auto file = write("d.json", text);
    return error_of([&] { open_json_list(file); });
  };
  EXPECT_EQ(error("{}"), path("d.json") + ": is not a JSON list");
  EXPECT_EQ(error("[]"), path("d.json") + ": lists no samples");
  EXPECT_EQ(error("[1"), path("d.json") + ": JSON is malformed at byte 3");
  EXPECT_EQ(error_of([&] { open_json_list(folder_ / "images"); }),
            path("images") + ": lists no samples");
}

TEST_F(FileSources, ImageFoldersPairPicturesWithTexts) {
  write("images/cat.txt", "A cat.\n");
  write("images/torn.txt", "Torn.");
  write("images/more/deep.txt", " Deep. ");
  write_image(folder_ / "images/more/deep.png", cat_);
  write("images/.hidden.png", "x");
  write("images/.git/x.png", "x");
  const auto source = open_image_folder(folder_ / "images");
  ASSERT_EQ(source->size(), 4U);
  EXPECT_EQ(source->sample(0, 0), Sample(TextToImage{cat_, "A cat."}));
  EXPECT_EQ(sample_error(*source, 1), path("images/dog.png") + ": " + path("images/dog.txt") +
                                          ": cannot open: No such file or directory");
  EXPECT_EQ(source->sample(0, 2), Sample(TextToImage{cat_, "Deep."}));
  EXPECT_EQ(sample_error(*source, 3).find(path("images/torn.png") + ": "), 0U);
}

TEST_F(FileSources, ImageFoldersFollowTheirMetadata) {
  const auto file = write("images/metadata.jsonl", R"({"file_name":"dog.png","text":"A dog."})");
  const auto source = open_image_folder(folder_ / "images");
  EXPECT_EQ(source->name(), path("images"));
  ASSERT_EQ(source->size(), 1U);
  EXPECT_EQ(source->sample(0, 0), Sample(TextToImage{dog_, "A dog."}));
}

TEST_F(FileSources, ImageFoldersWithoutPicturesOrCaptionsAreRefused) {
  EXPECT_EQ(error_of([&] { open_image_folder(folder_ / "images"); }),
            path("images") +
                ": no picture has a caption: neither a metadata.jsonl nor, for "
                "example, cat.txt is there");
  std::filesystem::create_directory(folder_ / "empty");
  EXPECT_EQ(error_of([&] { open_image_folder(folder_ / "empty"); }),
            path("empty") + ": has no pictures (.png, .jpg, .jpeg, .webp)");
  EXPECT_EQ(error_of([&] { open_image_folder(folder_ / "none"); }),
            path("none") + ": cannot open: No such file or directory");
}

TEST_F(FileSources, CaptionsMustBeShortUtf8) {
  write("images/cat.txt", "\xff");
  write("images/dog.txt", std::string((size_t{1} << 20) + 1, 'a'));
  const auto source = open_image_folder(folder_ / "images");
  EXPECT_EQ(sample_error(*source, 0),
            path("images/cat.png") + ": " + path("images/cat.txt") + ": is not UTF-8");
  EXPECT_EQ(sample_error(*source, 1), path("images/dog.png") + ": " + path("images/dog.txt") +
                                          ": 1048577 bytes, at most 1048576 are read as a text");
}

}  // namespace
}  // namespace unipic::data
