#include "convert/diffusers_lora.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "convert/lora_files.h"
#include "convert/save_tensors.h"
#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::convert {
namespace {

class DiffusersLora : public testing::Test {
 protected:
  void write(const NamedTensors& tensors, const std::map<std::string, std::string>& metadata = {}) {
    std::filesystem::create_directories(adapter_);
    save_tensors(adapter_ / "pytorch_lora_weights.safetensors", tensors, metadata);
  }
  std::string read_error() const {
    auto message = test::error_of([&] { read_lora(adapter_); });
    const auto file = (adapter_ / "pytorch_lora_weights.safetensors: ").string();
    return message.starts_with(file) ? message.substr(file.size()) : message;
  }

  const test::TemporaryFolder folder_;
  const std::filesystem::path adapter_ = folder_ / "adapter";
  const torch::Tensor down_ = torch::randn({2, 5});
  const torch::Tensor up_ = torch::randn({3, 2});
  const NamedTensors good_ = {{"transformer.transformer_blocks.0.attn.to_q.lora_A.weight", down_},
                              {"transformer.transformer_blocks.0.attn.to_q.lora_B.weight", up_}};
};

TEST_F(DiffusersLora, IsReadAsItWasWritten) {
  const ops::LowRankChanges changes = {{"transformer_blocks.0.attn.to_q", {down_, up_, 1.5}},
                                       {"transformer_blocks.1.attn.to_out.0", {down_, up_, 1.5}}};
  write_diffusers_lora(changes, adapter_);
  const auto again = read_lora(adapter_);
  ASSERT_EQ(again.size(), 2U);
  const auto& change = again.at("transformer_blocks.1.attn.to_out.0");
  EXPECT_TRUE(torch::equal(change.down_RN, down_));
  EXPECT_TRUE(torch::equal(change.up_MR, up_));
  EXPECT_DOUBLE_EQ(change.scale, 1.5);
}

TEST_F(DiffusersLora, HasItsRankAsAlphaWhereNothingIsSaid) {
  write(good_);
  const auto changes = read_lora(adapter_);
  EXPECT_DOUBLE_EQ(changes.at("transformer_blocks.0.attn.to_q").scale, 1.0);
}

TEST_F(DiffusersLora, OfOtherKindsIsRefused) {
  write({{"text_encoder.q.lora_A.weight", down_}});
  EXPECT_EQ(read_error(),
            "'text_encoder.q.lora_A.weight' is not the name of a LoRA tensor "
            "(transformer.LAYER.lora_A.weight)");
  write({{"transformer.q.lora_A.weight", down_}});
  EXPECT_EQ(read_error(), "'q' has only one of lora_A.weight and lora_B.weight");
  write(good_, {{"lora_adapter_metadata", R"({"transformer.use_dora": true})"}});
  EXPECT_EQ(read_error(), "use_dora is not supported");
  write(good_, {{"lora_adapter_metadata", R"({"transformer.rank_pattern": {"q": 4}})"}});
  EXPECT_EQ(read_error(), "rank_pattern is not supported");
}

}  // namespace
}  // namespace unipic::convert
