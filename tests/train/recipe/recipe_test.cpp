#include "train/recipe/recipe.h"

#include <gtest/gtest.h>

#include "support/error.h"
#include "support/temporary_folder.h"
#include "train/recipe/settings.h"
#include "train/recipe/toml.h"

namespace unipic::train {
namespace {

using test::Decay;
using test::Settings;
using unipic::test::error_of;
using unipic::test::TemporaryFolder;
using unipic::test::write_file;

Settings settings_of(std::string_view toml) {
  return apply_recipe(Settings{}, parse_toml(toml, "r.toml"));
}

std::string error_in(std::string_view toml) {
  return error_of([&] { settings_of(toml); });
}

constexpr std::string_view kEverything = R"(
name = "a \"quoted\"\nname"
compile = true
seed = 9223372036854775807
clip = 1
tags = ["x", 'y\z']
sizes = []

[mixture]
scenes = 2.5
"with space" = 1

[optimizer]
lr = 3e-4
betas = [0.8, 0.99, 1e-300]
decay = "cosine"

[[stage]]
steps = -5
optimizer.lr = 0.1
[[stage.source]]
path = "a"
[[stage.source]]
path = "b"
weight = 65535

[[stage]]
)";

TEST(Recipe, FillsEveryKindOfSetting) {
  const auto settings = settings_of(kEverything);
  EXPECT_EQ(settings.name, "a \"quoted\"\nname");
  EXPECT_TRUE(settings.compile);
  EXPECT_EQ(settings.seed, uint64_t{9223372036854775807});
  EXPECT_EQ(settings.clip, 1.0);
  EXPECT_EQ(settings.note, std::nullopt);
  EXPECT_EQ(settings.tags, (std::vector<std::string>{"x", "y\\z"}));
  EXPECT_TRUE(settings.sizes.empty());
  EXPECT_EQ(settings.mixture.at("scenes"), 2.5);
  EXPECT_EQ(settings.mixture.at("with space"), 1);
  EXPECT_EQ(settings.optimizer.lr, 3e-4);
  EXPECT_EQ(settings.optimizer.betas, (std::vector<double>{0.8, 0.99, 1e-300}));
  EXPECT_EQ(settings.optimizer.decay, Decay::kCosine);
  ASSERT_EQ(settings.stages.size(), 2U);
  EXPECT_EQ(settings.stages[0].steps, -5);
  EXPECT_EQ(settings.stages[0].optimizer.lr, 0.1);
  ASSERT_EQ(settings.stages[0].sources.size(), 2U);
  EXPECT_EQ(settings.stages[0].sources[0].weight, 1);
  EXPECT_EQ(settings.stages[0].sources[1].path, "b");
  EXPECT_EQ(settings.stages[0].sources[1].weight, 65535);
  EXPECT_EQ(settings.stages[1], test::Stage{});
}

TEST(Recipe, KeepsTheDefaultsItDoesNotMention) { EXPECT_EQ(settings_of(""), Settings{}); }

TEST(Recipe, ReadsBackWhatItPrints) {
  for (const auto& settings : {Settings{}, settings_of(kEverything)}) {
    const auto text = print_recipe(settings);
    EXPECT_EQ(settings_of(text), settings) << text;
  }
}

TEST(Recipe, PrintsHelpAndAnOptionalThatIsUnset) {
  EXPECT_EQ(print_recipe(Settings{}), R"(name = "run"     # name of the run
stage = []       # run one after another
compile = false
seed = 1         # of every random number
clip = "none"    # largest norm of the gradient
note = "none"
tags = []
sizes = [256]    # sides of pictures
mixture = {}     # weight of each data set

[optimizer]  # AdamW
lr = 0.0001          # peak learning rate
betas = [0.9, 0.95]  # decay of the two moments
decay = "constant"   # schedule of the learning rate
)");
}

TEST(Recipe, PrintsTheSectionsOfATableInAListUnderItsKey) {
  const auto text = print_recipe(settings_of("stage = [{source = [{path = 'a'}]}]"));
  EXPECT_NE(text.find("\n[[stage]]  # run one after another\nsteps = 100\n"
                      "\n[[stage.source]]\npath = \"a\""),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\n[stage.optimizer]\nlr = 0.0001"), std::string::npos) << text;
}

TEST(Recipe, BecomesJsonInTheOrderOfItsFields) {
  auto settings = settings_of("clip = 2\nmixture = {a = 1}\nstage = [{steps = 3}]");
  const auto json = recipe_to_json(settings);
  EXPECT_EQ(json["clip"], 2.0);
  EXPECT_EQ(json["seed"], 1);
  EXPECT_EQ(json["mixture"]["a"], 1.0);
  EXPECT_EQ(json["stage"][0]["steps"], 3);
  EXPECT_EQ(json["optimizer"].dump(), R"({"lr":0.0001,"betas":[0.9,0.95],"decay":"constant"})");
  EXPECT_EQ(json.begin().key(), "name");
}

TEST(Recipe, SuggestsTheNearestKeyForAnUnknownOne) {
  EXPECT_EQ(error_in("[optimizer]\nlr = 1.0\nbeta = [1.0]"),
            "r.toml:3:1: unknown key optimizer.beta; did you mean 'betas'?");
  EXPECT_EQ(error_in("[[stage]]\n[[stage]]\nstep = 1"),
            "r.toml:3:1: unknown key stage.1.step; did you mean 'steps'?");
  EXPECT_EQ(error_in("optimizer.warm_up = 5"),
            "r.toml:1:11: unknown key optimizer.warm_up; known are lr, betas, decay");
  EXPECT_EQ(error_in("\"se\\u0007d\" = 5"),
            "r.toml:1:1: unknown key \"se\\u0007d\"; did you mean 'seed'?");
}

TEST(Recipe, NamesPlaceKeyWantedTypeAndFoundValue) {
  EXPECT_EQ(error_in("\n[optimizer]\nlr = \"fast\""),
            "r.toml:3:6: optimizer.lr wants a number, found the string \"fast\"");
  EXPECT_EQ(error_in("stage = [{}, {steps = 1.5}]"),
            "r.toml:1:23: stage.1.steps wants an integer, found the number 1.5");
  EXPECT_EQ(error_in("compile = 1"),
            "r.toml:1:11: compile wants true or false, found the integer 1");
  EXPECT_EQ(error_in("name = true"), "r.toml:1:8: name wants a string, found true");
  EXPECT_EQ(error_in("tags = 'a'"), "r.toml:1:8: tags wants an array, found the string \"a\"");
  EXPECT_EQ(error_in("tags = ['a', 2]"), "r.toml:1:14: tags.1 wants a string, found the integer 2");
  EXPECT_EQ(error_in("optimizer = [1]"),
            "r.toml:1:13: optimizer wants a table, found an array of 1");
  EXPECT_EQ(error_in("stage = 2"),
            "r.toml:1:9: stage wants an array of tables, found the integer 2");
  EXPECT_EQ(error_in("seed = {}"), "r.toml:1:8: seed wants an integer, found a table");
  EXPECT_EQ(error_in("mixture = {'a b' = 'x'}"),
            "r.toml:1:20: mixture.\"a b\" wants a number, found the string \"x\"");
  EXPECT_EQ(error_in("clip = 'x'"), "r.toml:1:8: clip wants a number, found the string \"x\"");
}

TEST(Recipe, RefusesNumbersThatDoNotFit) {
  EXPECT_EQ(
      error_in("seed = -1"),
      "r.toml:1:8: seed wants an integer from 0 to 9223372036854775807, found the integer -1");
  EXPECT_EQ(error_in("stage = [{source = [{weight = 65536}]}]"),
            "r.toml:1:31: stage.0.source.0.weight wants an integer from 0 to 65535, "
            "found the integer 65536");
  EXPECT_EQ(error_in("clip = nan"), "r.toml:1:8: clip wants a finite number, found the number nan");
  EXPECT_EQ(error_in("clip = -inf"),
            "r.toml:1:8: clip wants a finite number, found the number -inf");
}

TEST(Recipe, SuggestsTheNearestChoice) {
  EXPECT_EQ(error_in("optimizer.decay = 'cosin'"),
            "r.toml:1:19: optimizer.decay has no choice 'cosin'; did you mean 'cosine'?");
  EXPECT_EQ(error_in("optimizer.decay = 'step'"),
            "r.toml:1:19: optimizer.decay has no choice 'step'; known are constant, cosine");
}

class RecipeFiles : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view text) { write_file(folder_ / name, text); }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  std::string error_at(const std::string& name) const {
    return error_of([&] { read_recipe<Settings>(folder_ / name); });
  }

