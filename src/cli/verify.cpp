// `unipic verify`: does this build compute what the authors' code computes?

#include "unipic/verify.h"

#include <fmt/core.h>

#include <cstdio>

#include "cli/command.h"
#include "cli/options.h"

namespace unipic::cli {
namespace {

struct Flags {
  std::string folder;
  std::string dtype = "f32";
  std::string kernels = "own";
  bool json = false;
  VerifyOptions options;
};

void print_case(const CaseResult& result, bool json) {
  if (json) {
    const Json event = {{"event", "case"},
                        {"name", result.name},
                        {"passed", result.passed},
                        {"max_abs", result.max_abs},
                        {"reason", result.reason}};
    fmt::print("{}\n", event.dump(-1, ' ', false, Json::error_handler_t::replace));
  } else if (result.passed) {
    fmt::print("PASS {} max_abs={:.2g}\n", result.name, result.max_abs);
  } else {
    fmt::print("FAIL {} {}\n", result.name, result.reason);
  }
  std::fflush(stdout);
}

int verify(const Flags& flags) {
  auto options = flags.options;
  options.dtype = dtype_of(flags.dtype);
  options.kernels = kernels_of(flags.kernels);
  options.on_result = [&](const CaseResult& result) { print_case(result, flags.json); };
  const auto report = verify_goldens(flags.folder, options);
  if (flags.json) {
    fmt::print(
        "{}\n",
        Json({{"event", "done"}, {"passed", report.num_passed}, {"failed", report.num_failed}})
            .dump());
  } else {
    fmt::print("{} passed, {} failed\n", report.num_passed, report.num_failed);
  }
  return report.num_failed == 0 ? 0 : 1;
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
  auto flags = std::make_shared<Flags>();
  auto& command =
      *app.add_subcommand("verify", "Compares this build with what the authors' code computed.");
  command
      .add_option("folder", flags->folder,
                  "golden folder: cases.json, tensors and a tiny checkpoint")
      ->required();
  command.add_option("--only", flags->options.only, "the name of a single case");
  add_kernels_flag(command, flags->kernels);
  command.add_option("--dtype", flags->dtype, "f32, which the tolerances are for, or bf16")
      ->check(CLI::IsMember({"f32", "bf16", "int8", "int4"}))
      ->capture_default_str();
  command.add_option("--device", flags->options.device, "cpu, cuda or cuda:N")
      ->capture_default_str();
  command.add_option("-t,--threads", flags->options.threads, "threads; 0: one a core")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  command.add_flag("--json", flags->json, "one JSON object a case on stdout");
  command.callback([flags, &run] { run = [flags] { return verify(*flags); }; });
}

}  // namespace unipic::cli
