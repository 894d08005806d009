#include "unipic/bench.h"

#include <unistd.h>

#include <chrono>

#include "base/check.h"
#include "base/memory.h"
#include "base/new_folder.h"
#include "convert/random_weights.h"
#include "models/unipic1/pipeline.h"
#include "models/unipic1/write_checkpoint.h"
#include "ops/placement.h"
#include "text/tokenizer_files.h"

namespace unipic {
namespace {

constexpr uint64_t kSeed = 42;
constexpr int64_t kNumWeights = 2'997'000'000;  // specs/unipic1.md §0
// 43 tokens with the byte vocabulary of random weights, template included.
constexpr std::string_view kPrompt = "a dog";

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

unipic1::Pipeline random_pipeline(DType wanted, torch::Device device) {
  const auto dtype = ops::scalar_type(wanted, kNumWeights, device);
  const auto bits = ops::weight_bits(wanted);
  const unipic1::Config config;
  unipic1::UniPic1 model(config);
  // One layer after the other becomes 8 or 4 bits, so that the whole is never in memory in bf16.
  const auto layers = nn::linear_layers(*model);
  convert::randomize(*model, dtype, kSeed, [&](const std::string& name) {
    auto* layer = nn::layer_of_weight(layers, name);
    if (layer != nullptr && nn::is_in_stack(name)) layer->quantize(bits);
  });
  model->to(device);
  model->set_placement(dtype, device);
  model->quantize(bits);
  // A tokenizer is loaded from files; these are removed as the folder is never committed.
  const NewFolder folder(std::filesystem::temp_directory_path() /
                         fmt::format("unipic_bench_{}", getpid()));
  unipic1::write_llm_folder(config, text::byte_vocabulary(), 1.1, folder.path() / "llm");
  return {std::move(model), text::load_tokenizer(folder.path() / "llm"), 1.1};
}

}  // namespace

BenchReport bench_unipic1(const BenchOptions& options) {
  ops::use_threads(options.threads);
  const auto device = ops::device_named(options.device);
  BenchReport report;
  report.threads = at::get_num_threads();
  auto start = std::chrono::steady_clock::now();
  auto pipeline = options.model.empty() ? random_pipeline(options.dtype, device)
                                        : unipic1::Pipeline(unipic1::open_checkpoint(options.model),
                                                            options.dtype, device);
  pipeline.use_kernels(options.kernels);
  report.load_seconds = seconds_since(start);
  report.dtype = ops::dtype_name(pipeline.model()->dtype(), pipeline.model()->weight_bits());

  StageClock clock;
  unipic1::SamplerHooks hooks;
  hooks.control = {.stop = options.stop, .progress = {}, .clock = &clock};
  if (options.on_progress) {
    hooks.control.progress = [&](const std::string& stage, int64_t step, int64_t num_steps) {
      options.on_progress({stage, step, num_steps});
    };
  }
  start = std::chrono::steady_clock::now();
  const auto& model = pipeline.model();
  const auto grid = model->grid_of(options.size, options.size);
  std::vector<uint64_t> seeds;
  for (int64_t picture = 0; picture < options.count; ++picture) {
    seeds.push_back(kSeed + static_cast<uint64_t>(picture));
  }
  auto draws = std::make_unique<unipic1::SeededDraws>(seeds, model->config().mar.latent_channels,
                                                      model->device());
  const auto conditions =
      pipeline.to_draw(std::vector<unipic1::DrawPrompt>(seeds.size(), {std::string(kPrompt)}),
                       options.guidance != 1.0, pipeline.prompts().end_id());
  const auto tokens = pipeline.run(
      conditions, grid, {.num_iterations = options.iterations, .guidance = options.guidance},
      std::move(draws), hooks);
  pipeline.decode(tokens, grid, hooks.control);
  report.seconds = seconds_since(start);
  report.stage_seconds = clock.seconds();
  report.peak_rss_gb = static_cast<double>(peak_resident_bytes()) / 1e9;
  return report;
}

}  // namespace unipic
