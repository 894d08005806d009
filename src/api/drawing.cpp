#include "api/drawing.h"

#include <utility>

#include "base/check.h"
#include "models/unipic1/pixels.h"

namespace unipic {

std::vector<Image> to_images(const torch::Tensor& pixels_P3HW) {
  std::vector<Image> images;
  for (const auto& pixels_3HW : pixels_P3HW.unbind())
    images.push_back(unipic1::to_image(pixels_3HW));
  return images;
}

std::vector<Image> Drawing::Impl::so_far() const {
  return to_images(pipeline_.decode(generation_->tokens(), generation_->grid(), control_));
}

Image Drawing::Impl::so_far(int64_t picture) const {
  return to_images(pipeline_.decode(generation_->tokens().narrow(0, picture, 1),
                                    generation_->grid(), control_))
      .front();
}

std::vector<Picture> Drawing::Impl::finish() const {
  check(generation_->is_done(), "pictures are finished after {} steps, not after {}",
        generation_->num_iterations(), generation_->iteration());
  std::vector<Picture> pictures;
  for (auto& image : so_far()) {
    const auto& settings = settings_[pictures.size()];
    pictures.push_back({std::move(image), settings.seed, api::picture_texts(settings),
                        generation_->num_iterations(), generation_->grid().num_tokens()});
  }
  return pictures;
}

void Drawing::Impl::keep(const std::vector<int64_t>& pictures) {
  std::vector<api::PictureSettings> kept;
  for (const int64_t picture : pictures) kept.push_back(settings_.at(static_cast<size_t>(picture)));
  generation_->keep(pictures);
  settings_ = std::move(kept);
}

Drawing::Drawing(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Drawing::Drawing(Drawing&&) noexcept = default;
Drawing& Drawing::operator=(Drawing&&) noexcept = default;
Drawing::~Drawing() = default;

int64_t Drawing::step() const { return impl_->generation().iteration(); }
int64_t Drawing::num_steps() const { return impl_->generation().num_iterations(); }
int64_t Drawing::num_pictures() const { return impl_->generation().num_pictures(); }
Image Drawing::so_far(int64_t picture) const { return impl_->so_far(picture); }
std::vector<Picture> Drawing::finish() const { return impl_->finish(); }
void Drawing::keep(const std::vector<int64_t>& pictures) { impl_->keep(pictures); }

Answer::Answer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Answer::Answer(Answer&&) noexcept = default;
Answer& Answer::operator=(Answer&&) noexcept = default;
Answer::~Answer() = default;

std::string Answer::advance() { return impl_->advance(); }
bool Answer::is_done() const { return impl_->is_done(); }
bool Answer::is_complete() const { return impl_->is_complete(); }
int64_t Answer::num_prompt_tokens() const { return impl_->num_prompt_tokens(); }
int64_t Answer::num_tokens() const { return impl_->num_tokens(); }

}  // namespace unipic
