// `unipic train`: runs a recipe.

#include "train/train.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/environment.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/reporter.h"
#include "train/distributed/launcher.h"

namespace unipic::cli {
namespace {

struct Flags {
  std::string recipe;
  std::vector<std::string> overrides;
  bool print_config = false;
  bool json = false;
  bool quiet = false;
  int64_t nproc = 1;
};

// The same command in several processes.
int launch_training(const Flags& flags, const std::stop_token& stop) {
  check_usage(!process_environment(), "--nproc {}, but WORLD_SIZE says there is a launcher already",
              flags.nproc);
  std::vector<std::string> arguments = {"train", flags.recipe};
  arguments.insert(arguments.end(), flags.overrides.begin(), flags.overrides.end());
  if (flags.json) arguments.push_back("--json");
  if (flags.quiet) arguments.push_back("--quiet");
  const auto outcome = train::launch({.program = std::filesystem::read_symlink("/proc/self/exe"),
                                      .arguments = std::move(arguments),
                                      .num_processes = flags.nproc,
                                      .stop = stop});
  if (outcome.status > 128) {
    fmt::print(stderr, "unipic: process {} was ended by signal {}\n", outcome.rank,
               outcome.status - 128);
  } else if (!outcome.message.empty()) {
    constexpr std::string_view kName = "unipic: ";
    const auto message = std::string_view(outcome.message);
    fmt::print(stderr, "unipic: process {}: {}\n", outcome.rank,
               message.starts_with(kName) ? message.substr(kName.size()) : message);
  }
  return outcome.status;
}

int run_training(const Flags& flags) {
  restart_with_short_spins();
  const Interrupt interrupt;
  train::TrainOptions options = {
      .recipe = flags.recipe, .overrides = flags.overrides, .stop = interrupt.token()};
  if (flags.print_config) {
    fmt::print("{}", train::complete_recipe(options));
    return 0;
  }
  if (flags.nproc > 1) {
    train::complete_recipe(options);  // Whether it makes sense is said once, not by each process.
    return launch_training(flags, interrupt.token());
  }
  options.process = process_environment();
  const bool is_heard = !options.process || options.process->rank == 0;
  Reporter reporter(flags.json && is_heard, flags.quiet || !is_heard);
  options.on_status = [&](const train::TrainStatus& status) {
    Json members = {{"step", status.step}, {"steps", status.steps}};
    for (const auto& [name, value] : status.figures) members[name] = value;
    reporter.status(std::move(members), status.line);
  };
  options.on_warning = [&](const std::string& line) { reporter.warning(line); };
  train::train(options);
  reporter.done(Json::object(), "done");
  return 0;
}

}  // namespace

void add_train(CLI::App& app, Run& run) {
  auto flags = std::make_shared<Flags>();
  auto& command = *app.add_subcommand("train", "Trains a model as a recipe says.");
  command.add_option("recipe", flags->recipe, "TOML file")->required();
  command.add_option("overrides", flags->overrides,
                     "settings to change, as dotted.key=value: trainer.lr=1e-4");
  command.add_flag("--print-config", flags->print_config,
                   "print the recipe with all defaults and overrides, and do nothing");
  command.add_option("--nproc", flags->nproc, "processes to share the work, on this machine")
      ->check(CLI::Range(1, 1024));
  command.add_flag("--json", flags->json, "one JSON object per event on stdout");
  command.add_flag("-q,--quiet", flags->quiet, "no progress");
  command.callback([flags, &run] { run = [flags] { return run_training(*flags); }; });
}

}  // namespace unipic::cli
