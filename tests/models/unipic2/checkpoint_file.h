#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "models/unipic2/infer_configs.h"
#include "support/places.h"
#include "support/single_file_sd3.h"
#include "support/temporary_folder.h"

namespace unipic::unipic2 {

inline const std::filesystem::path kPublished =
    test::golden_folder() / "unipic2/checkpoint/UniPic2-SD3.5M-Kontext-2B";

// The goldens' model as the checkpoint files that users of other programs have.
class CheckpointFile : public testing::Test {
 protected:
  // What the tiny model has otherwise than the published one.
  static constexpr UnstatedFacts kFacts = {.clip_head_dim = 8, .vae_norm_groups = 4};

  static test::Tensors transformer() {
    constexpr int64_t kLayers = 3;
    return test::original_transformer(
        test::read_tensors(kPublished / "transformer/diffusion_pytorch_model.safetensors"),
        kLayers);
  }
  static test::Tensors vae() {
    return test::original_vae(
        test::read_tensors(kPublished / "vae/diffusion_pytorch_model.safetensors"));
  }
  // As Stability AI's file, without the projection that is not used.
  static test::Tensors clip_l() {
    auto tensors = test::read_tensors(kPublished / "text_encoder/model.safetensors");
    tensors.erase("text_projection.weight");
    return tensors;
  }
  static test::Tensors clip_g() {
    return test::read_tensors(kPublished / "text_encoder_2/model.safetensors");
  }
  static test::Tensors t5() {
    return test::read_tensors(kPublished / "text_encoder_3/model.safetensors.index.json");
  }

  // All of it ("incl. clips").
  static test::Tensors whole() {
    test::Tensors all = {{"text_encoders.clip_l.logit_scale", torch::ones({})}};
    all.merge(test::with_prefix("model.diffusion_model.", transformer()));
    all.merge(test::with_prefix("first_stage_model.", vae()));
    all.merge(test::with_prefix("text_encoders.clip_l.transformer.", clip_l()));
    all.merge(test::with_prefix("text_encoders.clip_g.transformer.", clip_g()));
    all.merge(test::with_prefix("text_encoders.t5xxl.transformer.", t5()));
    return all;
  }

  std::filesystem::path write(const test::Tensors& tensors,
                              const std::string& name = "sd3.safetensors") const {
    test::write_tensors(folder_ / name, tensors);
    return folder_ / name;
  }

  test::TemporaryFolder folder_;
};

}  // namespace unipic::unipic2
