#include "ops/placement.h"

#include <thread>

#include <ATen/Parallel.h>
#include <torch/cuda.h>

#include "base/check.h"
#include "base/cpu.h"

namespace unipic::ops {

at::ScalarType scalar_type(DType dtype, int64_t num_weights, at::Device device) {
  constexpr int64_t kSmall = 500'000'000;
  if (dtype == DType::kAuto) {
    const bool is_fast = device.is_cuda() || has_bf16_products();
    return num_weights < kSmall && !is_fast ? at::kFloat : at::kBFloat16;
  }
  return dtype == DType::kF32 ? at::kFloat : at::kBFloat16;
}

WeightBits weight_bits(DType dtype) {
  if (dtype == DType::kInt8) return WeightBits::k8;
  return dtype == DType::kInt4 ? WeightBits::k4 : WeightBits::kAsTheType;
}

std::string dtype_name(at::ScalarType type, WeightBits bits) {
  if (bits != WeightBits::kAsTheType) return bits == WeightBits::k8 ? "int8" : "int4";
  return type == at::kFloat ? "f32" : "bf16";
}

at::Device device_named(const std::string& name) {
  if (name == "cpu") return torch::kCPU;
  check_usage(name == "cuda" || name.starts_with("cuda:"), "no device '{}'; use cpu or cuda", name);
  check_usage(torch::cuda::is_available(),
              "device '{}': this build of LibTorch finds no CUDA device", name);
  int64_t index = 0;
  if (name.size() > 5) {
    const auto digits = name.substr(5);
    check_usage(digits.size() <= 3 && digits.find_first_not_of("0123456789") == std::string::npos,
                "no device '{}'; use cuda:N", name);
    index = std::stoi(digits);
  }
  check_usage(index < static_cast<int64_t>(torch::cuda::device_count()),
              "device '{}': there are only {}", name, torch::cuda::device_count());
  return {torch::kCUDA, static_cast<torch::DeviceIndex>(index)};
}

void use_threads(int num_threads) {
  check_usage(num_threads >= 0 && num_threads <= 4096, "{} threads, not within 0..4096",
              num_threads);
  if (num_threads == 0)
    num_threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  at::set_num_threads(num_threads);
}

}  // namespace unipic::ops
