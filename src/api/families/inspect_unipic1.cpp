#include <set>

#include "api/families/inspect.h"
#include "base/check.h"
#include "models/unipic1/checkpoint.h"

namespace unipic::api {

Inspection inspect_unipic1(const std::filesystem::path& folder) {
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
  add_tensors(weights, "", found.tensors);
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

}  // namespace unipic::api
