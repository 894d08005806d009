#include "train/tasks/unipic1_task.h"

#include <gtest/gtest.h>

#include "backbones/kl_vae/initialize.h"
#include "convert/lora_files.h"
#include "models/unipic1/checkpoint.h"
#include "models/unipic1/write_checkpoint.h"
#include "support/error.h"
#include "support/temporary_folder.h"
#include "support/tiny_unipic1.h"
#include "train/grey_pictures.h"
#include "train/tasks/module_parameters.h"
#include "train/tasks/vae_files.h"
#include "train/trainer.h"

namespace unipic::train {
namespace {

class UniPic1Training : public testing::Test {
 protected:
  UniPic1Training() { test::write_tiny_unipic1(folder_ / "start"); }

  UniPic1Task task(const UniPic1Settings& settings,
                   std::shared_ptr<BackgroundThreads> readers = {}) const {
    return {unipic1::open_checkpoint(folder_ / "start"),
            settings,
            grey_sources(),
            std::make_shared<GreySource>(GreySource::Kind::kCaption),
            /*seed=*/7,
            {.readers = std::move(readers)}};
  }
  torch::Tensor weight_of(const std::filesystem::path& model, const std::string& name) const {
    return unipic1::open_checkpoint(model).weights.tensor(name).clone();
  }

