#include "optim/muon.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace unipic::optim {
namespace {

constexpr int64_t kNarrow = 32;
constexpr int kNewtonSchulzSteps = 5;
// Of the quintic x, x³, x⁵ that Jordan et al. chose to raise small singular values fast.
constexpr double kA = 3.4445, kB = -4.7750, kC = 2.0315;

}  // namespace

bool is_hidden_matrix(const NamedParameter& parameter) {
  constexpr std::array<std::string_view, 3> kEnds = {"embed_tokens", "embedding", "lm_head"};
  const auto& [name, tensor] = parameter;
  return tensor.dim() == 2 && std::min(tensor.size(0), tensor.size(1)) > kNarrow &&
         name.ends_with(".weight") && std::ranges::none_of(kEnds, [&](std::string_view end) {
           return name.find(end) != std::string::npos;
         });
}

at::Tensor orthogonalized(const at::Tensor& matrix) {
  const bool is_tall = matrix.size(0) > matrix.size(1);
  auto x_MN = (is_tall ? matrix.t() : matrix).to(at::kBFloat16);
  x_MN = x_MN / (x_MN.norm() + 1e-7);
  for (int step = 0; step < kNewtonSchulzSteps; ++step) {
    const auto square_MM = at::mm(x_MN, x_MN.t());
    const auto factor_MM = at::addmm(square_MM, square_MM, square_MM, kB, kC);
    x_MN = at::addmm(x_MN, factor_MM, x_MN, kA);
  }
  return (is_tall ? x_MN.t() : x_MN).to(matrix.scalar_type());
}

Muon::Muon(std::vector<ParameterGroup> groups, const MuonOptions& options)
    : groups_(std::move(groups)), options_(options) {
  for (const auto& group : groups_) {
    auto& momenta = momenta_.emplace_back();
    for (const auto& [name, parameter] : group.parameters) {
      momenta.push_back(at::zeros_like(parameter, at::MemoryFormat::Contiguous));
    }
  }
}

void Muon::step(double lr) {
  const at::NoGradGuard no_grad;
  for (size_t group = 0; group < groups_.size(); ++group) {
    const double rate = lr * groups_[group].lr_scale;
    for (size_t index = 0; index < groups_[group].parameters.size(); ++index) {
      const auto& parameter = groups_[group].parameters[index].tensor;
      if (!parameter.grad().defined()) continue;
      const auto& momentum = momenta_[group][index];
      momentum.mul_(options_.momentum).add_(parameter.grad());
      const auto direction = parameter.grad().add(momentum, options_.momentum);  // Nesterov's
      // An orthogonal [M, N] has the root mean square 1 / sqrt(max(M, N)).
      const auto longer = static_cast<double>(std::max(parameter.size(0), parameter.size(1)));
      parameter.mul_(1 - rate * groups_[group].weight_decay)
          .sub_(orthogonalized(direction), rate * options_.scale * std::sqrt(longer));
    }
  }
}

std::map<std::string, at::Tensor> Muon::state() const {
  std::map<std::string, at::Tensor> state;
  for (size_t group = 0; group < groups_.size(); ++group) {
    for (size_t index = 0; index < groups_[group].parameters.size(); ++index) {
      state[groups_[group].parameters[index].name + ".momentum"] = momenta_[group][index];
    }
  }
  return state;
}

}  // namespace unipic::optim