  TemporaryFolder folder_;
};

TEST_F(RecipeFiles, GoOnTopOfTheirBases) {
  std::filesystem::create_directory(folder_ / "sub");
  write("root.toml", "name = 'root'\nseed = 5\n[optimizer]\nlr = 1.0\n[[stage]]\nsteps = 1");
  write("middle.toml", "base = 'root.toml'\nname = 'middle'\nmixture = {a = 1}");
  write("sub/leaf.toml",
        "base = '../middle.toml'\nmixture.b = 2\noptimizer.decay = 'cosine'\n[stage.0]\nsteps = 7");
  const auto settings = read_recipe<Settings>(folder_ / "sub/leaf.toml", {"optimizer.lr=2"});
  EXPECT_EQ(settings.name, "middle");
  EXPECT_EQ(settings.seed, 5U);
  EXPECT_EQ(settings.optimizer.lr, 2.0);
  EXPECT_EQ(settings.optimizer.decay, Decay::kCosine);
  EXPECT_EQ(settings.mixture, (std::map<std::string, double, std::less<>>{{"a", 1}, {"b", 2}}));
  ASSERT_EQ(settings.stages.size(), 1U);
  EXPECT_EQ(settings.stages[0].steps, 7);
}

TEST_F(RecipeFiles, StartFromTheDefaultsTheyAreGiven) {
  write("a.toml", "seed = 3");
  Settings defaults;
  defaults.name = "given";
  const auto settings = read_recipe(folder_ / "a.toml", {}, defaults);
  EXPECT_EQ(settings.name, "given");
  EXPECT_EQ(settings.seed, 3U);
}

TEST_F(RecipeFiles, RefuseBasesThatNeverEnd) {
  write("a.toml", "base = './a.toml'");
  EXPECT_EQ(error_at("a.toml"), at("./a.toml") + ": is its own base, through 1 recipes");
  for (int i = 0; i < 9; ++i) {
    write(fmt::format("{}.toml", i), fmt::format("base = '{}.toml'", i + 1));
  }
  EXPECT_EQ(error_at("0.toml"), at("8.toml") + ": more than 8 recipes, each the base of the next");
}

TEST_F(RecipeFiles, RefuseABaseThatIsNoRelativePathOfARecipe) {
  write("absolute.toml", "base = '/etc/passwd'");
  EXPECT_EQ(
      error_at("absolute.toml"),
      at("absolute.toml") +
          ":1:8: base wants a path relative to this recipe, found the string \"/etc/passwd\"");
  write("number.toml", "base = 3");
  EXPECT_EQ(error_at("number.toml"),
            at("number.toml") + ":1:8: base wants the path of another recipe, found the integer 3");
  write("gone.toml", "base = 'none.toml'");
  EXPECT_EQ(error_at("gone.toml"), at("none.toml") + ": cannot open: No such file or directory");
}

}  // namespace
}  // namespace unipic::train
