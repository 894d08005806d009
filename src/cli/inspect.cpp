// `unipic inspect`: what is in a model folder, a tensor file or a picture.

#include <fmt/format.h>

#include "base/json.h"
#include "cli/command.h"
#include "unipic/checkpoint.h"

namespace unipic::cli {
namespace {

struct Flags {
  std::string path;
  bool all_tensors = false;
  bool json = false;
};

void print_tensors(const std::vector<TensorInfo>& tensors) {
  for (const auto& tensor : tensors) {
    fmt::print("{:<60} {:<5} [{}]\n", tensor.name, tensor.dtype, fmt::join(tensor.shape, ","));
  }
}

void print_json(const Inspection& found) {
  Json json = {{"kind", found.kind}};
  for (const auto& [key, value] : found.facts) json[key] = value;
  auto& tensors = json["tensors"] = Json::array();
  for (const auto& tensor : found.tensors) {
    tensors.push_back({{"name", tensor.name},
                       {"dtype", tensor.dtype},
                       {"shape", tensor.shape},
                       {"bytes", tensor.num_bytes}});
  }
  fmt::print("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

int inspect_path(const Flags& flags) {
  const auto found = inspect(flags.path);
  if (flags.json) {
    print_json(found);
    return 0;
  }
  fmt::print("{}\n", found.kind);
  for (const auto& [key, value] : found.facts) fmt::print("{}: {}\n", key, value);
  const bool is_model = found.kind.ends_with("checkpoint");
  if (flags.all_tensors || !is_model) {
    print_tensors(found.tensors);
  } else {
    fmt::print("{} tensors; --tensors lists them\n", found.tensors.size());
  }
  return 0;
}

}  // namespace

void add_inspect(CLI::App& app, Run& run) {
  auto flags = std::make_shared<Flags>();
  auto& command = *app.add_subcommand(
      "inspect", "Shows what a model folder, a tensor file or a written picture holds.");
  command.add_option("path", flags->path, "model folder, tensor file or picture")->required();
  command.add_flag("--tensors", flags->all_tensors, "list a model's tensors too");
  command.add_flag("--json", flags->json, "everything as one JSON object");
  command.callback([flags, &run] { run = [flags] { return inspect_path(*flags); }; });
}

}  // namespace unipic::cli
