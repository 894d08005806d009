#include "train/sources.h"

#include <gtest/gtest.h>

#include <set>

#include "data/source_files.h"
#include "data/tar_bytes.h"

namespace unipic::train {
namespace {

using test::error_of;

class RecipeSources : public testing::Test {
 protected:
  RecipeSources() { write_image(folder_ / "cat.png", cat_); }

  // What the first sample of the only source is.
  data::Sample first(SourceSettings settings) const {
    settings.name = "mine";
    const auto sources = open_sources({settings});
    EXPECT_EQ(sources.at("mine")->name(), "mine");
    return sources.at("mine")->sample(0, 0);
  }
  std::string write(const std::string& name, const std::string& text) const {
    test::write_file(folder_ / name, text);
    return (folder_ / name).string();
  }

  const Image cat_ = test::gradient(100, 90);
  const test::TemporaryFolder folder_;
};

TEST_F(RecipeSources, AreImageFolders) {
  write("cat.txt", "A cat.\n");
  EXPECT_EQ(first({.kind = "image folder", .path = folder_.path().string()}),
            data::Sample(data::TextToImage{cat_, "A cat."}));
}

TEST_F(RecipeSources, AreJsonLinesOfEachKind) {
  const auto captions = write("c.jsonl", R"({"file":"cat.png","text":"A cat."})");
  EXPECT_EQ(first({.kind = "json lines captions",
                   .path = captions,
                   .image_key = "file",
                   .caption_key = "text"}),
            data::Sample(data::TextToImage{cat_, "A cat."}));
  const auto questions = write(
      "q.jsonl", R"({"image":"cat.png","conversations":[{"value":"What?"},{"value":"A cat."}]})");
  EXPECT_EQ(first({.kind = "json lines questions", .path = questions}),
            data::Sample(data::Understanding{cat_, "What?", "A cat."}));
  const auto edits = write("e.jsonl", R"({"images":["cat.png"],"image":"cat.png","prompt":"Go."})");
  EXPECT_EQ(first({.kind = "json lines edits", .path = edits}),
            data::Sample(data::Edit{{cat_}, cat_, "Go."}));
  const auto pictures = write("p.jsonl", R"({"image":"cat.png"})");
  EXPECT_EQ(first({.kind = "json lines pictures", .path = pictures}),
            data::Sample(data::Edit{{cat_}, cat_, "Repeat this image."}));
}

TEST_F(RecipeSources, AreJsonListsAndTarShards) {
  const auto list = write("l.json", R"([{"image":"cat.png","caption":"A cat."}])");
  const auto wanted = data::Sample(data::TextToImage{cat_, "A cat."});
  EXPECT_EQ(first({.kind = "json list", .path = list}), wanted);
  write("cat.json", R"({"words":"A cat."})");
  const auto files = write("f.json", R"([{"image":"cat.png","annotation":"cat.json"}])");
  EXPECT_EQ(
      first({.kind = "json list", .path = files, .caption_key = "words", .annotations = true}),
      wanted);
  write("s-0.tar", test::tar_file("0.png", test::png_bytes(cat_)) + test::tar_file("0.cls", "1") +
                       test::tar_end());
  EXPECT_EQ(first({.kind = "tar",
                   .path = (folder_ / "s-{0..0}.tar").string(),
                   .class_names = {"A dog.", "A cat."}}),
            wanted);
}

TEST_F(RecipeSources, LookForPicturesWhereTheRootIs) {
  std::filesystem::create_directory(folder_ / "elsewhere");
  SourceSettings settings = {
      .kind = "json lines captions",
      .path = write("elsewhere/c.jsonl", R"({"image":"cat.png","caption":"A cat."})"),
      .root = folder_.path().string()};
  EXPECT_EQ(std::get<data::TextToImage>(first(settings)).image, cat_);
  settings.root = (folder_ / "elsewhere").string();
  EXPECT_NE(error_of([&] { first(settings); }).find("c.jsonl line 1: "), std::string::npos);
}

TEST_F(RecipeSources, OfUnknownKindsSuggestTheNearest) {
  EXPECT_EQ(error_of([&] { first({.kind = "image folders"}); }),
            "[[source]] 'mine': unknown kind 'image folders'; did you mean 'image folder'?");
  EXPECT_EQ(error_of([&] { first({.kind = "image folder"}); }),
            "[[source]] 'mine': its kind 'image folder' wants a path");
  EXPECT_EQ(error_of([] {
              open_sources({{.name = "a"}, {.name = "a"}});
            }),
            "two [[source]] are called 'a'");
}

TEST(SceneSources, ShowWhatTheRecipeAllows) {
  const SourceSettings settings = {.kind = "dense scene captions",
                                   .size = 32,
                                   .contents = scenes::Contents::kOneObject,
                                   .classes = scenes::ClassSet::kPopular};
  const auto source = open_sources({settings}).at("captions");
  for (uint64_t index = 0; index < 20; ++index) {
    const auto caption = std::get<data::TextToImage>(source->sample(0, index)).caption;
    EXPECT_EQ(caption.find(" and a"), std::string::npos) << caption;
  }
}

TEST(SceneSources, DescribeWhatTheirCaptionsSay) {
  const SourceSettings captions = {.kind = "dense scene captions", .size = 32};
  auto descriptions = captions;
  descriptions.kind = "scene descriptions";
  const auto captioned = open_sources({captions}).at("captions")->sample(0, 3);
  const auto described = open_sources({descriptions}).at("captions")->sample(0, 3);
  const auto& pair = std::get<data::TextToImage>(captioned);
  const auto& dialogue = std::get<data::Understanding>(described);
  EXPECT_EQ(dialogue.answer, pair.caption);
  EXPECT_EQ(dialogue.image.pixels, pair.image.pixels);
  EXPECT_EQ(dialogue.question, "Describe the picture in detail.");
}

TEST_F(RecipeSources, MixThoseAboveThem) {
  const std::vector<SourceSettings> settings = {
      {.name = "one", .kind = "scene captions", .size = 32},
      {.name = "two", .kind = "scene captions", .size = 48},
      {.name = "both", .kind = "mixture", .parts = {"one", "two"}, .weights = {2, 1}}};
  const auto both = open_sources(settings).at("both");
  int small = 0;
  for (uint64_t index = 0; index < 9; ++index) {
    small += std::get<data::TextToImage>(both->sample(0, index)).image.width == 32;
  }
  EXPECT_EQ(small, 6);
  EXPECT_EQ(error_of([&] { open_sources({settings[2]}); }), "there is no [[source]] called 'one'");
  EXPECT_EQ(error_of([] { open_sources({{.name = "none", .kind = "mixture"}}); }),
            "[[source]] 'none': a mixture wants parts");
  EXPECT_EQ(error_of([] { open_sources({{.name = "one", .parts = {"one"}}}); }),
            "[[source]] 'one': only a mixture has parts");
}

// The plain layout has one background.
TEST(SceneSources, AskAboutScenesOfALayout) {
  const auto corners = [](scenes::Layout layout) {
    const auto source =
        open_sources({{.kind = "scene questions", .size = 32, .layout = layout}}).at("captions");
    std::set<uint8_t> values;
    for (uint64_t index = 0; index < 10; ++index) {
      values.insert(std::get<data::Understanding>(source->sample(0, index)).image.pixels.front());
    }
    return values.size();
  };
  EXPECT_EQ(corners(scenes::Layout::kPlain), 1U);
  EXPECT_GT(corners(scenes::Layout::kFree), 3U);
}

TEST(SceneSources, RefuseContentsAndLayoutsThatDoNotFit) {
  EXPECT_EQ(error_of([] {
              open_sources({{.kind = "scene edits", .contents = scenes::Contents::kOneObject}});
            }),
            "[[source]] 'captions': only scenes with captions can be of one object");
  EXPECT_EQ(error_of([] { open_sources({{.layout = scenes::Layout::kIcon}}); }),
            "[[source]] 'captions': only scenes of one object can be icons");
}

}  // namespace
}  // namespace unipic::train
