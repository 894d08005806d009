#include "train/tasks/create_unipic1.h"

#include "base/atomic_file.h"
#include "base/new_folder.h"
#include "convert/load_weights.h"
#include "io/tensor_file.h"
#include "models/unipic1/initialize.h"
#include "models/unipic1/prompt.h"
#include "models/unipic1/write_checkpoint.h"
#include "train/tasks/learn_texts.h"
#include "train/tasks/vae_files.h"

namespace unipic::train {
namespace fs = std::filesystem;

namespace {

text::BpeVocabulary learn_vocabulary(const CreateSettings& settings, const Sources& sources,
                                     const unipic1::Config& config) {
  text::BpeTrainer trainer;
  // What stands around every text.
  trainer.add(config.instruction_template);
  trainer.add("Generate an image: x");
  trainer.add("Generate an image.");
  trainer.add(unipic1::kRepeatImage);
  for (const auto& name : settings.texts) {
    learn_texts(trainer, *shuffled(sources, {name}, settings.seed), settings.text_samples);
  }
  return trainer.train(settings.vocabulary);
}

// `drop` is cut from the names of tensors; those without it are left out.
convert::WeightSource open_part(const fs::path& file, std::string_view drop) {
  convert::WeightSource source(file.string());
  source.add(io::open_tensor_file(file),
             [drop](std::string_view name) -> std::optional<std::string> {
               if (!name.starts_with(drop)) return {};
               return std::string(name.substr(drop.size()));
             });
  return source;
}

void load_parts(unipic1::UniPic1& model, const CreateSettings& settings) {
  auto vae = model->vae();
  load_vae(vae, settings.vae);
  if (settings.vision.empty()) return;
  auto vision = model->vision();
  convert::load_weights(
      *vision, open_part(fs::path(settings.vision) / "model.safetensors", "vision_model."), {});
}

}  // namespace

void create_unipic1(const CreateSettings& settings, const Sources& sources, const fs::path& out) {
  unipic1::Config config;
  config.has_vision = !settings.vision.empty();
  if (config.has_vision) {
    const auto path = fs::path(settings.vision) / "config.json";
    config.vision = siglip::config_from_json(read_json(path), path.string());
  }
  config.mar = settings.mar;
  config.vae = vae_config_in(settings.vae);
  config.mar.stride = config.vae.stride();
  config.mar.latent_channels = config.vae.latent_channels;
  config.default_size = settings.mar.image_size;

  const auto vocabulary = learn_vocabulary(settings, sources, config);
  config.llm = {
      .vocab_size = static_cast<int64_t>(vocabulary.tokens.size()) + unipic1::num_added_tokens(),
      .hidden_size = settings.llm_width,
      .intermediate_size = settings.llm_mlp_width,
      .num_layers = settings.llm_layers,
      .num_heads = settings.llm_heads,
      .num_kv_heads = settings.llm_kv_heads,
      .rope_base = 1e4,
      .tied_head = false};
  config.validate("create");

  unipic1::UniPic1 model(config);
  unipic1::initialize(model, settings.seed);
  load_parts(model, settings);

  fs::create_directories(out.parent_path());
  // Never committed: gone when its files are copied.
  const NewFolder parts(out.string() + ".parts");
  unipic1::write_llm_folder(config, vocabulary, /*repetition_penalty=*/1.0, parts.path());
  unipic1::write_model(model,
                       {.folder = {}, .llm_folder = parts.path(), .vision_folder = settings.vision},
                       out, {.dtype = torch::kFloat});
}

}  // namespace unipic::train
