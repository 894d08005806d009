#include <gtest/gtest.h>

#include "support/error.h"
#include "train/recipe/recipe.h"
#include "train/recipe/settings.h"
#include "train/recipe/toml.h"

namespace unipic::train {
namespace {

using test::Decay;
using test::Settings;
using unipic::test::error_of;

Settings some_settings() {
  constexpr std::string_view kToml = R"(
sizes = [1]
clip = 1
mixture = {scenes = 2.5}
[optimizer]
betas = [0.8, 0.99]
decay = "cosine"
[[stage]]
[[stage.source]]
path = "a"
[[stage.source]]
path = "b"
[[stage]]
)";
  return apply_recipe(Settings{}, parse_toml(kToml, "r.toml"));
}

TEST(RecipeOverride, ChangesOneSettingAndKeepsTheRest) {
  auto expected = some_settings();
  expected.optimizer.lr = 3e-3;
  expected.optimizer.betas[1] = 0.5;
  expected.optimizer.decay = Decay::kConstant;
  expected.stages[0].steps = 10;
  expected.stages[0].sources[1].path = "c=d";
  expected.mixture["scenes"] = 7;
  expected.mixture["new set"] = 1;
  expected.clip.reset();
  EXPECT_EQ(apply_overrides(some_settings(), {"optimizer.lr=3e-3", "optimizer.betas.1=0.5",
                                              "optimizer.decay=constant", "stage.0.steps=10",
                                              "stage.0.source.1.path=c=d", "mixture.scenes=7",
                                              "mixture.\"new set\"=1", "clip=none"}),
            expected);
}

TEST(RecipeOverride, ReplacesWholeLists) {
  const auto settings =
      apply_overrides(some_settings(), {"stage=[{steps=1}]", "tags=[\"z\"]", "sizes=[1,2]"});
  ASSERT_EQ(settings.stages.size(), 1U);
  EXPECT_EQ(settings.stages[0].steps, 1);
  EXPECT_TRUE(settings.stages[0].sources.empty());
  EXPECT_EQ(settings.tags, std::vector<std::string>{"z"});
  EXPECT_EQ(settings.sizes, (std::vector<int64_t>{1, 2}));
}

TEST(RecipeOverride, TakesTextWithoutQuotesWhereAStringIsWanted) {
  const auto name_after = [](const std::string& override_text) {
    return apply_overrides(Settings{}, {override_text}).name;
  };
  EXPECT_EQ(name_after("name=plain words, #1"), "plain words, #1");
  EXPECT_EQ(name_after("name=42"), "42");
  EXPECT_EQ(name_after("name=2024-01-01"), "2024-01-01");
  EXPECT_EQ(name_after("name=\"quo\\u0074ed\""), "quoted");
  EXPECT_EQ(name_after("name="), "");
  EXPECT_EQ(name_after("name=[open"), "[open");
}

TEST(RecipeOverride, LaterOnesWin) {
  EXPECT_EQ(apply_overrides(Settings{}, {"seed=1", "seed=2"}).seed, 2U);
}

TEST(RecipeOverride, NamesItselfInItsErrors) {
  const auto error_with = [](const std::string& text) {
    return error_of([&] { apply_overrides(Settings{}, {text}); });
  };
  EXPECT_EQ(error_with("optimizer.lr=fast"),
            "override 'optimizer.lr=fast': optimizer.lr wants a number, found the string \"fast\"");
  EXPECT_EQ(error_with("optimiser.lr=1"),
            "override 'optimiser.lr=1': unknown key optimiser; did you mean 'optimizer'?");
  EXPECT_EQ(error_with("stage.0.steps=1"),
            "override 'stage.0.steps=1': stage is a list of 0, '0' is no index into it");
  EXPECT_EQ(error_with("sizes.-1=1"),
            "override 'sizes.-1=1': sizes is a list of 1, '-1' is no index into it");
  EXPECT_EQ(error_with("sizes.x=1"),
            "override 'sizes.x=1': sizes is a list of 1, 'x' is no index into it");
  EXPECT_EQ(error_with("lr"), "override 'lr': wants the form key=value");
  EXPECT_EQ(error_with("=1"), "override '=1': wants the form key=value");
  EXPECT_EQ(error_with("a..b=1"), "override 'a..b=1': 'a..b' is not a dotted key");
  EXPECT_EQ(error_with("[a]=1"), "override '[a]=1': '[a]' is not a dotted key");
  EXPECT_EQ(error_with("seed=1\nname=2"), "override 'seed=1\\x0aname=2': is not one line of UTF-8");
  EXPECT_EQ(error_with("seed=\xff"), "override 'seed=\\xff': is not one line of UTF-8");
}

}  // namespace
}  // namespace unipic::train
