#include "train/tasks/unipic2_task.h"

#include <gtest/gtest.h>

#include "convert/lora_files.h"
#include "io/tensor_file.h"
#include "models/unipic2/kontext.h"
#include "models/unipic2/metaquery.h"
#include "support/error.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "train/grey_pictures.h"
#include "train/trainer.h"

namespace unipic::train {
namespace {

namespace fs = std::filesystem;

const fs::path kModels = test::golden_folder() / "unipic2" / "checkpoint";
const fs::path kKontext = kModels / "UniPic2-SD3.5M-Kontext-2B";
const fs::path kMetaquery = kModels / "UniPic2-Metaquery-9B";

unipic2::TrainableModel open(const fs::path& folder) {
  return unipic2::open_trainable(folder,
                                 {.llm_folder = kModels / unipic2::kLmmFolder, .num_t5_tokens = 8});
}

// Batches to draw and to edit, one after the other.
UniPic2Settings draw_and_edit() {
  UniPic2Settings settings;
  settings.size = 32;
  settings.t5_tokens = 8;
  settings.mix = {{.loss = "text2image", .source = "captions", .batch = 3},
                  {.loss = "image_edit", .source = "edits", .batch = 2}};
  settings.held_out = 3;
  settings.show = {"grey 1"};
  settings.show_edits = 1;
  settings.show_steps = 2;
  return settings;
}

UniPic2Settings low_rank() {
  auto settings = draw_and_edit();
  settings.mix[0].source = "shapes";
  settings.buckets = true;
  settings.lora = {
      .rank = 2,
      .alpha = 8.0,
      .targets = {"transformer_blocks.*.attn.to_q", "transformer_blocks.*.attn.to_out.0"}};
  return settings;
}

class UniPic2Training : public testing::Test {
 protected:
  static UniPic2Task task(const UniPic2Settings& settings, const fs::path& folder = kKontext,
                          std::shared_ptr<BackgroundThreads> readers = {}) {
    return {open(folder),   settings,
            grey_sources(), std::make_shared<GreySource>(GreySource::Kind::kCaption),
            /*seed=*/7,     {.readers = std::move(readers)}};
  }
  // What a run of four steps that is stopped in between writes.
  void run_in_two_parts(const UniPic2Settings& settings, const fs::path& run) const {
    std::stop_source stop;
    auto first = task(settings, kKontext, std::make_shared<BackgroundThreads>(2));
    {
      Trainer trainer(first, few_steps(4), run);
      EXPECT_THROW(trainer.run({.stop = stop.get_token()},
                               [&](const StepReport& report) {
                                 if (report.step == 2) stop.request_stop();
                               }),
                   Cancelled);
    }
    auto second = task(settings);
    Trainer(second, few_steps(4), run).run({});
  }
  static bool same_file(const fs::path& a, const fs::path& b) {
    return test::read_file(a) == test::read_file(b);
  }

