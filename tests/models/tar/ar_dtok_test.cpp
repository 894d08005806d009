#include "models/tar/ar_dtok.h"

#include <gtest/gtest.h>

#include "models/tar/ar_dtok_drawing.h"
#include "models/tar/ar_dtok_files.h"
#include "models/tar/ar_dtok_loss.h"
#include "support/close.h"
#include "support/error.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "support/torch_files.h"

namespace unipic::tar {
namespace {

using torch::Tensor;

const char* const kFile = "tar/checkpoint/TA-Tok/ar_dtok_lp_256px.pth";

ArDtok tiny(torch::Dtype dtype = torch::kFloat) {
  return convert::load(open_ar_dtok(test::golden_folder() / kFile), {.dtype = dtype});
}

Tensor some_features(int64_t pictures, int64_t count) {
  torch::manual_seed(5);
  return torch::randn({pictures, count, 36});
}

TEST(ArDtok, WritesWithItsCacheWhatItsTeacherReads) {
  const torch::InferenceMode no_autograd;
  const auto network = tiny();
  std::vector<Tensor> steps;
  const nn::Trace trace(
      [&](const std::string& /*name*/, const Tensor& value) { steps.push_back(value); });
  const auto features = some_features(2, 9);
  const auto codes = draw_codes(network, features, {.guidance = 1}, {}, trace).flatten(1);
  EXPECT_TRUE(
      test::is_close(torch::stack(steps, 1), network->teacher_logits(features, codes), 1e-5));
}

TEST(ArDtokDrawing, OfOneSeedIsTheSameAloneAndAmongOthers) {
  const auto network = tiny();
  const auto features = some_features(3, 49);
  const auto all = draw_codes(network, features, {.seeds = {7, 8, 9}});
  const auto alone = draw_codes(network, features.narrow(0, 1, 1), {.seeds = {8}});
  EXPECT_TRUE(torch::equal(alone[0], all[1]));
  EXPECT_FALSE(torch::equal(draw_codes(network, features.narrow(0, 1, 1), {.seeds = {9}}), alone));
}

TEST(ArDtokDrawing, ShowsThePicturesSoFar) {
  ArDtokDrawing drawing(tiny(), some_features(2, 4), {});
  std::vector<int64_t> codes;
  for (int64_t step = 0; step < 3; ++step) codes.push_back(drawing.next()[1]);
  codes.resize(16, 0);
  EXPECT_TRUE(torch::equal(drawing.codes_Bhw()[1].flatten(), torch::tensor(codes, torch::kLong)));
  EXPECT_FALSE(drawing.is_done());
}

TEST(ArDtokDrawing, StopsWhenAsked) {
  std::stop_source stop;
  ArDtokDrawing drawing(tiny(), some_features(1, 4), {}, {.stop = stop.get_token()});
  drawing.next();
  stop.request_stop();
  EXPECT_THROW(drawing.next(), Cancelled);
}

TEST(ArDtok, InBf16WithItsOwnKernelsComputesAlmostTheSame) {
  const torch::InferenceMode no_autograd;
  const auto features = some_features(1, 9).to(torch::kBFloat16);
  const auto codes = torch::arange(16).unsqueeze(0);
  auto own = tiny(torch::kBFloat16);
  own->use_own_kernels();
  EXPECT_TRUE(test::is_close(own->teacher_logits(features, codes),
                             tiny(torch::kBFloat16)->teacher_logits(features, codes), 0.03));
}

TEST(ArDtok, LeavesOutTheSameForTheSameSeed) {
  const torch::InferenceMode no_autograd;
  const auto network = tiny();
  const auto features = some_features(4, 9);
  const auto codes = torch::arange(64).view({4, 16});
  const auto loss = [&](const ArDtokDropout& dropout) {
    return ar_dtok_loss(network, features, codes, dropout).item<double>();
  };
  const ArDtokDropout dropout = {.embedding = 0.1, .attention = 0.1, .mlp = 0.1, .seed = 1};
  auto other = dropout;
  other.seed = 2;
  EXPECT_EQ(loss(dropout), loss(dropout));
  EXPECT_NE(loss(dropout), loss(other));
  EXPECT_NE(loss(dropout), loss({}));
}

TEST(ArDtok, WithoutAnyFeaturesReadsNone) {
  const torch::InferenceMode no_autograd;
  const auto network = tiny();
  const auto features = some_features(2, 9);
  const auto codes = torch::arange(32).view({2, 16});
  EXPECT_TRUE(torch::equal(network->teacher_logits(features, codes, {.features = 1.0}),
                           network->teacher_logits(torch::zeros_like(features), codes)));
}

TEST(ArDtok, ComputesLayersAgainWithTheSameGradients) {
  const auto gradient = [](bool checkpoints) {
    auto network = tiny();
    for (auto& parameter : network->parameters()) parameter.set_requires_grad(true);
    network->set_activation_checkpointing(checkpoints);
    ar_dtok_loss(network, some_features(2, 9), torch::arange(32).view({2, 16}),
                 {.attention = 0.2, .mlp = 0.2, .seed = 3})
        .backward();
    return network->named_parameters()["layers.0.attention.wqkv.weight"].grad();
  };
  EXPECT_TRUE(torch::equal(gradient(true), gradient(false)));
}

TEST(ArDtok, RefusesFeaturesThatDoNotFit) {
  EXPECT_EQ(test::error_of([] { draw_codes(tiny(), some_features(1, 50), {}); }),
            "AR-DTok: 50 features of a picture, not within 1..49");
  EXPECT_EQ(test::error_of([] {
              draw_codes(tiny(), torch::zeros({1, 4, 35}), {});
            }),
            "AR-DTok: features are 35 wide, it takes 36");
}

// With settings that are not in the goldens' file.
ArDtokConfig config_of(std::map<std::string, std::string> scalars) {
  return ar_dtok_config(CheckpointArgs(std::move(scalars), "ar.pth"));
}

TEST(ArDtokConfig, HasThePublishedSizesByName) {
  EXPECT_EQ(config_of({{"name", "llama-abs-LP"}}), ArDtokConfig());
  const auto config = config_of({{"name", "llama-abs-XXXL"}, {"args.n_layer", "2"}});
  EXPECT_EQ(config.num_layers, 2);
  EXPECT_EQ(config.dim, 2560);
  EXPECT_EQ(config.hidden_dim, 6912);
}

TEST(ArDtokConfig, RefusesOtherModels) {
  const auto error = [](std::map<std::string, std::string> scalars) {
    return test::error_of([&] { config_of(std::move(scalars)).validate("ar.pth"); });
  };
  EXPECT_EQ(error({{"name", "llama-abs-Q"}}),
            "ar.pth: the model 'llama-abs-Q' has no known size and no 'args.n_layer'");
  EXPECT_EQ(error({{"name", "llama-abs-LP"}, {"args.model_type", "c2i"}}),
            "ar.pth: 'args.model_type' is 'c2i', only 'clip_cond' is supported");
  EXPECT_EQ(error({{"name", "llama-abs-LP"}, {"args.n_kv_head", "4"}}),
            "ar.pth: 4 heads of keys for 20 of queries");
  EXPECT_EQ(error({{"name", "llama-abs-LP"}, {"args.max_seq_len", "250"}}),
            "ar.pth: 'max_seq_len' is 250, no square");
  EXPECT_EQ(error({{"name", "llama-abs-LP"}, {"args.n_layer", "true"}}),
            "ar.pth: 'args.n_layer' is 'true', no whole number");
}

TEST(ArDtokFile, WithPositionsOfAnotherModelIsRefused) {
  // Settings get lost with the writing, and with them the size of this model.
  const test::TemporaryFolder folder;
  const auto path = folder / "ar.pth";
  test::rewrite_torch_file(test::golden_folder() / kFile, path, "model", [](auto&) {});
  EXPECT_EQ(test::error_of([&] { open_ar_dtok(path); }),
            path.string() + ": the model '' has no known size and no 'args.n_layer'");
}

}  // namespace
}  // namespace unipic::tar
