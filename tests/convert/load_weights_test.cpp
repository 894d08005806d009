#include "convert/load_weights.h"

#include <gtest/gtest.h>

#include "io/safetensors.h"
#include "nn/conv.h"
#include "nn/linear.h"
#include "support/error.h"
#include "support/temporary_folder.h"
#include "support/tensor_files.h"

namespace unipic::convert {
namespace {

using test::error_of;

class LoadWeights : public testing::Test {
 protected:
  // A file "weights.safetensors" of the given tensors, opened as a source.
  WeightSource source_of(const test::Tensors& tensors) {
    const auto path = folder_ / "weights.safetensors";
    test::write_tensors(path, tensors);
    WeightSource source("the checkpoint");
    source.add(io::open_safetensors(path), [](std::string_view name) { return std::string(name); });
    return source;
  }

  test::TemporaryFolder folder_;
  const torch::Tensor weight_ = torch::arange(6).view({2, 3}).to(torch::kFloat);
  const torch::Tensor bias_ = torch::ones({2});
};

TEST_F(LoadWeights, PutsTheFileInPlaceOfThePlaceholders) {
  const auto source = source_of({{"weight", weight_}, {"bias", bias_}});
  nn::Linear linear(3, 2);
  EXPECT_TRUE(load_weights(*linear, source, {}).empty());
  const auto x = torch::tensor({{1.0F, 2.0F, 3.0F}});
  EXPECT_TRUE(torch::equal(linear->forward(x), torch::tensor({{9.0F, 27.0F}})));
  EXPECT_EQ(linear->named_parameters()["weight"].data_ptr(), source.tensor("weight").data_ptr())
      << "weights of the wanted type must stay in the mapped file";
}

TEST_F(LoadWeights, Takes8BitWeightsForWhatTheyStandForOrAsTheyAre) {
  const auto source = source_of({{"weight", torch::tensor({{1, -2, 0}, {4, 5, 127}}, torch::kChar)},
                                 {"weight_scale", torch::tensor({{0.5F}, {2.0F}})},
                                 {"bias", bias_}});
  const auto x = torch::tensor({{1.0F, 1.0F, 1.0F}}), expected = torch::tensor({{0.5F, 273.0F}});
  for (const bool keep : {false, true}) {
    const auto module = std::make_shared<torch::nn::Module>();
    auto linear = module->register_module("layer", nn::Linear(3, 2));
    WeightSource renamed("the checkpoint");
    renamed.add(io::open_safetensors(folder_ / "weights.safetensors"),
                [](std::string_view name) { return "layer." + std::string(name); });
    LoadOptions options;
    if (keep) {
      options.take_int8 = [&](const std::string& name, ops::Int8Weight weight) {
        EXPECT_EQ(name, "layer.weight");
        linear->set_int8(std::move(weight));
        return true;
      };
    }
    EXPECT_TRUE(load_weights(*module, renamed, options).empty());
    EXPECT_EQ(linear->dtype(), keep ? torch::kChar : torch::kFloat);
    EXPECT_TRUE(torch::equal(linear->forward(x), expected)) << linear->forward(x);
  }
}

TEST_F(LoadWeights, Refuses8BitWeightsWhoseScalesAreAnothers) {
  const auto source = source_of({{"weight", torch::ones({2, 3}, torch::kChar)},
                                 {"weight_scale", torch::ones({3, 1})},
                                 {"bias", bias_}});
  nn::Linear linear(3, 2);
  EXPECT_EQ(error_of([&] { load_weights(*linear, source, {}); }),
            "the checkpoint: 'weight' in 8 bits needs one scale for each of its rows");
}

TEST_F(LoadWeights, ConvertsToTheWantedType) {
  const auto source = source_of({{"weight", weight_.to(torch::kBFloat16)}, {"bias", bias_}});
  nn::Linear linear(3, 2);
  load_weights(*linear, source, {.dtype = torch::kBFloat16});
  for (const auto& parameter : linear->parameters())
    EXPECT_EQ(parameter.scalar_type(), torch::kBFloat16);
}

TEST_F(LoadWeights, NamesWhatNoParameterHas) {
  const auto source = source_of({{"weight", weight_}, {"bias", bias_}, {"extra", bias_}});
  nn::Linear linear(3, 2);
  EXPECT_EQ(load_weights(*linear, source, {}), std::vector<std::string>{"extra"});
}

TEST_F(LoadWeights, RefusesACheckpointThatLacksATensor) {
  const auto source = source_of({{"weight", weight_}});
  nn::Linear linear(3, 2);
  EXPECT_EQ(error_of([&] { load_weights(*linear, source, {}); }),
            "the checkpoint: 1 tensor missing: bias");
}

TEST_F(LoadWeights, RefusesAWrongShapeAndNamesBoth) {
  const auto source = source_of({{"weight", weight_.t().contiguous()}, {"bias", bias_}});
  nn::Linear linear(3, 2);
  EXPECT_EQ(
      error_of([&] { load_weights(*linear, source, {}); }),
      "the checkpoint: 1 tensor of another shape: 'weight' is [3, 2], the model needs [2, 3]");
}

TEST_F(LoadWeights, RefusesTypesThatNeedMoreThanTheirNumbers) {
  const auto source =
      source_of({{"weight", weight_.to(torch::kFloat8_e4m3fn)}, {"bias", bias_.to(torch::kInt)}});
  nn::Linear linear(3, 2);
  EXPECT_EQ(error_of([&] { load_weights(*linear, source, {}); }),
            "the checkpoint: 2 tensors in a type that is not read (F16, BF16 and F32 are): "
            "'weight' is F8_E4M3; 'bias' is I32");
}

TEST_F(LoadWeights, TakesAMatrixForAPointwiseConvolution) {
  const auto source = source_of({{"weight", weight_}, {"bias", bias_}});
  nn::Conv2d conv(3, 2, nn::Conv2dOptions{.kernel = 1, .stride = 1, .padding = 0});
  EXPECT_TRUE(load_weights(*conv, source, {}).empty());
  const auto x = torch::tensor({1.0F, 2.0F, 3.0F}).view({1, 3, 1, 1});
  EXPECT_TRUE(torch::equal(conv->forward(x).flatten(), torch::tensor({9.0F, 27.0F})));
  nn::Conv2d wide(3, 2);
  EXPECT_EQ(error_of([&] { load_weights(*wide, source, {}); }),
            "the checkpoint: 1 tensor of another shape: 'weight' is [2, 3], the model needs "
            "[2, 3, 3, 3]");
}

TEST_F(LoadWeights, LoadsAndUnloadsAPart) {
  const auto source = source_of({{"weight", weight_}});
  const auto is_weight = [](const std::string& name) { return name == "weight"; };
  nn::Linear linear(3, 2);
  load_weights(*linear, source, {.wants = is_weight});  // that the bias is missing is no matter
  EXPECT_TRUE(torch::equal(linear->weight(), weight_));
  unload_weights(*linear, source, is_weight);
  EXPECT_EQ(linear->weight().storage().nbytes(), sizeof(float));
  EXPECT_EQ(linear->weight().sizes(), weight_.sizes());
  load_weights(*linear, source, {.wants = is_weight});
  EXPECT_TRUE(torch::equal(linear->weight(), weight_));
}

TEST_F(LoadWeights, LaterFilesLieOverEarlierOnes) {
  auto source = source_of({{"weight", weight_}, {"bias", bias_}});
  const auto path = folder_ / "over.safetensors";
  const auto other = torch::full({2}, 5.0F);
  test::write_tensors(path, {{"proj.bias", other}});
  source.add(io::open_safetensors(path),
             [](std::string_view name) { return std::string(name.substr(5)); });
  EXPECT_TRUE(torch::equal(source.tensor("bias"), other));
}

}  // namespace
}  // namespace unipic::convert