  const test::TemporaryFolder folder_;
};

// The parts whose weights get a gradient from a step, each weight of them.
std::set<std::string> parts_that_learn(const fs::path& folder, const UniPic2Settings& settings) {
  auto model = open(folder);
  const auto parts = model.parts;
  UniPic2Task task(std::move(model), settings, grey_sources(), nullptr, /*seed=*/7);
  for (int64_t micro_batch = 0; micro_batch < task.micro_batches(); ++micro_batch) {
    task.compute({.micro_batch = micro_batch}).loss.backward();
  }
  std::set<std::string> learning;
  for (const auto& part : parts) {
    size_t count = 0;
    for (const auto& parameter : part.module->parameters()) {
      if (parameter.grad().defined()) ++count;
    }
    if (count == part.module->parameters().size()) {
      learning.insert(part.name);
    } else {
      EXPECT_EQ(count, 0) << part.name;
    }
  }
  return learning;
}

TEST_F(UniPic2Training, GivesGradientsToTheNamedPartsAlone) {
  using Names = std::set<std::string>;
  auto settings = draw_and_edit();
  EXPECT_EQ(parts_that_learn(kKontext, settings), Names{"transformer"});
  settings.train = {"conditioner"};
  EXPECT_EQ(parts_that_learn(kMetaquery, settings), Names{"conditioner"});
  settings.train = {"transformer", "conditioner"};
  EXPECT_EQ(parts_that_learn(kMetaquery, settings), (Names{"transformer", "conditioner"}));
}

TEST_F(UniPic2Training, WritesAModelThatOpensAndComputesTheSame) {
  auto task = this->task(draw_and_edit());
  Trainer trainer(task, few_steps(2), folder_ / "run");
  std::vector<Figures> figures;
  trainer.run({}, [&](const StepReport& report) { figures.push_back(report.figures); });
  ASSERT_EQ(figures.size(), 2);
  for (const auto* name : {"text2image", "image_edit"}) EXPECT_GT(figures[1].at(name), 0) << name;
  EXPECT_TRUE(fs::exists(folder_ / "run/pictures/step-00000002.png"));

  const auto model = folder_ / "run/model";
  const unipic2::Kontext opened(model, {});
  EXPECT_EQ(this->task(draw_and_edit(), model).evaluate(), task.evaluate());
  EXPECT_NE(this->task(draw_and_edit()).evaluate(), task.evaluate());
  for (const auto* kept : {"vae/diffusion_pytorch_model.safetensors", "transformer/config.json",
                           "tokenizer_3/spiece.model", "scheduler/scheduler_config.json",
                           "text_encoder_2/model.safetensors", "model_index.json"}) {
    EXPECT_TRUE(same_file(model / kept, kKontext / kept)) << kept;
  }
}

TEST_F(UniPic2Training, WritesTheConnectorOfAMetaqueryAndWhatItTrainedOfTheLanguageModel) {
  auto settings = draw_and_edit();
  settings.train = {"conditioner", "vision"};
  auto task = this->task(settings, kMetaquery);
  Trainer(task, few_steps(1), folder_ / "run").run({});
  const auto model = folder_ / "run/model";
  EXPECT_TRUE(same_file(model / "transformer/diffusion_pytorch_model.safetensors",
                        kMetaquery / "transformer/diffusion_pytorch_model.safetensors"));
  // With the language model in the model's own folder.
  UniPic2Task again(unipic2::open_trainable(model, {}), settings, grey_sources(),
                    std::make_shared<GreySource>(GreySource::Kind::kCaption), /*seed=*/7);
  EXPECT_EQ(again.evaluate(), task.evaluate());
}

TEST_F(UniPic2Training, GoesOnBitForBit) {
  auto settings = draw_and_edit();
  settings.mix[0].repeat = 2;
  auto straight = task(settings);
  EXPECT_EQ(straight.micro_batches(), 3);
  Trainer(straight, few_steps(4), folder_ / "straight").run({});
  run_in_two_parts(settings, folder_ / "resumed");
  const auto* weights = "model/transformer/diffusion_pytorch_model.safetensors";
  EXPECT_TRUE(same_file(folder_ / "straight" / weights, folder_ / "resumed" / weights));
}

TEST_F(UniPic2Training, GoesOnBitForBitWithLora) {
  auto straight = task(low_rank());
  Trainer(straight, few_steps(4), folder_ / "straight").run({});
  run_in_two_parts(low_rank(), folder_ / "resumed");
  const auto* adapter = "lora/pytorch_lora_weights.safetensors";
  EXPECT_TRUE(same_file(folder_ / "straight" / adapter, folder_ / "resumed" / adapter));
}

TEST_F(UniPic2Training, WithLoraWritesTheAdapterAndTheModelItMakes) {
  auto task = this->task(low_rank());
  Trainer(task, few_steps(2), folder_ / "run").run({});
  const auto file = io::open_tensor_file(folder_ / "run/lora/pytorch_lora_weights.safetensors");
  for (const auto* name : {"transformer.transformer_blocks.0.attn.to_q.lora_A.weight",
                           "transformer.transformer_blocks.2.attn.to_out.0.lora_B.weight"}) {
    EXPECT_TRUE(file.tensors.contains(name)) << name;
  }
  const auto changes = convert::read_lora(folder_ / "run/lora");
  EXPECT_EQ(changes.size(), 6);
  EXPECT_EQ(changes.begin()->second.scale, 4.0);
  EXPECT_GT(changes.begin()->second.up_MR.abs().max().item<double>(), 0);

  unipic2::write_merged(kKontext, changes, folder_ / "merged");
  const auto* weights = "transformer/diffusion_pytorch_model.safetensors";
  EXPECT_TRUE(same_file(folder_ / "merged" / weights, folder_ / "run/model" / weights));
  EXPECT_FALSE(same_file(folder_ / "merged" / weights, kKontext / weights));
  EXPECT_EQ(this->task(draw_and_edit(), folder_ / "merged").evaluate(), task.evaluate());
}

TEST_F(UniPic2Training, RefusesAnAdapterThatDoesNotFit) {
  const ops::LowRankChanges changes = {
      {"transformer_blocks.9.attn.to_q",
       {.down_RN = torch::zeros({1, 32}), .up_MR = torch::zeros({32, 1})}}};
  EXPECT_EQ(test::error_of([&] { unipic2::write_merged(kKontext, changes, folder_ / "merged"); }),
            "LoRA: 'transformer_blocks.9.attn.to_q' is no linear layer of the model");
  EXPECT_FALSE(fs::exists(folder_ / "merged"));
}

TEST_F(UniPic2Training, MeasuresWhatPromptsAreWorth) {
  const auto figures = task(draw_and_edit()).evaluate();
  EXPECT_GT(figures.at("flow/true"), 0);
  EXPECT_NE(figures.at("flow/true"), figures.at("flow/shuffled"));
  EXPECT_NE(figures.at("flow/true"), figures.at("flow/none"));
  EXPECT_DOUBLE_EQ(figures.at("flow/gap"), figures.at("flow/shuffled") - figures.at("flow/true"));
}

TEST_F(UniPic2Training, RefusesARecipeThatMakesNoSense) {
  const auto refusal = [&](auto&& change) {
    auto settings = draw_and_edit();
    change(settings);
    return test::error_of([&] { task(settings); });
  };
  const auto has = [](const std::string& message, const char* part) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  };
  has(refusal([](auto& s) { s.mix[0].loss = "image2text"; }), "unipic2.mix.loss = 'image2text'");
  has(refusal([](auto& s) { s.mix[0].source = "elsewhere"; }), "'elsewhere'");
  has(refusal([](auto& s) { s.mix.clear(); }), "there is no [[unipic2.mix]]: nothing to learn");
  has(refusal([](auto& s) { s.train.clear(); }), "unipic2.train is empty");
  has(refusal([](auto& s) { s.train = {"conditioner"}; }),
      "has transformer, text_encoder, text_encoder_2, text_encoder_3");
  has(refusal([](auto& s) { s.size = 40; }), "40x40 pixels do not divide into tokens of 16");
  has(refusal([](auto& s) { s.unconditional = 2; }), "unipic2.unconditional = 2");
  has(refusal([](auto& s) { s.mix.pop_back(); }), "unipic2.show_edits wants");
  has(refusal([](auto& s) { s.lora = {.rank = 1, .targets = {"blocks.*"}}; }),
      "'blocks.*' names no linear layer");
  has(refusal([](auto& s) { s.mix[1].source = "captions"; }), "no error");
  auto wrong_kind = draw_and_edit();
  wrong_kind.mix[1].source = "captions";
  has(test::error_of([&] { task(wrong_kind).compute({.micro_batch = 1}); }),
      "gives samples of another kind");
}

}  // namespace
}  // namespace unipic::train
