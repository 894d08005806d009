#include "api/families/convert.h"
#include "convert/lora_files.h"
#include "models/unipic1/write_checkpoint.h"

namespace unipic::api {
namespace {

unipic1::WriteOptions write_options(const ConvertOptions& options) {
  return {.dtype = target_type(options.target),
          .stop = options.stop,
          .on_progress = options.on_progress,
          .on_quantized = options.on_quantized,
          .lora = options.lora.empty() ? ops::LowRankChanges() : convert::read_lora(options.lora)};
}

}  // namespace

std::optional<torch::ScalarType> target_type(ConvertOptions::Target target) {
  switch (target) {
    case ConvertOptions::Target::kF32:
      return torch::kFloat;
    case ConvertOptions::Target::kBF16:
      return torch::kBFloat16;
    case ConvertOptions::Target::kInt8:
      return torch::kChar;
    case ConvertOptions::Target::kKeep:
      break;
  }
  return std::nullopt;
}

void convert_unipic1(const std::filesystem::path& in, const std::filesystem::path& out,
                     const ConvertOptions& options) {
  unipic1::write_converted(unipic1::open_checkpoint(in), out, write_options(options));
}

void write_random_unipic1(const std::filesystem::path& out, uint64_t seed,
                          const ConvertOptions& options) {
  const unipic1::Config published_sizes;
  unipic1::write_random(published_sizes, seed, out, write_options(options));
}

}  // namespace unipic::api
