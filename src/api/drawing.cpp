#include "api/drawing.h"

#include <utility>

#include "base/check.h"

namespace unipic {

std::vector<Image> Drawing::Impl::so_far() const {
  std::vector<Image> images;
  for (int64_t picture = 0; picture < run_->num_pictures(); ++picture)
    images.push_back(run_->picture(picture));
  return images;
}

std::vector<Picture> Drawing::Impl::finish() const {
  check(run_->step() == run_->num_steps(), "pictures are finished after {} steps, not after {}",
        run_->num_steps(), run_->step());
  std::vector<Picture> pictures;
  for (auto& image : so_far()) {
    const auto& settings = settings_[pictures.size()];
    pictures.push_back({std::move(image), settings.seed, api::picture_texts(settings),
                        run_->num_steps(), run_->tokens_per_picture(),
                        settings.options.guidance.value(), settings.options.negative.value()});
  }
  return pictures;
}

void Drawing::Impl::keep(const std::vector<int64_t>& pictures) {
  std::vector<api::PictureSettings> kept;
  for (const int64_t picture : pictures) kept.push_back(settings_.at(static_cast<size_t>(picture)));
  run_->keep(pictures);
  settings_ = std::move(kept);
}

Drawing::Drawing(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Drawing::Drawing(Drawing&&) noexcept = default;
Drawing& Drawing::operator=(Drawing&&) noexcept = default;
Drawing::~Drawing() = default;

int64_t Drawing::step() const { return impl_->run().step(); }
int64_t Drawing::num_steps() const { return impl_->run().num_steps(); }
int64_t Drawing::num_pictures() const { return impl_->run().num_pictures(); }
Image Drawing::so_far(int64_t picture) const { return impl_->run().picture(picture); }
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
