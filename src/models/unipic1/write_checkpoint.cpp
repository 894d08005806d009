#include "models/unipic1/write_checkpoint.h"

#include <array>
#include <functional>
#include <vector>

#include "base/atomic_file.h"
#include "base/check.h"
#include "base/new_folder.h"
#include "convert/int8_tensors.h"
#include "convert/load_weights.h"
#include "convert/random_weights.h"
#include "io/safetensors_writer.h"
#include "io/torch_checkpoint_writer.h"
#include "models/unipic1/converted_weights.h"
#include "text/bpe_writer.h"

namespace unipic::unipic1 {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kLlmFolder = "Qwen2.5-1.5B-Instruct";
constexpr std::string_view kVisionFolder = "siglip2-so400m-patch16-512";
constexpr std::string_view kVaePrefix = "vae.";

// Qwen2's added tokens in the order of their ids; the first has id 151643 in the published
// vocabulary (specs/unipic1.md §2.2).
constexpr int64_t kFirstAddedId = 151643;
constexpr std::array<std::string_view, 14> kSpecialTokens = {
    "<|endoftext|>",      "<|im_start|>",     "<|im_end|>",     "<|object_ref_start|>",
    "<|object_ref_end|>", "<|box_start|>",    "<|box_end|>",    "<|quad_start|>",
    "<|quad_end|>",       "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
    "<|image_pad|>",      "<|video_pad|>"};
constexpr std::array<std::string_view, 8> kPlainAddedTokens = {
    "<tool_call>",    "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>",
    "<|fim_suffix|>", "<|fim_pad|>",  "<|repo_name|>",  "<|file_sep|>"};

std::span<const std::byte> bytes_of(const torch::Tensor& tensor) {
  return {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()};
}

void write_json(const fs::path& path, const Json& json) {
  write_file_atomically(path, json.dump(2) + "\n");
}

// Writes the tensors in the order the writer wants them, one in memory at a time.
void write_tensors(io::TensorWriter& writer, const WriteOptions& options,
                   const std::function<torch::Tensor(const std::string& name)>& tensor_of) {
  const auto& specs = writer.tensors();
  for (size_t index = 0; index < specs.size(); ++index) {
    if (options.stop.stop_requested()) throw Cancelled("stopped before it was done");
    writer.write(bytes_of(tensor_of(specs[index].name)));
    if (options.on_progress) {
      options.on_progress(static_cast<int64_t>(index + 1), static_cast<int64_t>(specs.size()));
    }
  }
  writer.commit();
}

void copy_if_there(const fs::path& from, const fs::path& to,
                   std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (!fs::exists(from / name)) continue;
    std::error_code error;
    fs::copy_file(from / name, to / name, error);
    check(!error, "{}: cannot copy to {}: {}", (from / name).string(), to.string(),
          error.message());
  }
}

Json added_tokens(int64_t first_id) {
  Json tokens = Json::object();
  const auto add = [&](std::string_view content, bool special) {
    tokens[std::to_string(first_id + static_cast<int64_t>(tokens.size()))] = {
        {"content", content}, {"lstrip", false},      {"normalized", false},
        {"rstrip", false},    {"single_word", false}, {"special", special}};
  };
  for (const auto content : kSpecialTokens) add(content, true);
  for (const auto content : kPlainAddedTokens) add(content, false);
  return tokens;
}

// Writes the folder of `write_converted`, each weight with its type and value; of weights in 8 bits
// the scales, too.
void write_folder(const UniPic1& model, const CheckpointFiles& files, const fs::path& out,
                  const WriteOptions& options,
                  const std::function<io::DType(const std::string& name)>& dtype_of,
                  const std::function<torch::Tensor(const std::string& name)>& tensor_of) {
  NewFolder folder(out);
  std::vector<io::TensorSpec> specs;
  for (const auto& parameter : model->named_parameters()) {
    const auto dtype = dtype_of(parameter.key());
    const auto shape = parameter.value().sizes().vec();
    specs.push_back({parameter.key(), dtype, shape});
    if (dtype == io::DType::kI8) {
      specs.push_back({convert::scales_name(parameter.key()), io::DType::kF32, {shape[0], 1}});
    }
  }
  io::SafetensorsWriter writer(folder.path() / "model.safetensors", std::move(specs),
                               {{"format", "pt"}, {"model", "unipic1"}});
  write_tensors(writer, options, tensor_of);

  write_json(folder.path() / "model_config.json", model_config_to_json(model->config()));
  fs::create_directory(folder.path() / kLlmFolder);
  copy_if_there(files.llm_folder, folder.path() / kLlmFolder,
                {"config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
                 "vocab.json", "merges.txt", "added_tokens.json", "special_tokens_map.json"});
  if (model->config().has_vision) {
    fs::create_directory(folder.path() / kVisionFolder);
    copy_if_there(files.vision_folder, folder.path() / kVisionFolder,
                  {"config.json", "preprocessor_config.json"});
  }
  folder.commit();
}

