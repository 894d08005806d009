#include "unipic/checkpoint.h"

#include <array>
#include <set>

#include "base/check.h"
#include "convert/load_weights.h"
#include "convert/lora_files.h"
#include "io/image.h"
#include "io/safetensors_writer.h"
#include "io/tensor_file.h"
#include "models/unipic1/write_checkpoint.h"

namespace unipic {
namespace fs = std::filesystem;

namespace {

std::string joined(const std::vector<std::string>& items) {
  constexpr size_t kMost = 20;
  std::string text;
  for (size_t index = 0; index < std::min(items.size(), kMost); ++index) {
    text += (index == 0 ? "" : ", ") + items[index];
  }
  return items.size() > kMost ? fmt::format("{}, ... ({} in all)", text, items.size()) : text;
}

std::string fit_text(const convert::WeightFit& fit) {
  if (!fit.missing.empty()) return fmt::format("{} tensors are missing", fit.missing.size());
  if (!fit.misshapen.empty())
    return fmt::format("{} tensors are of another shape", fit.misshapen.size());
  return "complete";
}

Inspection inspect_model(const fs::path& folder) {
  const auto checkpoint = unipic1::open_checkpoint(folder);
  const auto& [files, config, weights, tokenizer, penalty] = checkpoint;
  const unipic1::UniPic1 model(config);
  auto fit = convert::fit_weights(*model, weights);
  std::erase_if(fit.left_over, [&config = config](const std::string& name) {
    return unipic1::is_known_idle(config, name);
  });

  Inspection found{.kind = "unipic1 checkpoint"};
  int64_t num_parameters = 0;
  std::set<std::string> dtypes;
  for (const auto& name : weights.names()) {
    const auto dtype = weights.dtype(name);
    int64_t num_elements = 1;
    for (const int64_t size : weights.shape(name)) num_elements *= size;
    found.tensors.push_back({name, std::string(io::name_of(dtype)), weights.shape(name),
                             static_cast<uint64_t>(num_elements) * io::size_of(dtype)});
  }
  for (const auto& parameter : model->named_parameters()) {
    num_parameters += parameter.value().numel();
    if (weights.contains(parameter.key()))
      dtypes.emplace(io::name_of(weights.dtype(parameter.key())));
  }
  const auto fact = [&](std::string key, std::string value) {
    found.facts.emplace_back(std::move(key), std::move(value));
  };
  fact("folder", files.folder.string());
  fact("weights", files.weights.string());
  fact("parameters", std::to_string(num_parameters));
  fact("dtypes", joined({dtypes.begin(), dtypes.end()}));
  fact("state", fit_text(fit));
  if (!fit.missing.empty()) fact("missing", joined(fit.missing));
  if (!fit.misshapen.empty()) fact("misshapen", joined(fit.misshapen));
  if (!fit.left_over.empty()) fact("left over", joined(fit.left_over));
  fact("picture size",
       fmt::format("{} (positions learned for {})", config.default_size, config.mar.image_size));
  fact("language model",
       fmt::format("{} layers, width {}, {} + {} heads, {} tokens", config.llm.num_layers,
                   config.llm.hidden_size, config.llm.num_heads, config.llm.num_kv_heads,
                   tokenizer.vocab_size()));
  fact("MAR",
       fmt::format("{} + {} layers, width {}, {} buffer rows", config.mar.encoder_depth,
                   config.mar.decoder_depth, config.mar.encoder_dim, config.mar.buffer_size));
  fact("diffusion head", fmt::format("{} blocks, width {}, {} steps", config.mar.head_depth,
                                     config.mar.head_width, config.mar.sampling_steps));
  fact("vision tower",
       config.has_vision
           ? fmt::format("SigLIP2, {} layers, width {}, {} pixels", config.vision.num_layers,
                         config.vision.hidden_size, config.vision.image_size)
           : "none");
  return found;
}

Inspection inspect_picture(const fs::path& path) {
  const auto image = read_image(path);
  Inspection found{.kind = "picture"};
  found.facts.emplace_back("size", fmt::format("{}x{}", image.width, image.height));
  const auto file = MappedFile::open(path);
  if (io::image_format(file->bytes()) == ImageFormat::kPng) {
    for (auto& [keyword, text] : read_png_text(path)) found.facts.emplace_back(keyword, text);
  }
  return found;
}

Inspection inspect_tensors(const fs::path& path) {
  const auto file = io::open_tensor_file(path);
  Inspection found{.kind = "tensor file"};
  uint64_t num_bytes = 0;
  for (const auto& [name, view] : file.tensors) {
    const auto bytes = static_cast<uint64_t>(view.num_elements()) * io::size_of(view.dtype);
    num_bytes += bytes;
    found.tensors.push_back({name, std::string(io::name_of(view.dtype)), view.shape, bytes});
  }
  found.facts.emplace_back("tensors", std::to_string(file.tensors.size()));
  found.facts.emplace_back("bytes", std::to_string(num_bytes));
  for (const auto& [key, value] : file.metadata) found.facts.emplace_back(key, value);
  return found;
}

std::optional<torch::ScalarType> target_type(ConvertOptions::Target target) {
  switch (target) {
    case ConvertOptions::Target::kF32:
      return torch::kFloat;
    case ConvertOptions::Target::kBF16:
      return torch::kBFloat16;
    case ConvertOptions::Target::kInt8:
      return torch::kChar;
    case ConvertOptions::Target::kKeep:
      break;
  }
  return std::nullopt;
}

unipic1::WriteOptions write_options(const ConvertOptions& options) {
  return {.dtype = target_type(options.target),
          .stop = options.stop,
          .on_progress = options.on_progress,
          .on_quantized = options.on_quantized,
          .lora = options.lora.empty() ? ops::LowRankChanges() : convert::read_lora(options.lora)};
}

// A single tensor file to a safetensors file of the same tensors.
void convert_file(const fs::path& in, const fs::path& out, const ConvertOptions& options) {
  check(!fs::exists(out), "{}: exists already", out.string());
  check_usage(options.target != ConvertOptions::Target::kInt8,
              "{}: is a single file; a model folder tells which weights bear 8 bits", in.string());
  check_usage(out.extension() == ".safetensors",
              "{}: the result of a tensor file is a .safetensors file", out.string());
  convert::WeightSource source(in.string());
  source.add(io::open_tensor_file(in));
  const auto type = target_type(options.target);
  // Integers and booleans are data, not weights: they keep their type.
  const auto type_of = [&](const std::string& name) {
    const auto stored = ops::scalar_type_of(source.dtype(name));
    return type && at::isFloatingType(stored) ? *type : stored;
  };
  std::vector<io::TensorSpec> specs;
  for (const auto& name : source.names()) {
    specs.push_back({name, ops::dtype_of(type_of(name)), source.shape(name)});
  }
  io::SafetensorsWriter writer(out, std::move(specs), {{"format", "pt"}});
  int64_t done = 0;
  for (const auto& spec : writer.tensors()) {
    if (options.stop.stop_requested()) throw Cancelled("stopped before it was done");
    const auto tensor = source.tensor(spec.name).to(type_of(spec.name)).contiguous();
    writer.write({static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()});
    source.forget(spec.name);
    if (options.on_progress)
      options.on_progress(++done, static_cast<int64_t>(writer.tensors().size()));
  }
  writer.commit();
}

}  // namespace

Inspection inspect(const fs::path& path) {
  if (fs::is_directory(path)) return inspect_model(path);
  const auto format = io::image_format(MappedFile::open(path)->bytes());
  return format ? inspect_picture(path) : inspect_tensors(path);
}

void convert_checkpoint(const fs::path& in, const fs::path& out, const ConvertOptions& options) {
  if (!fs::is_directory(in)) {
    check_usage(options.lora.empty(), "{}: a LoRA adapter goes into a model folder", in.string());
    return convert_file(in, out, options);
  }
  unipic1::write_converted(unipic1::open_checkpoint(in), out, write_options(options));
}

void write_random_checkpoint(const std::string& family, const fs::path& out, uint64_t seed,
                             const ConvertOptions& options) {
  check_usage(family == "unipic1", "no family '{}'; this version knows unipic1", family);
  check_usage(options.target != ConvertOptions::Target::kInt8,
              "the published layout has no 8-bit weights; write random weights first and convert "
              "the folder then");
  const unipic1::Config published_sizes;
  unipic1::write_random(published_sizes, seed, out, write_options(options));
}

}  // namespace unipic
