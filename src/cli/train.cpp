// `unipic train`: runs a recipe.

#include "train/train.h"

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/reporter.h"

namespace unipic::cli {
namespace {

struct Flags {
  std::string recipe;
  std::vector<std::string> overrides;
  bool print_config = false;
  bool json = false;
  bool quiet = false;
};

int run_training(const Flags& flags) {
  const Interrupt interrupt;
  Reporter reporter(flags.json, flags.quiet);
  train::TrainOptions options = {
      .recipe = flags.recipe, .overrides = flags.overrides, .stop = interrupt.token()};
  if (flags.print_config) {
    fmt::print("{}", train::complete_recipe(options));
    return 0;
  }
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
  command.add_flag("--json", flags->json, "one JSON object per event on stdout");
  command.add_flag("-q,--quiet", flags->quiet, "no progress");
  command.callback([flags, &run] { run = [flags] { return run_training(*flags); }; });
}

}  // namespace unipic::cli
