#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/scenes/sampler.h"
#include "data/shuffled_sources.h"
#include "data/source.h"

namespace unipic::scenes {

constexpr auto recipe_names(Contents) {
  using enum Contents;
  return std::array{std::pair<std::string_view, Contents>{"any", kAny},
                    std::pair<std::string_view, Contents>{"one object", kOneObject}};
}

constexpr auto recipe_names(ClassSet) {
  using enum ClassSet;
  return std::array{std::pair<std::string_view, ClassSet>{"all", kAll},
                    std::pair<std::string_view, ClassSet>{"coco", kCoco},
                    std::pair<std::string_view, ClassSet>{"popular", kPopular}};
}

constexpr auto recipe_names(Layout) {
  using enum Layout;
  return std::array{std::pair<std::string_view, Layout>{"free", kFree},
                    std::pair<std::string_view, Layout>{"tidy", kTidy},
                    std::pair<std::string_view, Layout>{"icon", kIcon},
                    std::pair<std::string_view, Layout>{"plain", kPlain}};
}

}  // namespace unipic::scenes

namespace unipic::train {

// Where samples come from.
struct SourceSettings {
  std::string name = "captions";
  std::string kind = "scene captions";
  std::string path = {};
  std::string root = {};
  bool confined = false;
  std::string image_key = "image";
  std::string caption_key = "caption";
  bool annotations = false;
  std::vector<std::string> class_names = {};
  std::vector<std::string> parts = {};
  std::vector<double> weights = {};
  bool write_index = false;
  int64_t size = 128;
  uint64_t seed = 1;
  scenes::Contents contents = scenes::Contents::kAny;
  scenes::ClassSet classes = scenes::ClassSet::kAll;
  scenes::Layout layout = scenes::Layout::kFree;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("name", name, "what the rest of the recipe calls it");
    v.field("kind", kind,
            "scene captions, dense scene captions, short scene captions, scene descriptions, "
            "scene questions, scene edits, image folder, "
            "json lines captions, json lines questions, json lines edits, json lines pictures, "
            "json list, tar or mixture");
    v.field("path", path, "file or folder; a tar's may hold braces: train-{0000..0099}.tar");
    v.field("root", root, "where relative names of pictures are looked up; empty: beside the file");
    v.field("confined", confined, "refuse pictures outside of root");
    v.field("image_key", image_key, "what JSON lines call the picture of a caption");
    v.field("caption_key", caption_key, "what JSON calls the caption");
    v.field("annotations", annotations,
            "whether captions of a JSON list are in files of their own");
    v.field("class_names", class_names, "captions of a tar's class numbers");
    v.field("parts", parts, "of a mixture: names of sources that stand above it");
    v.field("weights", weights, "of the parts of a mixture; empty: all the same");
    v.field("write_index", write_index, "write a missing index beside JSON lines");
    v.field("size", size, "pixels a side of scenes");
    v.field("seed", seed, "of scenes, and of the order in a mixture");
    v.field("contents", contents, "of scenes with captions: any or one object");
    v.field("classes", classes, "of the objects of scenes: all, coco or popular");
    v.field(
        "layout", layout,
        "of scenes with captions: free, tidy (objects upright, on a grid, in few sizes) or icon "
        "(one object in the middle)");
  }
};

// The sources of a run by name.
using Sources = std::map<std::string, std::shared_ptr<const data::Source>>;

// Throws `UsageError` for an unknown kind, a missing path or a name used twice, `Error` if files
// cannot be read.
Sources open_sources(const std::vector<SourceSettings>& settings);

// The source of that name. Throws `UsageError` if there is none.
std::shared_ptr<const data::Source> source_named(const Sources& sources, const std::string& name);

// A source alone, for reading.
std::shared_ptr<const data::ShuffledSources> shuffled(std::shared_ptr<const data::Source> source,
                                                      uint64_t seed);
// The sources of `names` in that order, for reading. Throws `UsageError` for a name
// that is not there.
std::shared_ptr<const data::ShuffledSources> shuffled(const Sources& sources,
                                                      const std::vector<std::string>& names,
                                                      uint64_t seed);

// Captions of scenes that no training source shows: combinations that are held out. Contents,
// classes, layout and the kind of captions are those of `like`, if it has any.
std::shared_ptr<const data::Source> held_out_scenes(const SourceSettings& like, int64_t size);

}  // namespace unipic::train