  const test::TemporaryFolder folder_;
};

TEST_F(UniPic1Training, LearnsAllFourLossesAndWritesAModelThatOpens) {
  auto task = this->task(all_losses());
  Trainer trainer(task, few_steps(2), folder_ / "run");
  std::vector<Figures> figures;
  trainer.run({}, [&](const StepReport& report) { figures.push_back(report.figures); });
  ASSERT_EQ(figures.size(), 2);
  for (const auto* name : {"text2image", "image2text", "vision2text", "image_edit", "text"}) {
    EXPECT_GT(figures[1].at(name), 0) << name;
  }
  EXPECT_TRUE(std::filesystem::exists(folder_ / "run/pictures/step-00000002.png"));

  const auto changed = weight_of(folder_ / "run/model", "llm.model.norm.weight");
  EXPECT_FALSE(torch::equal(changed, weight_of(folder_ / "start", "llm.model.norm.weight")));
  const std::string vae = "vae.decoder.conv_in.weight";
  EXPECT_TRUE(
      torch::equal(weight_of(folder_ / "run/model", vae), weight_of(folder_ / "start", vae)));
}

TEST_F(UniPic1Training, TakesAnotherVaeAndWritesItWithTheModel) {
  kl_vae::Autoencoder other(unipic1::open_checkpoint(folder_ / "start").config.vae);
  kl_vae::initialize(other, 11);
  std::filesystem::create_directories(folder_ / "vae");
  save_tensors(folder_ / "vae" / kVaeWeightsFile, named_tensors(*other));
  auto settings = all_losses();
  settings.vae = (folder_ / "vae").string();
  auto task = this->task(settings);
  Trainer(task, few_steps(1), folder_ / "run").run({});
  const auto written = weight_of(folder_ / "run/model", "vae.encoder.conv_in.weight");
  EXPECT_TRUE(torch::equal(written, other->named_parameters()["encoder.conv_in.weight"]));
}

TEST_F(UniPic1Training, HasNearlyTheSameLossesWithProductsInBf16) {
  auto settings = all_losses();
  settings.mean_weight = 0.5;
  std::vector<Figures> figures;
  for (const auto precision : {Precision::kF32, Precision::kBF16}) {
    auto trainer_settings = few_steps(1);
    trainer_settings.precision = precision;
    auto task = this->task(settings);
    Trainer(task, trainer_settings, folder_ / std::to_string(figures.size()))
        .run({}, [&](const StepReport& report) { figures.push_back(report.figures); });
  }
  ASSERT_EQ(figures.size(), 2);
  EXPECT_EQ(figures[0].size(), figures[1].size());
  for (const auto& [name, value] : figures[0]) {
    EXPECT_NEAR(figures[1].at(name), value, 0.02 * value) << name;
  }
}

TEST_F(UniPic1Training, ForetellsTokensByALayerThatIsNoPartOfTheModel) {
  auto settings = all_losses();
  settings.mean_weight = 0.5;
  auto task = this->task(settings);
  Trainer trainer(task, few_steps(8), folder_ / "run");
  std::vector<Figures> figures;
  trainer.run({}, [&](const StepReport& report) { figures.push_back(report.figures); });
  for (const auto* name : {"text2image_mean", "image_edit_mean"}) {
    EXPECT_GT(figures.front().at(name), figures.back().at(name)) << name;
  }
  EXPECT_FALSE(figures.front().contains("image2text_mean"));
  EXPECT_EQ(unipic1::open_checkpoint(folder_ / "run/model").weights.names().size(),
            unipic1::open_checkpoint(folder_ / "start").weights.names().size());
}

TEST_F(UniPic1Training, GoesOnBitForBit) {
  auto settings = all_losses();
  settings.mean_weight = 0.5;
  auto straight = task(settings);
  Trainer(straight, few_steps(4), folder_ / "straight").run({});

  std::stop_source stop;
  auto first = task(settings);
  {
    Trainer trainer(first, few_steps(4), folder_ / "resumed");
    EXPECT_THROW(trainer.run({.stop = stop.get_token()},
                             [&](const StepReport& report) {
                               if (report.step == 2) stop.request_stop();
                             }),
                 Cancelled);
  }
  auto second = task(settings);
  Trainer(second, few_steps(4), folder_ / "resumed").run({});
  for (const auto* name : {"llm.model.embed_tokens.weight", "mar.z_proj.weight",
                           "mar.diffloss.net.input_proj.weight", "proj_out.2.weight"}) {
    EXPECT_TRUE(torch::equal(weight_of(folder_ / "resumed/model", name),
                             weight_of(folder_ / "straight/model", name)))
        << name;
  }
}

TEST_F(UniPic1Training, LearnsTheSameWithActivationCheckpointing) {
  auto settings = all_losses();
  // An edit runs the encoder twice, and the sum of its gradients then comes in another order.
  std::erase_if(settings.mix, [](const Mix& mix) { return mix.loss == "image_edit"; });
  auto plain = task(settings);
  Trainer(plain, few_steps(1), folder_ / "plain").run({});
  settings.activation_checkpointing = true;
  auto checkpointed = task(settings);
  Trainer(checkpointed, few_steps(1), folder_ / "checkpointed").run({});
  for (const auto* name : {"llm.model.embed_tokens.weight", "mar.encoder_blocks.0.attn.qkv.weight",
                           "llm.model.layers.0.mlp.up_proj.weight", "mar.z_proj.weight"}) {
    EXPECT_TRUE(torch::equal(weight_of(folder_ / "plain/model", name),
                             weight_of(folder_ / "checkpointed/model", name)))
        << name;
  }
}

TEST_F(UniPic1Training, WithLoraWritesTheAdapterAndTheModelItMakes) {
  auto task = this->task(low_rank());
  Trainer(task, few_steps(2), folder_ / "run").run({});
  const auto changes = convert::read_lora(folder_ / "run/lora");
  EXPECT_TRUE(changes.contains("mar.diffloss.net.cond_embed"));
  const auto& change = changes.at("llm.model.layers.1.self_attn.q_proj");
  EXPECT_EQ(change.rank(), 2);
  EXPECT_EQ(change.scale, 4.0);
  EXPECT_GT(change.up_MR.abs().max().item<double>(), 0);

  unipic1::write_converted(unipic1::open_checkpoint(folder_ / "start"), folder_ / "merged",
                           {.lora = changes});
  const auto start = unipic1::open_checkpoint(folder_ / "start").weights;
  const auto trained = unipic1::open_checkpoint(folder_ / "run/model").weights;
  const auto merged = unipic1::open_checkpoint(folder_ / "merged").weights;
  for (const auto& name : trained.names()) {
    const auto layer = name.substr(0, name.rfind(".weight"));
    EXPECT_TRUE(torch::equal(trained.tensor(name), merged.tensor(name))) << name;
    EXPECT_EQ(torch::equal(trained.tensor(name), start.tensor(name)),
              !name.ends_with(".weight") || !changes.contains(layer))
        << name;
  }
}

TEST_F(UniPic1Training, GoesOnBitForBitWithLoraBucketsAndAnyReaders) {
  auto straight = task(low_rank());
  Trainer(straight, few_steps(4), folder_ / "straight").run({});

  std::stop_source stop;
  auto first = task(low_rank(), std::make_shared<BackgroundThreads>(3));
  {
    Trainer trainer(first, few_steps(4), folder_ / "resumed");
    EXPECT_THROW(trainer.run({.stop = stop.get_token()},
                             [&](const StepReport& report) {
                               if (report.step == 3) stop.request_stop();
                             }),
                 Cancelled);
  }
  auto second = task(low_rank(), std::make_shared<BackgroundThreads>(1));
  Trainer(second, few_steps(4), folder_ / "resumed").run({});
  const auto expected = convert::read_lora(folder_ / "straight/lora");
  for (const auto& [layer, change] : convert::read_lora(folder_ / "resumed/lora")) {
    EXPECT_TRUE(torch::equal(change.down_RN, expected.at(layer).down_RN)) << layer;
    EXPECT_TRUE(torch::equal(change.up_MR, expected.at(layer).up_MR)) << layer;
  }
}

TEST_F(UniPic1Training, RefusesAdaptersThatDoNotFit) {
  const auto merge_error = [&](const std::string& layer) {
    const ops::LowRankChanges changes = {
        {layer, {.down_RN = torch::zeros({1, 40}), .up_MR = torch::zeros({4, 1})}}};
    return test::error_of([&] {
      unipic1::write_converted(unipic1::open_checkpoint(folder_ / "start"), folder_ / "merged",
                               {.lora = changes});
    });
  };
  EXPECT_EQ(merge_error("llm.model.layers.9.self_attn.q_proj"),
            "LoRA: the model has no layer 'llm.model.layers.9.self_attn.q_proj'");
  EXPECT_EQ(merge_error("llm.model.layers.1.self_attn.q_proj"),
            "LoRA: the change to 'llm.model.layers.1.self_attn.q_proj' is for a weight [4, 40], "
            "the model's is [40, 40]");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "merged"));
}

