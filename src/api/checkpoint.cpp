#include "unipic/checkpoint.h"

#include "api/families/convert.h"
#include "api/families/families.h"
#include "base/check.h"
#include "convert/weight_source.h"
#include "io/image.h"
#include "io/safetensors_writer.h"
#include "io/tensor_file.h"

namespace unipic {
namespace fs = std::filesystem;

namespace {

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

// A single tensor file to a safetensors file of the same tensors.
void convert_file(const fs::path& in, const fs::path& out, const ConvertOptions& options) {
  check(!fs::exists(out), "{}: exists already", out.string());
  check_usage(options.target != ConvertOptions::Target::kInt8,
              "{}: is a single file; a model folder tells which weights bear 8 bits", in.string());
  check_usage(out.extension() == ".safetensors",
              "{}: the result of a tensor file is a .safetensors file", out.string());
  convert::WeightSource source(in.string());
  source.add(io::open_tensor_file(in));
  const auto type = api::target_type(options.target);
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
  if (fs::is_directory(path)) return api::family_of(path).inspect(path);
  const auto format = io::image_format(MappedFile::open(path)->bytes());
  return format ? inspect_picture(path) : inspect_tensors(path);
}

void convert_checkpoint(const fs::path& in, const fs::path& out, const ConvertOptions& options) {
  if (!fs::is_directory(in)) {
    check_usage(options.lora.empty(), "{}: a LoRA adapter goes into a model folder", in.string());
    return convert_file(in, out, options);
  }
  api::family_of(in).convert(in, out, options);
}

void write_random_checkpoint(const std::string& family, const fs::path& out, uint64_t seed,
                             const ConvertOptions& options) {
  check_usage(family == "unipic1", "no family '{}'; this version knows unipic1", family);
  check_usage(options.target != ConvertOptions::Target::kInt8,
              "the published layout has no 8-bit weights; write random weights first and convert "
              "the folder then");
  api::write_random_unipic1(out, seed, options);
}

}  // namespace unipic
