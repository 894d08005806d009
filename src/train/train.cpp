#include "train/train.h"

#include <algorithm>

#include "base/atomic_file.h"
#include "base/check.h"
#include "base/memory.h"
#include "ops/placement.h"
#include "train/recipe/recipe.h"
#include "train/run/progress_line.h"
#include "train/sources.h"
#include "train/tasks/create_unipic1.h"
#include "train/tasks/create_unipic2.h"
#include "train/tasks/detector_task.h"
#include "train/tasks/siglip_task.h"
#include "train/tasks/unipic1_task.h"
#include "train/tasks/unipic2_task.h"
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
  nn::LoraConfig lora;
  UniPic1Settings unipic1;
  UniPic2Settings unipic2;
  VaeSettings vae;
  SiglipSettings siglip;
  CreateSettings create;
  CreateUniPic2Settings create_unipic2;
  DetectorSettings detector;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("task", task,
            "what is made: vae, siglip, create (a new UniPic 1), unipic1, create_unipic2 (a new "
            "UniPic2-Metaquery), unipic2 or detector");
    v.field("out", out, "the run's folder");
    v.field("init", init, "folder of the model that a unipic1 or unipic2 run starts from");
    v.group("trainer", trainer, "the optimizer and its rhythm");
    v.tables("source", sources, "where samples come from");
    v.group("lora", lora,
            "tasks unipic1 and unipic2 with changes of low rank instead of all weights");
    v.group("unipic1", unipic1, "task unipic1");
    v.group("unipic2", unipic2, "task unipic2");
    v.group("vae", vae, "task vae");
    v.group("siglip", siglip, "task siglip");
    v.group("create", create, "task create");
    v.group("create_unipic2", create_unipic2, "task create_unipic2");
    v.group("detector", detector, "task detector");
  }
};

Recipe read(const TrainOptions& options) {
  return read_recipe<Recipe>(options.recipe, options.overrides);
}

// The threads that read samples ahead, if any.
std::shared_ptr<BackgroundThreads> readers_of(const TrainerSettings& settings) {
  if (settings.data_workers == 0) return nullptr;
  return std::make_shared<BackgroundThreads>(settings.data_workers);
}

// Processes of one machine take a GPU each.
std::string device_of(const std::string& name, const std::optional<ProcessEnvironment>& process) {
  return process && name == "cuda" ? fmt::format("cuda:{}", process->local_rank) : name;
}

// The settings of the source of that name, of a mixture's first part; defaults if there is none.
SourceSettings settings_of(const Recipe& recipe, const std::string& name) {
  const auto found = std::ranges::find(recipe.sources, name, &SourceSettings::name);
  if (found == recipe.sources.end()) return {};
  return found->parts.empty() ? *found : settings_of(recipe, found->parts.front());
}

// Held-out scenes like those of the first source that pictures are drawn from.
template <typename Settings>
std::shared_ptr<const data::Source> held_out_for(const Recipe& recipe, const Settings& settings) {
  if (settings.held_out == 0) return nullptr;
  return held_out_scenes(settings_of(recipe, source_of_loss(settings.mix, "text2image")),
                         settings.size);
}

std::unique_ptr<Task> make_unipic1_task(const Recipe& recipe, const Sources& sources,
                                        const TaskResources& resources) {
  auto checkpoint = unipic1::open_checkpoint(recipe.init);
  auto settings = recipe.unipic1;
  settings.lora = recipe.lora;
  if (settings.size == 0) settings.size = checkpoint.config.default_size;
  const auto held_out = held_out_for(recipe, settings);
  return std::make_unique<UniPic1Task>(std::move(checkpoint), settings, sources, held_out,
                                       recipe.trainer.seed, resources);
}

std::unique_ptr<Task> make_unipic2_task(const Recipe& recipe, const Sources& sources,
                                        const TaskResources& resources) {
  auto settings = recipe.unipic2;
  settings.lora = recipe.lora;
  auto model = unipic2::open_trainable(recipe.init, {.llm_folder = settings.llm,
                                                     .num_t5_tokens = settings.t5_tokens,
                                                     .placement = {.device = resources.device}});
  return std::make_unique<UniPic2Task>(std::move(model), settings, sources,
                                       held_out_for(recipe, settings), recipe.trainer.seed,
                                       resources);
}

std::unique_ptr<Task> make_task(const Recipe& recipe, torch::Device device) {
  const TaskResources resources = {.device = device, .readers = readers_of(recipe.trainer)};
  if (recipe.task == "detector") {
    return std::make_unique<DetectorTask>(
        recipe.detector, std::make_shared<const scenes::Catalogue>(scenes::Catalogue::load()),
        recipe.trainer.seed, resources);
  }
  const auto sources = open_sources(recipe.sources);
  if (recipe.task == "vae") {
    const auto source = source_named(sources, recipe.vae.source);
    return std::make_unique<VaeTask>(
        recipe.vae, source,
        held_out_scenes(settings_of(recipe, recipe.vae.source), recipe.vae.size),
        recipe.trainer.steps, recipe.trainer.seed, resources);
  }
  if (recipe.task == "siglip") {
    return std::make_unique<SiglipTask>(
        recipe.siglip, source_named(sources, recipe.siglip.source),
        held_out_scenes(settings_of(recipe, recipe.siglip.source), recipe.siglip.vision.image_size),
        recipe.trainer.seed, resources);
  }
  check_usage(recipe.task == "unipic1" || recipe.task == "unipic2",
              "task = '{}'; known are vae, siglip, create, unipic1, create_unipic2, unipic2 and "
              "detector",
              recipe.task);
  check_usage(!recipe.init.empty(), "init is empty: which model is to be trained?");
  return recipe.task == "unipic1" ? make_unipic1_task(recipe, sources, resources)
                                  : make_unipic2_task(recipe, sources, resources);
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
  // Otherwise it is LibTorch's choice, for which a launcher may have set OMP_NUM_THREADS.
  if (recipe.trainer.threads > 0) ops::use_threads(static_cast<int>(recipe.trainer.threads));
  check_usage(!options.process || options.process->num_ranks == 1 ||
                  (recipe.task != "siglip" && !recipe.task.starts_with("create")),
              "task = '{}' runs in one process, not in several", recipe.task);
  if (recipe.task == "create") {
    create_unipic1(recipe.create, open_sources(recipe.sources), out / "model");
    return;
  }
  if (recipe.task == "create_unipic2") {
    create_unipic2(recipe.create_unipic2, open_sources(recipe.sources), out / "model");
    return;
  }
  recipe.trainer.validate();
  keep_freed_memory();
  auto settings = recipe.trainer;
  settings.device = device_of(recipe.trainer.device, options.process);
  const auto device = ops::device_named(settings.device);
  ProcessGroup processes;
  if (options.process) processes = ProcessGroup(*options.process, device);
  const auto task = make_task(recipe, device);
  const bool is_first = processes.is_first();
  Trainer trainer(*task, settings, out, std::move(processes));
  if (is_first) write_file_atomically(out / "recipe.toml", print_recipe(recipe));
  const auto warn = [&](const std::string& line) {
    if (options.on_warning) options.on_warning(line);
  };
  for (const auto& line : trainer.damaged()) warn(line);
  trainer.run({.stop = options.stop}, [&](const StepReport& report) {
    for (const auto& line : report.skipped) warn("left out: " + line);
    if (is_first && options.on_status && report.step % recipe.trainer.log_every == 0) {
      options.on_status(status_of(report, recipe.trainer.steps));
    }
  });
}

}  // namespace unipic::train
