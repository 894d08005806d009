#include "convert/renamed_weights.h"

#include <gtest/gtest.h>

#include "convert/load_weights.h"
#include "io/safetensors.h"
#include "nn/linear.h"
#include "support/error.h"
#include "support/temporary_folder.h"
#include "support/tensor_files.h"

namespace unipic::convert {
namespace {

// Two layers whose weights and biases a file keeps as one tensor each, "both.weight" and
// "both.bias".
class TwoLayersOfOne : public testing::Test {
 protected:
  TwoLayersOfOne() {
    for (auto* layer : {&first_, &second_})
      *layer = module_->register_module(layer == &first_ ? "first" : "second", nn::Linear(3, 2));
  }
  WeightSource renamed(const test::Tensors& tensors) {
    test::write_tensors(folder_ / "x.safetensors", tensors);
    WeightSource file("the file");
    file.add(io::open_safetensors(folder_ / "x.safetensors"));
    const auto part_of = [](const std::string& name) {
      return TensorPart{.name = "both" + name.substr(name.find('.')),
                        .index = name.starts_with("second") ? 1 : 0,
                        .num_parts = 2};
    };
    const auto is_idle = [](std::string_view name) { return name == "idle"; };
    return renamed_weights(*module_, file, {.part_of = part_of, .is_idle = is_idle});
  }

  test::TemporaryFolder folder_;
  std::shared_ptr<torch::nn::Module> module_ = std::make_shared<torch::nn::Module>();
  nn::Linear first_ = nullptr, second_ = nullptr;
  const torch::Tensor weight_ = torch::arange(12).view({4, 3}).to(torch::kFloat);
  const torch::Tensor bias_ = torch::arange(4).to(torch::kFloat);
};

TEST_F(TwoLayersOfOne, GetTheirHalves) {
  const auto source = renamed({{"both.weight", weight_}, {"both.bias", bias_}, {"idle", bias_}});
  EXPECT_TRUE(load_weights(*module_, source, {}).empty());
  EXPECT_TRUE(torch::equal(first_->weight(), weight_.narrow(0, 0, 2)));
  EXPECT_TRUE(torch::equal(second_->weight(), weight_.narrow(0, 2, 2)));
  EXPECT_TRUE(torch::equal(second_->bias(), bias_.narrow(0, 2, 2)));
}

TEST_F(TwoLayersOfOne, AreRefusedByTheNamesOfTheFile) {
  EXPECT_EQ(test::error_of([&] {
              renamed({{"both.weight", weight_}});
            }),
            "the file: 1 tensor missing: both.bias");
  EXPECT_EQ(test::error_of([&] {
              renamed({{"both.weight", weight_.narrow(0, 0, 3)}, {"both.bias", bias_}});
            }),
            "the file: 1 tensor of another shape: 'both.weight' is [3, 3], the model needs [4, 3]");
  EXPECT_EQ(test::error_of([&] {
              renamed({{"both.weight", weight_.to(torch::kFloat8_e5m2)}, {"both.bias", bias_}});
            }),
            "the file: 1 tensor in a type that is not read (F16, BF16 and F32 are): 'both.weight' "
            "is F8_E5M2");
  EXPECT_EQ(test::error_of([&] {
              renamed({{"both.weight", weight_}, {"both.bias", bias_}, {"third.bias", bias_}});
            }),
            "the file: 1 tensor that this network does not have: third.bias");
}

}  // namespace
}  // namespace unipic::convert
