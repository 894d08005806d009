#include "train/tasks/create_unipic2.h"

#include <gtest/gtest.h>

#include "support/error.h"
#include "support/temporary_folder.h"
#include "support/tiny_unipic1.h"
#include "train/grey_pictures.h"
#include "train/tasks/unipic2_task.h"
#include "train/trainer.h"

namespace unipic::train {
namespace {

CreateUniPic2Settings small(const std::filesystem::path& donor) {
  CreateUniPic2Settings settings;
  settings.from = donor.string();
  settings.size = kSide;
  settings.samples = 5;
  settings.transformer = {.patch_size = 1,
                          .num_layers = 2,
                          .num_heads = 2,
                          .head_dim = 8,
                          .context_dim = 12,
                          .pooled_dim = 12,
                          .max_grid_size = 8,
                          .num_dual_layers = 1};
  settings.conditioner = {
      .num_queries = 3, .layer = {.dim = 16, .num_heads = 2, .hidden_dim = 24}, .num_layers = 1};
  settings.vision.hidden_size = 16;
  return settings;
}

class CreatedUniPic2 : public testing::Test {
 protected:
  // A UniPic 1 whose autoencoder attends in its middle alone, or elsewhere, too.
  std::filesystem::path donor(bool attends_elsewhere = false) const {
    auto config = test::tiny_unipic1_config();
    if (!attends_elsewhere)
      config.vae.encoder_attention_levels = config.vae.decoder_attention_levels = {};
    unipic1::write_random(config, /*seed=*/5, folder_ / "donor", {.dtype = torch::kFloat});
    return folder_ / "donor";
  }

  const test::TemporaryFolder folder_;
};

TEST_F(CreatedUniPic2, HasTheDonorsAutoencoderWithLatentsOfDeviationOne) {
  create_unipic2(small(donor()), grey_sources(), folder_ / "model");
  const auto model = unipic2::open_trainable(folder_ / "model", {});
  const torch::NoGradGuard no_grad;
  unipic1::UniPic1 other(unipic1::open_checkpoint(folder_ / "donor").config);
  unipic1::load_model(other, unipic1::open_checkpoint(folder_ / "donor"), torch::kFloat,
                      torch::kCPU);
  const auto pixels = torch::rand({2, 3, kSide, kSide}) * 2 - 1;
  const auto latents = other->vae()->encode(pixels);
  EXPECT_TRUE(torch::allclose(model.codec.vae->encode(pixels), latents));
  EXPECT_TRUE(torch::allclose(model.codec.vae->decode(latents), other->vae()->decode(latents)));
  std::vector<torch::Tensor> measured;
  for (int index = 0; index < 5; ++index) {
    const auto grey = torch::full({1, 3, kSide, kSide}, 2 * (40.0 * index / 255) - 1);
    measured.push_back((other->vae()->encode(grey) - model.codec.shift) * model.codec.scale);
  }
  EXPECT_NEAR(torch::cat(measured).mean().item<double>(), 0.0, 1e-4);
  EXPECT_NEAR(torch::cat(measured).std().item<double>(), 1.0, 1e-3);
}

TEST_F(CreatedUniPic2, LearnsToDrawAndToEdit) {
  create_unipic2(small(donor()), grey_sources(), folder_ / "model");
  UniPic2Settings settings;
  settings.size = kSide;
  settings.train = {"transformer", "conditioner"};
  settings.mix = {{.loss = "text2image", .source = "captions", .batch = 5},
                  {.loss = "image_edit", .source = "edits", .batch = 5}};
  settings.held_out = 0;
  settings.show = {};
  UniPic2Task task(unipic2::open_trainable(folder_ / "model", {}), settings, grey_sources(),
                   nullptr, /*seed=*/7);
  auto steps = few_steps(80);
  steps.lr = 1e-2;
  std::vector<double> losses;
  Trainer(task, steps, folder_ / "run").run({}, [&](const StepReport& report) {
    losses.push_back(report.loss);
  });
  const auto mean = [&](size_t first) {
    return std::accumulate(losses.begin() + static_cast<ptrdiff_t>(first),
                           losses.begin() + static_cast<ptrdiff_t>(first + 20), 0.0) /
           20;
  };
  // Most of the loss is what an untrained autoencoder is unsure of, which nobody can foretell.
  EXPECT_LT(mean(60), 0.9 * mean(0));
}

TEST_F(CreatedUniPic2, CannotHaveAnAutoencoderThatAttendsElsewhere) {
  const auto settings = small(donor(/*attends_elsewhere=*/true));
  EXPECT_NE(test::error_of([&] {
              create_unipic2(settings, grey_sources(), folder_ / "model");
            }).find("attention outside of its middle"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "model"));
}

}  // namespace
}  // namespace unipic::train
