#include "models/unifork/checkpoint.h"

#include "models/unifork/checkpoint_copy.h"
#include "models/unifork/checkpoint_files.h"
#include "support/error.h"

namespace unipic::unifork {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

class UniForkCheckpoint : public CheckpointCopy {
 protected:
  std::string refusal() const {
    return test::error_of([&] { load_model(open_checkpoint(model()), {}); });
  }
  // All that is computed with, in one number each.
  static std::map<std::string, double> sums(const fs::path& folder) {
    std::map<std::string, double> sums;
    const auto loaded = load_model(open_checkpoint(folder), {});
    for (const auto& parameter : loaded->named_parameters()) {
      if (is_used(parameter.key()))
        sums[parameter.key()] = parameter.value().to(torch::kDouble).sum().item<double>();
    }
    return sums;
  }
};

TEST_F(UniForkCheckpoint, KeepsTheTrainedDepthTransformerWhereItsConfigWouldLoseIt) {
  EXPECT_TRUE(open_checkpoint(model()).warnings.empty());
  const auto config = model() / "config.json";
  change_json(config, [](Json& json) { json.erase("unfreeze_mm_vision_tower"); });
  EXPECT_EQ(open_checkpoint(model()).warnings,
            std::vector<std::string>{
                config.string() +
                ": 'unfreeze_mm_vision_tower' is not true, for which other programs lose the "
                "trained depth transformer; it is read from the folder's weights"});
  EXPECT_EQ(sums(model()), sums(kPublished / "unifork"));
}

TEST_F(UniForkCheckpoint, NeedsOneOfEachAlias) {
  change_weights([](test::Tensors& tensors) {
    tensors.erase("model.embed_tokens.weight");  // lm_head.weight is the same
    std::erase_if(tensors, [](const auto& tensor) {
      return tensor.first.find(".codebooks.") != std::string::npos &&
             tensor.first.find(".codebooks.2.") == std::string::npos;
    });
  });
  EXPECT_EQ(sums(model()), sums(kPublished / "unifork"));
}

TEST_F(UniForkCheckpoint, TakesTheTokenizerFromItsOwnFolderIfNeedBe) {
  change_weights([](test::Tensors& tensors) {
    std::erase_if(tensors, [](const auto& tensor) {
      return tensor.first.starts_with(kTowerPrefix + "rqvaesiglip.");
    });
  });
  EXPECT_EQ(sums(model()), sums(kPublished / "unifork"));
  fs::remove(tower() / "model.safetensors");
  EXPECT_EQ(refusal(), tower().string() +
                           ": no model.safetensors or diffusion_pytorch_model.safetensors here");
}

TEST_F(UniForkCheckpoint, FindsWhatItsConfigNamesElsewhere) {
  change_json(model() / "config.json", [](Json& json) {
    json["mm_vision_tower"] = "/home/someone/models/vila-u-7b-256/vision_tower";
  });
  fs::rename(all() / "vila-u-7b-256", model() / "vila-u-7b-256");
  EXPECT_EQ(open_checkpoint(model()).files.tower_folder, model() / "vila-u-7b-256/vision_tower");
  EXPECT_EQ(find_near(model(), "../../../etc/passwd"), fs::path());
}

TEST_F(UniForkCheckpoint, GuessesSiglipsHeadsByTheirPublishedWidth) {
  fs::remove_all(all() / "google");
  EXPECT_EQ(refusal(), model().string() + ": 'num_attention_heads' is 0, not within 1..32");
}

TEST_F(UniForkCheckpoint, SaysWhatIsMissing) {
  change_weights([](test::Tensors& tensors) {
    std::erase_if(tensors, [](const auto& tensor) {
      return tensor.first.starts_with(kTowerPrefix + "rqtransformer.");
    });
  });
  EXPECT_EQ(refusal(), model().string() +
                           ": has no trained depth transformer "
                           "('model.vision_tower.vision_tower.rqtransformer....')");
  fs::remove(tower() / "config.json");
  EXPECT_EQ(refusal(), model().string() +
                           ": neither here nor beside it is 'vila-u-7b-256/vision_tower' with the "
                           "config.json of VILA-U's image tokenizer");
  fs::remove(model() / "config.json");
  EXPECT_EQ(refusal(), (model() / "config.json").string() + ": is missing");
}

TEST_F(UniForkCheckpoint, RefusesALanguageModelWithoutASecondBranch) {
  change_weights([](test::Tensors& tensors) {
    std::erase_if(tensors, [](const auto& tensor) {
      return tensor.first.starts_with("model.gen_fork_layers.");
    });
  });
  EXPECT_EQ(refusal(), model().string() + ": has no 'model.gen_fork_layers'; is this a UniFork?");
}

TEST_F(UniForkCheckpoint, RefusesPartsThatDoNotFitEachOther) {
  change_json(tower() / "config.json", [](Json& json) { json["rqvaesiglip"]["n_embed"] = 63; });
  EXPECT_EQ(refusal(), model().string() +
                           ": the depth transformer tells 4 of 64 codes of width 32, the tokenizer "
                           "has 4 of 63 of width 32");
  change_json(tower() / "config.json", [](Json& json) {
    json["rqvaesiglip"]["n_embed"] = 64;
    json["rqtransformer"]["head"]["block"]["n_head"] = 7;
  });
  EXPECT_EQ(refusal(), model().string() + ": embed_dim 96 is not a multiple of 7 heads");
  change_json(tower() / "config.json",
              [](Json& json) { json["rqtransformer"]["head"].erase("block"); });
  EXPECT_EQ(refusal(), (tower() / "config.json").string() + ": 'block' is missing");
}

TEST_F(UniForkCheckpoint, SaysWhichTensorDoesNotFit) {
  change_weights([](test::Tensors& tensors) {
    tensors["model.norm_gen.weight"] = torch::ones({63});
    tensors["model.of_nothing"] = torch::ones({1});
  });
  EXPECT_EQ(refusal(),
            model().string() +
                ": 1 tensor of another shape: 'model.norm_gen.weight' is [63], the model "
                "needs [64]");
  const auto warnings = open_checkpoint(model()).warnings;
  ASSERT_EQ(warnings.size(), 1);
  EXPECT_EQ(warnings[0],
            model().string() + ": 1 tensors are not used, the first is 'model.of_nothing'");
}

}  // namespace
}  // namespace unipic::unifork
