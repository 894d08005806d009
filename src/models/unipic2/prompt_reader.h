#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "models/unipic2/parts.h"
#include "models/unipic2/prompts.h"
#include "unipic/image.h"

namespace unipic::unipic2 {

// A network of a model, and where its weights belong.
struct ModelPart {
  std::string name;               // what recipes call it: "transformer"
  std::filesystem::path source;   // the folder it comes from
  std::filesystem::path written;  // the folder's place in a model that is written
  std::string file;               // of its weights
  std::string prefix;             // of its tensors' names there
  std::shared_ptr<torch::nn::Module> module;
};

// Prompts to what the transformer is told of them, with gradients into the networks that take some:
// all of these stay in memory.
class PromptReader {
 public:
  virtual ~PromptReader() = default;
  // `sources` are the pictures that the prompts are to change, all of one size; none to draw.
  virtual EncodedPrompts read(const std::vector<std::string>& prompts,
                              const std::vector<const Image*>& sources) const = 0;
  virtual std::vector<ModelPart> parts() const = 0;
};

// The three text encoders of a published Kontext folder, for its `transformer`; `num_t5_tokens` of
// a prompt are seen by T5.
std::unique_ptr<PromptReader> text_encoder_reader(const std::filesystem::path& folder,
                                                  int64_t num_t5_tokens,
                                                  const sd3::Config& transformer,
                                                  const ops::Placement& placement);

// A published Metaquery folder with Qwen2.5-VL's.
std::unique_ptr<PromptReader> query_reader(const std::filesystem::path& folder,
                                           const std::filesystem::path& llm_folder,
                                           const ops::Placement& placement);

}  // namespace unipic::unipic2
