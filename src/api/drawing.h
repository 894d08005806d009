#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "api/model.h"
#include "unipic/drawing.h"

// What `Drawing` and `Answer` hold. The model and the clock must outlive them.

namespace unipic {

class Drawing::Impl {
 public:
  // `settings`, one a picture of `run`.
  Impl(std::unique_ptr<api::PictureRun> run, std::vector<api::PictureSettings> settings)
      : run_(std::move(run)), settings_(std::move(settings)) {}

  api::PictureRun& run() { return *run_; }
  std::vector<Image> so_far() const;
  std::vector<Picture> finish() const;
  void keep(const std::vector<int64_t>& pictures);

 private:
  std::unique_ptr<api::PictureRun> run_;
  std::vector<api::PictureSettings> settings_;
};

class Answer::Impl : public api::AnswerRun {
 public:
  explicit Impl(api::AnswerRun run) : api::AnswerRun(std::move(run)) {}
};

}  // namespace unipic
