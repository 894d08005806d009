// A spiece.model: any bytes must give a tokenizer that encodes texts, or an Error.

#include <cstdint>
#include <string_view>

#include "text/unigram_tokenizer.h"
#include "unipic/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view model(reinterpret_cast<const char*>(data), size);
  try {
    const unipic::text::UnigramTokenizer tokenizer(model, {{.content = "<extra_id_0>", .id = 9}},
                                                   "input");
    for (const auto* text : {"", "the cat  saw <extra_id_0>\n", "\xEF\xAC\x81ne \xE4\xB8\xAD\xFF"})
      tokenizer.encode(text);
  } catch (const unipic::Error&) {
  }
  return 0;
}
