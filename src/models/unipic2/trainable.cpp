#include "models/unipic2/trainable.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/new_folder.h"
#include "convert/save_tensors.h"
#include "models/unipic2/metaquery.h"
#include "nn/lora.h"

namespace unipic::unipic2 {
namespace fs = std::filesystem;

namespace {

constexpr const char* kTransformer = "transformer";

// Names of files that `write_model` writes anew.
bool holds_weights(const fs::path& file) {
  const auto name = file.filename().string();
  return name.ends_with(".safetensors") || name.ends_with(".safetensors.index.json") ||
         name.ends_with(".bin");
}

void add_tensors(const torch::nn::Module& module, const std::string& prefix,
                 convert::NamedTensors& tensors) {
  for (const auto& parameter : module.named_parameters()) {
    tensors[prefix + parameter.key()] = parameter.value().detach().to(torch::kFloat);
  }
  for (const auto& buffer : module.named_buffers()) {
    tensors[prefix + buffer.key()] = buffer.value().to(torch::kFloat);
  }
}

// The folder of `part` with the weights of all parts that lie there, and whatever else it holds.
void write_part(const ModelPart& part, const std::vector<ModelPart>& all, const fs::path& out) {
  const auto folder = out / part.written;
  fs::create_directories(folder);
  for (const auto& entry : fs::directory_iterator(part.source)) {
    if (holds_weights(entry.path())) continue;
    fs::copy(entry.path(), folder / entry.path().filename(), fs::copy_options::recursive);
  }
  convert::NamedTensors tensors;
  for (const auto& other : all) {
    if (other.written == part.written) add_tensors(*other.module, other.prefix, tensors);
  }
  convert::save_tensors(folder / part.file, tensors, {{"format", "pt"}});
}

// `folder` with the parts called `changed` written anew.
void write_folder(const fs::path& folder, const std::vector<ModelPart>& parts,
                  const std::vector<std::string>& changed, const fs::path& out) {
  NewFolder whole(out);
  std::set<fs::path> written;
  for (const auto& part : parts) {
    if (std::ranges::find(changed, part.name) == changed.end()) continue;
    if (written.insert(part.written).second) write_part(part, parts, whole.path());
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename();
    if (written.contains(name)) continue;
    fs::copy(entry.path(), whole.path() / name, fs::copy_options::recursive);
  }
  whole.commit();
}

ModelPart transformer_part(const fs::path& folder, const sd3::Transformer& transformer) {
  return {kTransformer, folder / kTransformer, kTransformer, "diffusion_pytorch_model.safetensors",
          "",           transformer.ptr()};
}

std::string names_of(const std::vector<ModelPart>& parts) {
  std::vector<std::string> names;
  for (const auto& part : parts) names.push_back(part.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

TrainableModel open_trainable(const fs::path& folder, const TrainableOptions& options) {
  check(fs::is_directory(folder), "{}: no folder of a model", folder.string());
  const auto& placement = options.placement;
  TrainableModel model = {.folder = folder,
                          .transformer = load_transformer(folder / kTransformer, placement),
                          .codec = load_codec(folder / "vae", placement),
                          .shift = read_shift(folder / "scheduler"),
                          .prompts = {},
                          .parts = {}};
  if (fs::exists(folder / "conditioner")) {
    model.prompts = query_reader(folder, find_lmm(folder, options.llm_folder), placement);
  } else {
    model.prompts =
        text_encoder_reader(folder, options.num_t5_tokens, model.transformer->config(), placement);
  }
  model.parts = {transformer_part(folder, model.transformer)};
  for (auto& part : model.prompts->parts()) model.parts.push_back(std::move(part));
  return model;
}

std::vector<int64_t> TrainableModel::latent_shape(int64_t width, int64_t height) const {
  const auto& config = transformer->config();
  const int64_t stride = codec.vae->config().stride(), token = stride * config.patch_size;
  check_usage(width % token == 0 && height % token == 0 && width > 0 && height > 0,
              "pictures of {}x{} pixels do not divide into tokens of {}", width, height, token);
  return {config.latent_channels, height / stride, width / stride};
}

const ModelPart& part_named(const TrainableModel& model, const std::string& name) {
  const auto found = std::ranges::find(model.parts, name, &ModelPart::name);
  check_usage(found != model.parts.end(), "there is no part '{}' to train; {} has {}", name,
              model.folder.string(), names_of(model.parts));
  return *found;
}

void let_learn(const ModelPart& part) {
  for (auto& parameter : part.module->parameters()) {
    parameter.set_data(parameter.detach().to(torch::kFloat, /*non_blocking=*/false, /*copy=*/true));
    parameter.set_requires_grad(true);
  }
}

void write_model(const TrainableModel& model, const sd3::Transformer& transformer,
                 const std::vector<std::string>& changed, const fs::path& out) {
  auto parts = model.parts;
  parts.front().module = transformer.ptr();
  write_folder(model.folder, parts, changed, out);
}

void write_merged(const fs::path& folder, const ops::LowRankChanges& changes, const fs::path& out) {
  auto transformer = load_transformer(folder / kTransformer, {});
  nn::merge_lora(*transformer, changes);
  write_folder(folder, {transformer_part(folder, transformer)}, {kTransformer}, out);
}

sd3::Transformer shared_copy(const sd3::Transformer& transformer) {
  sd3::Transformer copy(transformer->config());
  const auto parameters = transformer->named_parameters();
  for (auto& parameter : copy->named_parameters()) {
    parameter.value().set_data(parameters[parameter.key()].detach());
  }
  const auto buffers = transformer->named_buffers();
  for (auto& buffer : copy->named_buffers()) buffer.value().set_data(buffers[buffer.key()]);
  return copy;
}

}  // namespace unipic::unipic2
