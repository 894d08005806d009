#include "train/train.h"

#include <ATen/Parallel.h>

#include "base/atomic_file.h"
#include "base/check.h"
#include "base/memory.h"
#include "train/recipe/recipe.h"
#include "train/run/progress_line.h"
#include "train/sources.h"
#include "train/tasks/create_unipic1.h"
#include "train/tasks/unipic1_task.h"
#include "train/tasks/vae_task.h"
#include "train/trainer.h"

namespace unipic::train {
namespace fs = std::filesystem;

namespace {

struct Recipe {
  std::string task = "unipic1";
  std::string out = "runs/unnamed";
  std::string init;
  TrainerSettings trainer;
  std::vector<SourceSettings> sources;
  UniPic1Settings unipic1;
  VaeSettings vae;
  CreateSettings create;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("task", task, "what is made: vae, create (a new UniPic 1) or unipic1");
    v.field("out", out, "the run's folder");
    v.field("init", init, "folder of the model that a unipic1 run starts from");
    v.group("trainer", trainer, "the optimizer and its rhythm");
    v.tables("source", sources, "where samples come from");
    v.group("unipic1", unipic1, "task unipic1");
    v.group("vae", vae, "task vae");
    v.group("create", create, "task create");
  }
};

Recipe read(const TrainOptions& options) {
  return read_recipe<Recipe>(options.recipe, options.overrides);
}

std::shared_ptr<const data::Source> source_named(const Sources& sources, const std::string& name) {
  const auto found = sources.find(name);
  check_usage(found != sources.end(), "there is no [[source]] called '{}'", name);
  return found->second;
}

std::unique_ptr<Task> make_task(const Recipe& recipe) {
  constexpr uint64_t kHeldOutSeed = 1'000'003;
  const auto sources = open_sources(recipe.sources);
  if (recipe.task == "vae") {
    const auto source = source_named(sources, recipe.vae.source);
    return std::make_unique<VaeTask>(recipe.vae, source,
                                     held_out_scenes(recipe.vae.size, kHeldOutSeed),
                                     recipe.trainer.steps, recipe.trainer.seed);
  }
  check_usage(recipe.task == "unipic1", "task = '{}'; known are vae, create and unipic1",
              recipe.task);
  check_usage(!recipe.init.empty(), "init is empty: which model is to be trained?");
  return std::make_unique<UniPic1Task>(unipic1::open_checkpoint(recipe.init), recipe.unipic1,
                                       sources, held_out_scenes(recipe.unipic1.size, kHeldOutSeed),
                                       recipe.trainer.seed);
}

TrainStatus status_of(const StepReport& report, int64_t steps) {
  TrainStatus status = {.step = report.step, .steps = steps, .figures = report.figures};
  status.figures["loss"] = report.loss;
  const double left = report.seconds * static_cast<double>(steps - report.step);
  status.line =
      progress_line({.step = report.step,
                     .num_steps = steps,
                     .loss = report.loss,
                     .gradient_norm = report.gradient_norm,
                     .learning_rate = report.lr,
                     .samples_per_second = static_cast<double>(report.num_samples) / report.seconds,
                     .tokens_per_second = static_cast<double>(report.num_tokens) / report.seconds,
                     .data_wait_share = report.data_seconds / report.seconds,
                     .resident_bytes = resident_bytes(),
                     .seconds_left = left});
  return status;
}

}  // namespace

std::string complete_recipe(const TrainOptions& options) { return print_recipe(read(options)); }

void train(const TrainOptions& options) {
  const auto recipe = read(options);
  const fs::path out = recipe.out;
  if (recipe.trainer.threads > 0) at::set_num_threads(static_cast<int>(recipe.trainer.threads));
  if (recipe.task == "create") {
    check_usage(!options.process || options.process->num_ranks == 1,
                "task = 'create' runs in one process, not in several");
    create_unipic1(recipe.create, open_sources(recipe.sources), out / "model");
    return;
  }
  ProcessGroup processes;
  if (options.process) processes = ProcessGroup(*options.process, torch::kCPU);
  const auto task = make_task(recipe);
  const bool is_first = processes.is_first();
  Trainer trainer(*task, recipe.trainer, out, std::move(processes));
  if (is_first) write_file_atomically(out / "recipe.toml", print_recipe(recipe));
  trainer.run({.stop = options.stop}, [&](const StepReport& report) {
    if (is_first && options.on_status && report.step % recipe.trainer.log_every == 0) {
      options.on_status(status_of(report, recipe.trainer.steps));
    }
  });
}

}  // namespace unipic::train
