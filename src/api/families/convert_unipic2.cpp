#include "api/families/convert.h"
#include "base/check.h"
#include "convert/lora_files.h"
#include "models/unipic2/trainable.h"

namespace unipic::api {

void convert_unipic2(const std::filesystem::path& in, const std::filesystem::path& out,
                     const ConvertOptions& options) {
  check_usage(!options.lora.empty() && options.target == ConvertOptions::Target::kKeep,
              "{}: of UniPic 2's folders, converting can only merge a LoRA adapter yet",
              in.string());
  unipic2::write_merged(in, convert::read_lora(options.lora), out);
}

}  // namespace unipic::api
