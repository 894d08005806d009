#include "kernels/cpu/isa.h"

#include <algorithm>

#include "base/check.h"
#include "base/cpu.h"
#include "base/environment.h"

namespace unipic::kernels {
namespace {

std::vector<Isa> detect() {
  const auto features = cpu_features();
  std::vector<Isa> isas{Isa::kPortable};
  if (features.avx2) isas.push_back(Isa::kAvx2);
  if (features.avx512) isas.push_back(Isa::kAvx512);
  if (features.avx512 && features.avx512_bf16) isas.push_back(Isa::kAvx512Bf16);
  if (isas.back() == Isa::kAvx512Bf16 && features.amx_bf16 && may_use_amx())
    isas.push_back(Isa::kAmx);
  return isas;
}

Isa choose() {
  const auto& isas = supported_isas();
  const auto wanted = wanted_isa();
  if (wanted.empty()) return isas.back();
  const auto found = std::ranges::find(isas, std::string_view(wanted), name);
  check_usage(found != isas.end(), "UNIPIC_ISA={}: this machine has {} at most", wanted,
              name(isas.back()));
  return *found;
}

}  // namespace

std::string_view name(Isa isa) {
  switch (isa) {
    case Isa::kPortable:
      return "portable";
    case Isa::kAvx2:
      return "avx2";
    case Isa::kAvx512:
      return "avx512";
    case Isa::kAvx512Bf16:
      return "avx512_bf16";
    case Isa::kAmx:
      return "amx";
  }
  return "?";
}

const std::vector<Isa>& supported_isas() {
  static const std::vector<Isa> isas = detect();
  return isas;
}

Isa best_isa() {
  static const Isa isa = choose();
  return isa;
}

}  // namespace unipic::kernels
