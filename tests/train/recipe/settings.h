#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unipic::train::test {

// Settings that hold every kind of thing a recipe can say.

enum class Decay { kConstant, kCosine };

constexpr auto recipe_names(Decay) {
  return std::array{std::pair<std::string_view, Decay>{"constant", Decay::kConstant},
                    std::pair<std::string_view, Decay>{"cosine", Decay::kCosine}};
}

struct Optimizer {
  double lr = 1e-4;
  std::vector<double> betas = {0.9, 0.95};
  Decay decay = Decay::kConstant;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("lr", lr, "peak learning rate");
    v.field("betas", betas, "decay of the two moments");
    v.field("decay", decay, "schedule of the learning rate");
  }
  bool operator==(const Optimizer&) const = default;
};

struct Source {
  std::string path;
  uint16_t weight = 1;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("path", path, "shards to read");
    v.field("weight", weight, "samples of this source in a round");
  }
  bool operator==(const Source&) const = default;
};

struct Stage {
  int64_t steps = 100;
  std::vector<Source> sources;
  Optimizer optimizer;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.tables("source", sources);
    v.group("optimizer", optimizer);
    v.field("steps", steps, "");
  }
  bool operator==(const Stage&) const = default;
};

struct Settings {
  std::string name = "run";
  bool compile = false;
  uint64_t seed = 1;
  std::optional<double> clip;
  std::optional<std::string> note;
  std::vector<std::string> tags;
  std::vector<int64_t> sizes = {256};
  std::map<std::string, double, std::less<>> mixture;
  Optimizer optimizer;
  std::vector<Stage> stages;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("name", name, "name of the run");
    v.group("optimizer", optimizer, "AdamW");
    v.tables("stage", stages, "run one after another");
    v.field("compile", compile, "");
    v.field("seed", seed, "of every random number");
    v.field("clip", clip, "largest norm of the gradient");
    v.field("note", note, "");
    v.field("tags", tags, "");
    v.field("sizes", sizes, "sides of pictures");
    v.field("mixture", mixture, "weight of each data set");
  }
  bool operator==(const Settings&) const = default;
};

}  // namespace unipic::train::test
