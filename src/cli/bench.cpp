// `unipic bench`: seconds a stage and peak memory.

#include "unipic/bench.h"

#include <fmt/format.h>

#include <optional>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"

namespace unipic::cli {
namespace {

struct Flags {
  ModelFlags common;
  BenchOptions options;
  std::string compare;  // "aten" or nothing
};

// The same with LibTorch's kernels alone, and in bf16 where ours are of fewer bits.
BenchReport bench_aten(BenchOptions options) {
  options.kernels = Kernels::kAten;
  if (options.dtype == DType::kInt8 || options.dtype == DType::kInt4) {
    options.dtype = DType::kBF16;
  }
  return bench_unipic1(options);
}

void print_table(const BenchReport& report) {
  fmt::print("{:<16} {:>9} {:>7}\n", "stage", "seconds", "share");
  const auto row = [&](std::string_view name, double seconds) {
    fmt::print("{:<16} {:>9.2f} {:>6.1f}%\n", name, seconds, 100.0 * seconds / report.seconds);
  };
  for (const auto& [stage, seconds] : report.stage_seconds) row(stage, seconds);
  row("total", report.seconds);
  fmt::print("load {:.2f} s, peak RSS {:.2f} GB, {} threads\n", report.load_seconds,
             report.peak_rss_gb, report.threads);
}

int bench_unipic1_command(const Flags& flags) {
  const Interrupt interrupt;
  Reporter reporter(flags.common.json, flags.common.quiet);
  auto options = flags.options;
  options.stop = interrupt.token();
  options.on_progress = [&](const Progress& progress) { reporter.progress(progress); };
  if (!flags.common.model.empty()) options.model = flags.common.folder();
  options.dtype = dtype_of(flags.common.dtype);
  options.kernels = kernels_of(flags.common.kernels);
  options.device = flags.common.device;
  options.threads = flags.common.threads;
  const auto report = bench_unipic1(options);
  const auto aten = flags.compare.empty() ? std::nullopt : std::optional(bench_aten(options));
  reporter.end_bar();
  if (!reporter.json()) {
    print_table(report);
    if (!aten) return 0;
    fmt::print("\nLibTorch's kernels alone\n");
    print_table(*aten);
    fmt::print("ratio {:.2f}\n", aten->seconds / report.seconds);
    return 0;
  }
  Json done = {{"event", "done"},
               {"model", "unipic1"},
               {"size", options.size},
               {"iterations", options.iterations},
               {"count", options.count},
               {"guidance", options.guidance},
               {"dtype", report.dtype},
               {"kernels", flags.common.kernels},
               {"threads", report.threads},
               {"load_seconds", report.load_seconds},
               {"seconds", report.seconds},
               {"peak_rss_gb", report.peak_rss_gb},
               {"stages", report.stage_seconds}};
  if (aten) {
    done["seconds_aten"] = aten->seconds;
    done["stages_aten"] = aten->stage_seconds;
    done["ratio"] = aten->seconds / report.seconds;
  }
  reporter.event(done);
  return 0;
}

}  // namespace

void add_bench(CLI::App& app, Run& run) {
  auto& bench = *app.add_subcommand("bench", "Measures speed and memory.");
  bench.require_subcommand(1);
  auto flags = std::make_shared<Flags>();
  auto& command = *bench.add_subcommand("unipic1",
                                        "UniPic 1 text-to-image, stage by stage; with random "
                                        "weights of the real size unless -m is given.");
  flags->common.add_to(command);
  command.add_option("--size", flags->options.size, "pixels a side")->capture_default_str();
  command.add_option("--iterations", flags->options.iterations, "of the sampler")
      ->capture_default_str();
  command.add_option("--cfg-scale", flags->options.guidance, "guidance; 1: none")
      ->capture_default_str();
  command.add_option("-n,--batch-count", flags->options.count, "pictures, drawn together")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command.add_option("--compare", flags->compare, "run this, too, in turns: aten")
      ->check(CLI::IsMember({"aten"}));
  command.callback([flags, &run] { run = [flags] { return bench_unipic1_command(*flags); }; });
  add_bench_kernels(bench, run);
}

}  // namespace unipic::cli
