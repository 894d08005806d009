// `unipic convert`: checkpoints to safetensors and other types, LoRA adapters merged; random ones
// for measuring.

#include <fmt/format.h>

#include <functional>
#include <map>
#include <ranges>

#include "base/check.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/reporter.h"
#include "unipic/checkpoint.h"

namespace unipic::cli {
namespace {

struct Flags {
  std::vector<std::string> paths;  // [IN] OUT
  std::string random_family;
  std::string lora;
  std::string dtype = "keep";
  uint64_t seed = 42;
  bool json = false;
  bool quiet = false;
};

ConvertOptions::Target target_of(const std::string& dtype) {
  if (dtype == "f32") return ConvertOptions::Target::kF32;
  if (dtype == "bf16") return ConvertOptions::Target::kBF16;
  if (dtype == "int8") return ConvertOptions::Target::kInt8;
  check_usage(dtype == "keep",
              "--dtype {} is not supported by this version; use f32, bf16, int8 or keep", dtype);
  return ConvertOptions::Target::kKeep;
}

// The mean of the relative errors of quantized weights, and the largest.
void print_errors(Reporter& reporter,
                  const std::multimap<double, std::string, std::greater<>>& errors) {
  constexpr size_t kShown = 5;
  if (errors.empty()) return;
  reporter.end_bar();
  double sum = 0;
  for (const auto& [error, name] : errors) sum += error;
  fmt::print("{} weights in 8 bits, relative error {:.4f} on average; the largest:\n",
             errors.size(), sum / static_cast<double>(errors.size()));
  for (const auto& [error, name] : errors | std::views::take(kShown)) {
    fmt::print("  {:.4f} {}\n", error, name);
  }
}

int convert(const Flags& flags) {
  const bool random = !flags.random_family.empty();
  check_usage(flags.paths.size() == (random ? 1 : 2), "convert wants {}; {} paths were given",
              random ? "one path, where to write" : "two paths, IN and OUT", flags.paths.size());
  check_usage(!random || flags.lora.empty(), "--lora cannot change random weights");
  const Interrupt interrupt;
  Reporter reporter(flags.json, flags.quiet);
  std::multimap<double, std::string, std::greater<>> errors;
  const ConvertOptions options = {
      .lora = flags.lora,
      .target = target_of(flags.dtype),
      .stop = interrupt.token(),
      .on_progress =
          [&](int64_t done, int64_t num_tensors) {
            // A line for each of thousands of tensors would be too many.
            const int64_t every = std::max<int64_t>(1, num_tensors / 20);
            if (done % every == 0 || done == num_tensors)
              reporter.progress({"write", done, num_tensors});
          },
      .on_quantized =
          [&](const std::string& name, double error) {
            errors.emplace(error, name);
            if (!flags.json) return;
            reporter.event({{"event", "quantized"}, {"tensor", name}, {"relative_error", error}});
          }};
  if (random) {
    write_random_checkpoint(flags.random_family, flags.paths[0], flags.seed, options);
  } else {
    convert_checkpoint(flags.paths[0], flags.paths[1], options);
  }
  if (!flags.json && !flags.quiet) print_errors(reporter, errors);
  reporter.done({{"files", {flags.paths.back()}}}, flags.paths.back());
  return 0;
}

}  // namespace

void add_convert(CLI::App& app, Run& run) {
  auto flags = std::make_shared<Flags>();
  auto& command = *app.add_subcommand(
      "convert", "Writes a checkpoint as safetensors, in another type or with LoRA if asked to.");
  command
      .add_option("paths", flags->paths,
                  "IN, a model folder or tensor file, and OUT; only OUT with --random")
      ->required()
      ->expected(1, 2);
  command.add_option("--lora", flags->lora,
                     "folder of a LoRA adapter (PEFT's files) to merge into the weights");
  command.add_option("--dtype", flags->dtype, "type of the weights: keep, f32, bf16 or int8")
      ->check(CLI::IsMember({"keep", "f32", "bf16", "int8"}))
      ->capture_default_str();
  command.add_option(
      "--random", flags->random_family,
      "write random weights of this family's real size in the published layout: unipic1");
  command.add_option("-s,--seed", flags->seed, "of the random weights")->capture_default_str();
  command.add_flag("--json", flags->json, "one JSON object per event on stdout");
  command.add_flag("-q,--quiet", flags->quiet, "no progress");
  command.callback([flags, &run] { run = [flags] { return convert(*flags); }; });
}

}  // namespace unipic::cli
