#include "ops/image_tensor.h"

#include <ATen/ops/from_blob.h>

namespace unipic::ops {

at::Tensor image_tensor(const Image& image) {
  return at::from_blob(const_cast<uint8_t*>(image.pixels.data()), {image.height, image.width, 3},
                       at::kByte)
      .to(at::kFloat);
}

at::Tensor pixel_tensor(const Image& image) {
  return (2.0 * (image_tensor(image).permute({2, 0, 1}) / 255.0) - 1.0).unsqueeze(0);
}

Image image_of(const at::Tensor& numbers_HW3) {
  const auto bytes_HW3 = numbers_HW3.clamp(0, 255).floor().to(at::kByte).cpu().contiguous();
  const auto* data = bytes_HW3.data_ptr<uint8_t>();
  return {.width = bytes_HW3.size(1),
          .height = bytes_HW3.size(0),
          .pixels = std::vector<uint8_t>(data, data + bytes_HW3.numel())};
}

}  // namespace unipic::ops
