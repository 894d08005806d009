#include "backbones/vq/config.h"

#include "base/config_check.h"

namespace unipic::vq {

void Config::validate(std::string_view where) const {
  encoder.validate(where);
  decoder.validate(where);
  const SizeCheck check_size(where);
  check_size(num_codes, "number of codes", int64_t{1} << 24);
  check_size(code_dim, "width of codes", 65536);
  check(encoder.num_levels() == decoder.num_levels(),
        "{}: the encoder has {} levels and the decoder {}", where, encoder.num_levels(),
        decoder.num_levels());
}

}  // namespace unipic::vq
