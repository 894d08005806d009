#include "backbones/sd3/blocks.h"

#include <torch/nn/modules/container/modulelist.h>

#include "nn/holder.h"
#include "ops/attention.h"
#include "ops/modulation.h"

namespace unipic::sd3 {
using torch::Tensor;

namespace {

const char* kPictureNames[] = {"to_q", "to_k", "to_v", "norm_q", "norm_k"};
const char* kContextNames[] = {"add_q_proj", "add_k_proj", "add_v_proj", "norm_added_q",
                               "norm_added_k"};

// A list whose first place is `linear`, registered as `name`: "to_out.0".
nn::Linear add_first(torch::nn::Module& parent, const char* name, const nn::Linear& linear) {
  torch::nn::ModuleList list;
  list->push_back(linear);
  parent.register_module(name, list);
  return linear;
}

Tensor merged(const Tensor& x_BHTK) { return x_BHTK.transpose(1, 2).flatten(-2); }

}  // namespace

AttentionImpl::AttentionImpl(const Config& config, bool with_context, bool context_goes_on)
    : num_heads_(config.num_heads), picture_(add_projections(config, kPictureNames)) {
  out_ = add_first(*this, "to_out", nn::Linear(config.dim(), config.dim()));
  if (!with_context) return;
  context_ = add_projections(config, kContextNames);
  if (context_goes_on)
    context_out_ = register_module("to_add_out", nn::Linear(config.dim(), config.dim()));
}

AttentionImpl::Projections AttentionImpl::add_projections(const Config& config,
                                                          const char* names[5]) {
  const auto linear = [&](const char* name) {
    return register_module(name, nn::Linear(config.dim(), config.dim()));
  };
  Projections projections = {linear(names[0]), linear(names[1]), linear(names[2])};
  if (!config.qk_norm) return projections;
  projections.q_norm = register_module(names[3], nn::RmsNorm(config.head_dim, kNormEps));
  projections.k_norm = register_module(names[4], nn::RmsNorm(config.head_dim, kNormEps));
  return projections;
}

Heads AttentionImpl::heads_of(const Projections& projections, const Tensor& x_BTD) const {
  const auto heads = [&](const nn::Linear& linear, const nn::RmsNorm& norm) {
    const auto x_BTHK = linear->forward(x_BTD).unflatten(-1, {num_heads_, -1});
    return (norm ? norm->forward(x_BTHK) : x_BTHK).transpose(1, 2);
  };
  return {heads(projections.q, projections.q_norm), heads(projections.k, projections.k_norm),
          heads(projections.v, nullptr)};
}

Tensor AttentionImpl::forward(const Tensor& x_BTD) const {
  const auto heads = heads_of(picture_, x_BTD);
  return out_->forward(merged(
      ops::attention(heads.q_BHTK, heads.k_BHTK, heads.v_BHTK, {}, out_->uses_own_kernels())));
}

std::pair<Tensor, Tensor> AttentionImpl::forward(const Tensor& x_BTD,
                                                 const Tensor& context_BSD) const {
  const auto picture = heads_of(picture_, x_BTD), context = heads_of(context_, context_BSD);
  const auto joined = [](const Tensor& a, const Tensor& b) { return torch::cat({a, b}, 2); };
  const auto both = merged(
      ops::attention(joined(picture.q_BHTK, context.q_BHTK), joined(picture.k_BHTK, context.k_BHTK),
                     joined(picture.v_BHTK, context.v_BHTK), {}, out_->uses_own_kernels()));
  const int64_t num_tokens = x_BTD.size(1);
  const auto of_context = both.narrow(1, num_tokens, context_BSD.size(1));
  return {out_->forward(both.narrow(1, 0, num_tokens)),
          context_out_ ? context_out_->forward(of_context) : Tensor()};
}

FeedForwardImpl::FeedForwardImpl(int64_t dim) {
  constexpr int64_t kWidening = 4;
  const auto net = register_module("net", nn::Holder());
  in_ = net->register_module("0", nn::Holder())
            ->register_module("proj", nn::Linear(dim, kWidening * dim));
  out_ = net->register_module("2", nn::Linear(kWidening * dim, dim));
}

Tensor FeedForwardImpl::forward(const Tensor& x) const {
  return out_->forward(in_->forward(x, ops::Activation::kGeluTanh));
}

ModulationImpl::ModulationImpl(int64_t dim, int64_t num_vectors)
    : num_vectors_(num_vectors),
      linear_(register_module("linear", nn::Linear(dim, num_vectors * dim))) {}

std::vector<Tensor> ModulationImpl::forward(const Tensor& silu_BD) const {
  return linear_->forward(silu_BD).unsqueeze(1).chunk(num_vectors_, -1);
}

BlockImpl::BlockImpl(const Config& config, bool is_dual, bool context_goes_on)
    : is_dual_(is_dual),
      context_goes_on_(context_goes_on),
      picture_modulation_(register_module("norm1", Modulation(config.dim(), is_dual ? 9 : 6))),
      context_modulation_(
          register_module("norm1_context", Modulation(config.dim(), context_goes_on ? 6 : 2))),
      attention_(
          register_module("attn", Attention(config, /*with_context=*/true, context_goes_on))),
      feed_forward_(register_module("ff", FeedForward(config.dim()))) {
  if (is_dual) {
    own_attention_ = register_module(
        "attn2", Attention(config, /*with_context=*/false, /*context_goes_on=*/false));
  }
  if (context_goes_on)
    context_feed_forward_ = register_module("ff_context", FeedForward(config.dim()));
}

Streams BlockImpl::forward(const Streams& streams, const Tensor& silu_BD) const {
  // Shift, scale and gate of the attention, of the MLP and, in dual blocks, of the own attention;
  // of a context that ends here scale and shift.
  const auto of_picture = picture_modulation_->forward(silu_BD);
  const auto of_context = context_modulation_->forward(silu_BD);
  const bool own_kernels = feed_forward_->uses_own_kernels();
  const auto modulated = [&](const Tensor& x, const Tensor& shift, const Tensor& scale) {
    return ops::modulated_norm(x, shift, scale, kNormEps, own_kernels);
  };
  const auto plus = [&](const Tensor& x, const Tensor& gate, const Tensor& change) {
    return ops::gated_sum(x, gate, change, own_kernels);
  };
  const auto [attended, context_attended] = attention_->forward(
      modulated(streams.picture_BTD, of_picture[0], of_picture[1]),
      context_goes_on_ ? modulated(streams.context_BSD, of_context[0], of_context[1])
                       : modulated(streams.context_BSD, of_context[1], of_context[0]));

  auto picture = plus(streams.picture_BTD, of_picture[2], attended);
  if (is_dual_) {
    picture =
        plus(picture, of_picture[8],
             own_attention_->forward(modulated(streams.picture_BTD, of_picture[6], of_picture[7])));
  }
  picture = plus(picture, of_picture[5],
                 feed_forward_->forward(modulated(picture, of_picture[3], of_picture[4])));
  if (!context_goes_on_) return {picture, {}};

  auto context = plus(streams.context_BSD, of_context[2], context_attended);
  context = plus(context, of_context[5],
                 context_feed_forward_->forward(modulated(context, of_context[3], of_context[4])));
  return {picture, context};
}

}  // namespace unipic::sd3
