#include "convert/lora_files.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "base/json.h"
#include "io/safetensors_writer.h"
#include "io/tensor_file.h"
#include "ops/file_tensor.h"
#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::convert {
namespace {

using test::error_of;
using Tensors = std::map<std::string, torch::Tensor>;

class LoraFiles : public testing::Test {
 protected:
  // An adapter as PEFT's save_pretrained leaves it.
  void write_peft(const Tensors& tensors, const Json& more = Json::object()) {
    std::filesystem::create_directories(adapter_);
    Json config = {{"alpha_pattern", Json::object()},
                   {"auto_mapping", nullptr},
                   {"base_model_name_or_path", "somewhere/model"},
                   {"bias", "none"},
                   {"fan_in_fan_out", false},
                   {"inference_mode", true},
                   {"lora_alpha", 8},
                   {"lora_dropout", 0.05},
                   {"peft_type", "LORA"},
                   {"r", 2},
                   {"rank_pattern", Json::object()},
                   {"target_modules", {"q_proj"}},
                   {"use_dora", false},
                   {"use_rslora", false}};
    config.update(more);
    test::write_file(adapter_ / "adapter_config.json", config.dump());
    std::vector<io::TensorSpec> specs;
    for (const auto& [name, tensor] : tensors) {
      specs.push_back({name, ops::dtype_of(tensor.scalar_type()), tensor.sizes().vec()});
    }
    const auto path = adapter_ / "adapter_model.safetensors";
    io::SafetensorsWriter writer(path, std::move(specs));
    for (const auto& spec : writer.tensors()) {
      const auto& tensor = tensors.at(spec.name);
      writer.write({static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()});
    }
    writer.commit();
  }

  std::string read_error() const {
    auto message = error_of([&] { read_lora(adapter_); });
    const auto folder = adapter_.string() + "/";
    if (message.starts_with(folder)) message.erase(0, folder.size());
    return message;
  }

  const test::TemporaryFolder folder_;
  const std::filesystem::path adapter_ = folder_ / "adapter";
  const torch::Tensor down_ = torch::randn({2, 5});
  const torch::Tensor up_ = torch::randn({3, 2});
  const Tensors good_ = {{"base_model.model.llm.layers.0.q_proj.lora_A.weight", down_},
                         {"base_model.model.llm.layers.0.q_proj.lora_B.weight", up_}};
};

TEST_F(LoraFiles, OfPeftAreRead) {
  write_peft(good_);
  const auto changes = read_lora(adapter_);
  ASSERT_EQ(changes.size(), 1U);
  const auto& change = changes.at("llm.layers.0.q_proj");
  EXPECT_TRUE(torch::equal(change.down_RN, down_));
  EXPECT_TRUE(torch::equal(change.up_MR, up_));
  EXPECT_DOUBLE_EQ(change.scale, 4.0);
}

TEST_F(LoraFiles, MayScaleByTheRootOfTheRank) {
  write_peft(good_, {{"use_rslora", true}});
  EXPECT_DOUBLE_EQ(read_lora(adapter_).begin()->second.scale, 8.0 / std::sqrt(2.0));
}

TEST_F(LoraFiles, AreWrittenUnderPeftsNamesAndReadBack) {
  const ops::LowRankChanges changes = {{"a.q", {down_, up_, 1.5}}, {"b.k", {down_ + 1, up_, 1.5}}};
  write_lora(changes, "models/base", adapter_);
  const auto file = io::open_tensor_file(adapter_ / "adapter_model.safetensors");
  for (const auto* name :
       {"base_model.model.a.q.lora_A.weight", "base_model.model.b.k.lora_B.weight"}) {
    EXPECT_TRUE(file.tensors.contains(name)) << name;
  }
  const auto config = read_json(adapter_ / "adapter_config.json");
  EXPECT_EQ(config["peft_type"], "LORA");
  EXPECT_EQ(config["r"], 2);
  EXPECT_EQ(config["lora_alpha"], 3.0);
  EXPECT_EQ(config["target_modules"], Json({"a.q", "b.k"}));
  EXPECT_EQ(config["base_model_name_or_path"], "models/base");

  const auto again = read_lora(adapter_);
  ASSERT_EQ(again.size(), 2U);
  EXPECT_TRUE(torch::equal(again.at("b.k").down_RN, down_ + 1));
  EXPECT_TRUE(torch::equal(again.at("a.q").up_MR, up_));
  EXPECT_DOUBLE_EQ(again.at("a.q").scale, 1.5);
}

TEST_F(LoraFiles, OfOtherKindsAreRefused) {
  EXPECT_EQ(read_error(), adapter_.string() + ": no folder of a LoRA adapter");
  write_peft(good_, {{"peft_type", "IA3"}});
  EXPECT_EQ(read_error(), "adapter_config.json: peft_type is 'IA3'; only LORA can be used");
  write_peft(good_, {{"use_dora", true}});
  EXPECT_EQ(read_error(), "adapter_config.json: use_dora is not supported");
  write_peft(good_, {{"rank_pattern", {{"q_proj", 4}}}});
  EXPECT_EQ(read_error(), "adapter_config.json: rank_pattern is not supported");
  write_peft(good_, {{"r", 0}});
  EXPECT_EQ(read_error(), "adapter_config.json: r is 0 and lora_alpha 8");
}

TEST_F(LoraFiles, WithTensorsThatDoNotFitAreRefused) {
  auto tensors = good_;
  tensors["base_model.model.llm.lm_head.weight"] = up_;
  write_peft(tensors);
  EXPECT_EQ(read_error(),
            "adapter_model.safetensors: 'base_model.model.llm.lm_head.weight' is not the name of a "
            "LoRA tensor (base_model.model.LAYER.lora_A.weight)");
  write_peft({{"base_model.model.q.lora_A.weight", down_}});
  EXPECT_EQ(read_error(),
            "adapter_model.safetensors: 'q' has only one of lora_A.weight and lora_B.weight");
  write_peft({{"base_model.model.q.lora_A.weight", down_},
              {"base_model.model.q.lora_B.weight", torch::zeros({3, 4})}});
  EXPECT_EQ(read_error(),
            "adapter_model.safetensors: the two tensors of 'q' do not fit each other");
  write_peft(good_, {{"r", 4}});
  EXPECT_EQ(read_error(),
            "adapter_model.safetensors: 'llm.layers.0.q_proj' has rank 2, adapter_config.json says "
            "r = 4");
  write_peft({});
  EXPECT_EQ(read_error(), "adapter_model.safetensors: has no tensors");
}

}  // namespace
}  // namespace unipic::convert
