#include "models/unifork/config.h"

#include "base/config_check.h"

namespace unipic::unifork {

void Config::validate(std::string_view where) const {
  llm.validate(where);
  tokenizer.validate(where);
  depth.validate(where);
  check(llm.rope_sections.empty(), "{}: positions on several axes are not UniFork's", where);
  check(num_shared_layers >= 0 && num_shared_layers < llm.num_layers,
        "{}: {} of {} layers in common leave no branch", where, num_shared_layers, llm.num_layers);
  check(depth.hidden_dim == llm.hidden_size,
        "{}: the depth transformer reads {} numbers a position, the language model writes {}",
        where, depth.hidden_dim, llm.hidden_size);
  check(depth.code_dim == tokenizer.code_dim() && depth.num_codes == tokenizer.num_codes &&
            depth.depth == tokenizer.depth,
        "{}: the depth transformer tells {} of {} codes of width {}, the tokenizer has {} of {} of "
        "width {}",
        where, depth.depth, depth.num_codes, depth.code_dim, tokenizer.depth, tokenizer.num_codes,
        tokenizer.code_dim());
  const SizeCheck check_size(where);
  check_size(image_size, "image_size", 16384);
  check(image_size % tokenizer.vision.patch_size == 0,
        "{}: image_size {} is not a multiple of SigLIP's patch_size {}", where, image_size,
        tokenizer.vision.patch_size);
}

}  // namespace unipic::unifork
