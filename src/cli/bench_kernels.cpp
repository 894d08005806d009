// `unipic bench kernels`: our own kernels beside LibTorch's and the machine's limits.

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/reporter.h"
#include "unipic/bench.h"

namespace unipic::cli {
namespace {

struct Flags {
  KernelBenchOptions options;
  bool json = false;
  bool quiet = false;
};

void print_table(const KernelBenchReport& report) {
  fmt::print("{}, {} threads: products {:.2f} TFLOP/s in registers, memory {:.1f} GB/s\n\n",
             report.isa, report.threads, report.peak_flops / 1e12, report.read_bandwidth / 1e9);
  fmt::print("{:<20} {:<22} {:>9} {:>9} {:>9} {:>8} {:>6}  {}\n", "kernel", "shape", "best ms",
             "median", "TFLOP/s", "GB/s", "ratio", "to");
  for (const auto& timing : report.timings) {
    fmt::print("{:<20} {:<22} {:>9.3f} {:>9.3f} {:>9.3f} {:>8.1f} {:>6.2f}  {}\n", timing.kernel,
               timing.shape, 1e3 * timing.best_seconds, 1e3 * timing.seconds,
               timing.operations / timing.seconds / 1e12, timing.bytes / timing.seconds / 1e9,
               timing.ratio(), timing.other);
  }
  fmt::print("\n");
  for (const auto& [name, value] : report.figures) fmt::print("{:<28} {:.3f}\n", name, value);
}

void report_events(Reporter& reporter, const KernelBenchReport& report) {
  for (const auto& timing : report.timings) {
    reporter.event({{"event", "kernel"},
                    {"kernel", timing.kernel},
                    {"shape", timing.shape},
                    {"seconds", timing.seconds},
                    {"best_seconds", timing.best_seconds},
                    {"operations", timing.operations},
                    {"bytes", timing.bytes},
                    {"other", timing.other},
                    {"other_seconds", timing.other_seconds},
                    {"ratio", timing.ratio()}});
  }
  Json done = {{"event", "done"},
               {"isa", report.isa},
               {"threads", report.threads},
               {"peak_tflops", report.peak_flops / 1e12},
               {"read_gb_per_second", report.read_bandwidth / 1e9}};
  for (const auto& [name, value] : report.figures) done[name] = value;
  reporter.event(done);
}

int bench_kernels_command(const Flags& flags) {
  const Interrupt interrupt;
  Reporter reporter(flags.json, flags.quiet);
  auto options = flags.options;
  options.stop = interrupt.token();
  options.on_progress = [&](const Progress& progress) { reporter.progress(progress); };
  const auto report = bench_kernels(options);
  reporter.end_bar();
  if (reporter.json()) {
    report_events(reporter, report);
  } else {
    print_table(report);
  }
  return 0;
}

}  // namespace

void add_bench_kernels(CLI::App& bench, Run& run) {
  auto flags = std::make_shared<Flags>();
  auto& command = *bench.add_subcommand(
      "kernels", "Our own kernels beside LibTorch's and the machine's limits.");
  command.add_option("-t,--threads", flags->options.threads, "0: one a core")
      ->capture_default_str();
  command
      .add_option("--rounds", flags->options.rounds, "of each kernel; those compared take turns")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_flag("--json", flags->json, "one JSON object per event on stdout");
  command.add_flag("-q,--quiet", flags->quiet, "no progress");
  command.callback([flags, &run] { run = [flags] { return bench_kernels_command(*flags); }; });
}

}  // namespace unipic::cli