TEST_F(UniPic1Training, LeavesFrozenPartsAlone) {
  auto settings = all_losses();
  settings.freeze.llm = true;
  settings.freeze.mar_decoder = true;
  auto task = this->task(settings);
  Trainer(task, few_steps(1), folder_ / "run").run({});
  const auto kept = [&](const std::string& name) {
    return torch::equal(weight_of(folder_ / "run/model", name), weight_of(folder_ / "start", name));
  };
  EXPECT_TRUE(kept("llm.model.norm.weight"));
  EXPECT_TRUE(kept("mar.decoder_embed.weight"));
  EXPECT_FALSE(kept("mar.mask_token"));
  EXPECT_FALSE(kept("mar.z_proj.weight"));
  EXPECT_FALSE(kept("proj_out.2.weight"));
}

TEST_F(UniPic1Training, MeasuresWhatCaptionsAreWorth) {
  auto task = this->task(all_losses());
  const auto figures = task.evaluate();
  EXPECT_GT(figures.at("full_mask/true"), 0);
  EXPECT_NE(figures.at("full_mask/true"), figures.at("full_mask/shuffled"));
  EXPECT_NE(figures.at("full_mask/true"), figures.at("full_mask/none"));
  EXPECT_DOUBLE_EQ(figures.at("full_mask/gap"),
                   figures.at("full_mask/shuffled") - figures.at("full_mask/true"));
  EXPECT_GT(figures.at("variation/z"), 0);
}

TEST_F(UniPic1Training, RefusesARecipeThatMakesNoSense) {
  const auto refusal = [&](const UniPic1Settings& settings) {
    return test::error_of([&] { task(settings); });
  };
  auto unknown_loss = all_losses();
  unknown_loss.mix[0].loss = "poetry";
  EXPECT_NE(refusal(unknown_loss).find("'poetry'"), std::string::npos);
  auto unknown_source = all_losses();
  unknown_source.mix[0].source = "elsewhere";
  EXPECT_NE(refusal(unknown_source).find("'elsewhere'"), std::string::npos);
  auto nothing = all_losses();
  nothing.mix.clear();
  EXPECT_NE(refusal(nothing).find("nothing to learn"), std::string::npos);
  auto negative = all_losses();
  negative.mean_weight = -1;
  EXPECT_NE(refusal(negative).find("mean_weight = -1"), std::string::npos);
  auto unknown_layer = all_losses();
  unknown_layer.lora = {.rank = 1, .targets = {"llm.*.query"}};
  EXPECT_NE(refusal(unknown_layer).find("'llm.*.query' names no linear layer"), std::string::npos);
  auto odd_size = all_losses();
  odd_size.size = kSide + 1;
  EXPECT_NE(test::error_of([&] { task(odd_size).evaluate(); }).find("multiples of"),
            std::string::npos);
}

}  // namespace
}  // namespace unipic::train
