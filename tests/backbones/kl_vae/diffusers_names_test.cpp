#include "backbones/kl_vae/diffusers_names.h"

#include <gtest/gtest.h>

#include "backbones/kl_vae/model.h"

namespace unipic::kl_vae {
namespace {

const Config kConfig = {.base_channels = 8,
                        .multipliers = {1, 2, 1},
                        .num_res_blocks = 1,
                        .norm_groups = 4,
                        .encoder_attention_levels = {}};

TEST(DiffusersNames, GoThereAndBack) {
  EXPECT_EQ(name_in_diffusers("decoder.up.0.block.1.nin_shortcut.weight", kConfig),
            "decoder.up_blocks.2.resnets.1.conv_shortcut.weight");
  EXPECT_EQ(name_in_diffusers("encoder.mid.attn_1.q.bias", kConfig),
            "encoder.mid_block.attentions.0.to_q.bias");
  for (const auto& parameter : Autoencoder(kConfig)->named_parameters()) {
    const auto theirs = name_in_diffusers(parameter.key(), kConfig);
    EXPECT_EQ(name_of_diffusers(theirs, kConfig), parameter.key()) << theirs;
  }
}

TEST(DiffusersNames, ComeWithAConfigThatIsReadBack) {
  EXPECT_EQ(config_from_diffusers(config_to_diffusers(kConfig, "test"), "test"), kConfig);
}

}  // namespace
}  // namespace unipic::kl_vae
