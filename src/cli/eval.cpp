// `unipic eval`: how good is a model?

#include <fmt/format.h>

#include "base/assets.h"
#include "base/atomic_file.h"
#include "base/check.h"
#include "base/environment.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "eval/scenes/eval_scenes.h"

namespace unipic::cli {
namespace {

struct Flags {
  ModelFlags common;
  std::string detector;
  std::string out;
  std::vector<std::string> parts = {"geneval", "edit", "qa"};
  int64_t size = 0;
  eval::EvalScenesOptions options;
};

std::filesystem::path judge_of(const Flags& flags) {
  if (!flags.detector.empty()) return flags.detector;
  const auto shipped = asset_if_there("models/detector/detector.json");
  check_usage(shipped.has_value(),
              "no judge: --detector FOLDER is needed; unipic train recipes/default/detector.toml "
              "makes one");
  return shipped->parent_path();
}

eval::EvalScenesOptions options_of(const Flags& flags) {
  auto options = flags.options;
  options.detector = judge_of(flags);
  options.out = flags.out;
  options.model = std::filesystem::absolute(flags.common.folder()).lexically_normal().string();
  options.suite.parts = {flags.parts.begin(), flags.parts.end()};
  options.suite.validate();
  options.drawing.width = options.drawing.height = flags.size;
  check_options("a photo", options.drawing);
  return options;
}

int eval_scenes_command(const Flags& flags) {
  restart_with_short_spins();
  const auto options = options_of(flags);
  const Interrupt interrupt;
  Reporter reporter(flags.common.json, flags.common.quiet);
  const RunControl control = {
      .stop = interrupt.token(),
      .progress = [&](const std::string& stage, int64_t step, int64_t num_steps) {
        reporter.progress({stage, step, num_steps});
      }};
  const auto pipeline = Pipeline::load(flags.common.folder(), flags.common.load_options(reporter));
  const auto report = eval::eval_scenes(pipeline, options, control);
  const auto json = to_json(report);
  if (!flags.out.empty()) {
    write_file_atomically(options.out / "scores.json", json.dump(2) + "\n");
  }
  if (!report.detector.is_trusted()) {
    reporter.warning(fmt::format(
        "the judge sees only {:.2f} % of exact pictures right: below {:.0f} % scores do not count",
        100 * report.detector.accuracy(), 100 * eval::kTrustedAccuracy));
  }
  reporter.done(json, table_of(report));
  return 0;
}

void add_scenes(CLI::App& eval, Run& run) {
  auto flags = std::make_shared<Flags>();
  auto& suite = flags->options.suite;
  auto& drawing = flags->options.drawing;
  auto& command = *eval.add_subcommand(
      "scenes", "Scores pictures, edits and answers of a model in the world of drawn scenes.");
  flags->common.add_to(command);
  command.add_option(
      "--detector", flags->detector,
      "folder of the judge, as the training task `detector` writes it; without it, the "
      "program's own, if one is installed");
  command.add_option("-o,--output", flags->out,
                     "folder to keep items, pictures and sheets in, and to go on from");
  command.add_option("--parts", flags->parts, "what to run: geneval, edit, qa")
      ->delimiter(',')
      ->capture_default_str();
  command
      .add_option("--prompt-file", suite.prompt_file,
                  "JSON lines in GenEval's layout; without it, GenEval's 553 prompts")
      ->check(CLI::ExistingFile);
  command
      .add_option("--prompts", suite.prompts,
                  "of these prompts, evenly spread; 0: all whose classes are drawn")
      ->capture_default_str();
  command.add_option("--images", suite.images, "pictures a prompt")->capture_default_str();
  command.add_option("--edits", suite.edits, "a kind, and as many with held-out combinations")
      ->capture_default_str();
  command.add_option("--questions", suite.questions, "a kind, and as many held out")
      ->capture_default_str();
  command.add_option("--renders", suite.renders, "exact pictures to test the judge with")
      ->capture_default_str();
  command.add_option("--size", flags->size, "pixels a side; 0: the model's default")
      ->capture_default_str();
  command.add_option("--steps", drawing.steps, "iterations [the model's]")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 30));
  command.add_option("--cfg-scale", drawing.guidance, "guidance [the model's]; 1: none");
  command.add_option("--temperature", drawing.temperature, "of the noise")->capture_default_str();
  command.add_option("--max-tokens", flags->options.max_tokens, "length of an answer at most")
      ->check(CLI::Range(1, 32768))
      ->capture_default_str();
  command.add_option("-s,--seed", suite.seed, "of all pictures")->capture_default_str();
  command.callback([flags, &run] { run = [flags] { return eval_scenes_command(*flags); }; });
}

}  // namespace

void add_eval(CLI::App& app, Run& run) {
  auto& eval = *app.add_subcommand("eval", "Measures how good a model is.");
  eval.require_subcommand(1);
  add_scenes(eval, run);
}

}  // namespace unipic::cli
