#include "nn/activation_checkpoint.h"

#include <torch/autograd.h>
#include <utility>

#include "ops/mixed_precision.h"

namespace unipic::nn {
using torch::Tensor;
using torch::autograd::AutogradContext;

namespace {

// What the backward pass needs to compute a block again.
struct Recipe : torch::CustomClassHolder {
  Recipe(std::function<Tensor(const Tensor&)> to_repeat, torch::ScalarType type)
      : block(std::move(to_repeat)), compute_type(type) {}

  std::function<Tensor(const Tensor&)> block;
  torch::ScalarType compute_type;
};

struct Recompute : torch::autograd::Function<Recompute> {
  static Tensor forward(AutogradContext* context, const Tensor& x,
                        c10::intrusive_ptr<Recipe> recipe) {
    context->save_for_backward({x});
    const torch::NoGradGuard no_grad;
    auto out = recipe->block(x);
    context->saved_data["recipe"] = c10::IValue::make_capsule(std::move(recipe));
    return out;
  }

  static torch::autograd::variable_list backward(AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto capsule = context->saved_data["recipe"].toCapsule();
    const auto* recipe = static_cast<const Recipe*>(capsule.get());
    const auto x = context->get_saved_variables()[0].detach().set_requires_grad(true);
    const torch::AutoGradMode with_grad(true);
    Tensor out;
    {
      const ops::MixedPrecision mixed(recipe->compute_type, x.device());
      out = recipe->block(x);
    }
    torch::autograd::backward({out}, {gradients[0]});
    return {x.grad(), Tensor()};
  }
};

}  // namespace

Tensor activation_checkpoint(const std::function<Tensor(const Tensor&)>& block, const Tensor& x) {
  if (!torch::GradMode::is_enabled() || !x.requires_grad()) return block(x);
  return Recompute::apply(
      x, c10::make_intrusive<Recipe>(block, ops::current_compute_type(x.device())));
}

}  // namespace unipic::nn