void check_lora(const UniPic1& model, const ops::LowRankChanges& changes) {
  const auto parameters = model->named_parameters();
  for (const auto& [layer, change] : changes) {
    const auto* weight = parameters.find(layer + ".weight");
    check(weight != nullptr, "LoRA: the model has no layer '{}'", layer);
    ops::check_fits(layer, weight->sizes(), change);
  }
}

// The published names: the file of the VAE has them without "vae.".
std::vector<io::TensorSpec> specs_of(const UniPic1& model, bool vae, io::DType dtype) {
  std::vector<io::TensorSpec> specs;
  for (const auto& parameter : model->named_parameters()) {
    const bool in_vae = parameter.key().starts_with(kVaePrefix);
    if (in_vae != vae) continue;
    specs.push_back({in_vae ? parameter.key().substr(kVaePrefix.size()) : parameter.key(), dtype,
                     parameter.value().sizes().vec()});
  }
  return specs;
}

}  // namespace

void write_converted(const Checkpoint& checkpoint, const fs::path& out,
                     const WriteOptions& options) {
  const UniPic1 model(checkpoint.config);
  const auto fit = convert::fit_weights(*model, checkpoint.weights);
  if (!fit.missing.empty()) {
    throw Error(fmt::format("{}: {} tensors are missing, the first is '{}'",
                            checkpoint.weights.where(), fit.missing.size(), fit.missing.front()));
  }
  if (!fit.misshapen.empty()) {
    throw Error(fmt::format("{}: {}", checkpoint.weights.where(), fit.misshapen.front()));
  }
  check_lora(model, options.lora);

  const ConvertedWeights weights(model, checkpoint, options);
  write_folder(
      model, checkpoint.files, out, options,
      [&](const std::string& name) { return weights.dtype(name); }, std::ref(weights));
}

void write_model(const UniPic1& model, const CheckpointFiles& files, const fs::path& out,
                 const WriteOptions& options) {
  const auto type = options.dtype.value_or(torch::kBFloat16);
  const auto parameters = model->named_parameters();
  write_folder(
      model, files, out, options, [&](const std::string&) { return ops::dtype_of(type); },
      [&](const std::string& name) {
        return parameters[name].detach().to(torch::kCPU, type).contiguous();
      });
}

int64_t num_added_tokens() { return kSpecialTokens.size() + kPlainAddedTokens.size() + 1; }

void write_llm_folder(const Config& config, const text::BpeVocabulary& vocabulary,
                      double repetition_penalty, const fs::path& folder) {
  fs::create_directories(folder);
  write_json(folder / "config.json", qwen2::config_to_json(config.llm));
  const auto num_tokens = static_cast<int64_t>(vocabulary.tokens.size());
  const int64_t first_added =
      kFirstAddedId + num_added_tokens() <= config.llm.vocab_size ? kFirstAddedId : num_tokens;
  write_json(folder / "vocab.json", text::vocab_json(vocabulary));
  write_file_atomically(folder / "merges.txt", text::merges_txt(vocabulary));
  write_json(folder / "tokenizer_config.json", {{"added_tokens_decoder", added_tokens(first_added)},
                                                {"tokenizer_class", "Qwen2Tokenizer"}});
  write_json(folder / "generation_config.json", {{"eos_token_id", {first_added + 2, first_added}},
                                                 {"repetition_penalty", repetition_penalty}});
}

void write_random(const Config& config, uint64_t seed, const fs::path& out,
                  const WriteOptions& options) {
  const UniPic1 model(config);
  const auto type = options.dtype.value_or(torch::kBFloat16);
  const auto dtype = ops::dtype_of(type);
  NewFolder folder(out);
  write_llm_folder(config, text::byte_vocabulary(), 1.1, folder.path() / kLlmFolder);
  if (config.has_vision) {
    fs::create_directory(folder.path() / kVisionFolder);
    write_json(folder.path() / kVisionFolder / "config.json",
               siglip::config_to_json(config.vision));
  }
  if (config.default_size != 2 * config.mar.image_size || config.mar != MarConfig{}) {
    write_json(folder.path() / "model_config.json", model_config_to_json(config));
  }

  const auto parameters = model->named_parameters();
  const auto random = [&](const std::string& name) {
    return convert::random_weight(name, parameters[name].sizes(), type, seed);
  };
  io::TorchCheckpointWriter vae(folder.path() / "kl16.ckpt", specs_of(model, true, dtype), "model");
  write_tensors(vae, {.stop = options.stop},
                [&](const std::string& name) { return random(std::string(kVaePrefix) + name); });
  io::TorchCheckpointWriter rest(folder.path() / "pytorch_model.bin",
                                 specs_of(model, false, dtype));
  write_tensors(rest, options, random);
  folder.commit();
}

}  // namespace unipic::unipic1
