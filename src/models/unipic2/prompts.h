#pragma once

#include <torch/types.h>

// B prompts, S tokens, E width of the transformer's context.

namespace unipic::unipic2 {

// Prompts as the transformer takes them.
struct EncodedPrompts {
  torch::Tensor prompt_BSE, pooled_BP;
};

// Those of pictures that are drawn together.
struct PromptPair {
  EncodedPrompts positive;
  EncodedPrompts negative;  // undefined tensors where nothing is guided
};

}  // namespace unipic::unipic2
