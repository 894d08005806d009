#include "unipic/pipeline.h"

#include <cmath>
#include <utility>

#include "api/drawing.h"
#include "api/families/families.h"
#include "api/ram_limit.h"
#include "base/check.h"
#include "ops/placement.h"

namespace unipic {
namespace {

constexpr int64_t kMaxCount = 1024;

RunControl control_of(const RunOptions& options, StageClock* clock) {
  RunControl control{.stop = options.stop, .progress = {}, .clock = clock};
  if (options.on_progress) {
    control.progress = [on_progress = options.on_progress](const std::string& stage, int64_t step,
                                                           int64_t num_steps) {
      on_progress({stage, step, num_steps});
    };
  }
  return control;
}

// Of options that are filled in.
bool are_drawn_alike(const GenerateOptions& a, const GenerateOptions& b) {
  return a.width == b.width && a.height == b.height && a.steps == b.steps &&
         a.guidance == b.guidance && a.guidance_schedule == b.guidance_schedule &&
         a.temperature == b.temperature && a.skipped_layers == b.skipped_layers &&
         a.max_prompt_tokens == b.max_prompt_tokens && a.picture_tokens == b.picture_tokens;
}

}  // namespace

class Pipeline::Impl {
 public:
  Impl(const std::filesystem::path& path, const LoadOptions& options)
      : name_(std::filesystem::absolute(path).lexically_normal().filename().string()),
        ram_limit_(options),
        model_(api::family_of(path).load(path, options)) {}

  const api::Model& model() const { return *model_; }
  const StageClock& clock() const { return clock_; }

  std::unique_ptr<Drawing::Impl> begin(const std::vector<DrawRequest>& requests,
                                       const RunControl& control) const {
    check_usage(!requests.empty(), "there is nothing to draw");
    std::vector<api::PictureSettings> settings;
    for (const auto& request : requests) {
      check_options(request.prompt, request.options);
      check_usage(fit_together(requests.front(), request),
                  "pictures of other sizes, steps or guidance are not drawn together");
      add_settings("generate", request, nullptr, settings);
    }
    check_ram(settings, /*is_edit=*/false);
    auto run = model_->begin(settings, control);
    return std::make_unique<Drawing::Impl>(std::move(run), std::move(settings));
  }

  std::unique_ptr<Drawing::Impl> begin_edit(const Image& source, const DrawRequest& request) {
    check_options(request.prompt, request.options);
    std::vector<api::PictureSettings> settings;
    add_settings("edit", request, &source, settings);
    check_ram(settings, /*is_edit=*/true);
    auto run = model_->begin_edit(source, settings, control_of(request.options, &clock_));
    return std::make_unique<Drawing::Impl>(std::move(run), std::move(settings));
  }

  std::unique_ptr<Drawing::Impl> begin(const DrawRequest& request) {
    return begin({request}, control_of(request.options, &clock_));
  }

  api::AnswerRun begin_answer(const Image& image, const std::string& question,
                              const DescribeOptions& options) {
    check_usage(!question.empty(), "the question is empty");
    check_usage(options.max_tokens >= 1 && options.max_tokens <= 32768,
                "{} tokens for the answer, not within 1..32768", options.max_tokens);
    api::sampling_of(options).validate();
    ram_limit_.check("an answer", model_->bytes_to_describe());
    return model_->begin_answer(image, question, options, control_of(options, &clock_));
  }

  bool fit_together(const DrawRequest& a, const DrawRequest& b) const {
    return are_drawn_alike(model_->filled_in(a.options, nullptr),
                           model_->filled_in(b.options, nullptr));
  }

  // The pictures, with previews on their way.
  std::vector<Picture> run(std::unique_ptr<Drawing::Impl> drawing,
                           const GenerateOptions& options) const {
    auto* const run = &drawing->run();
    while (run->step() < run->num_steps()) {
      model_->advance({&run, 1});
      if (options.on_preview && options.preview_every > 0 &&
          run->step() % options.preview_every == 0) {
        options.on_preview(run->step(), drawing->so_far());
      }
    }
    return drawing->finish();
  }

 private:
  void check_ram(const std::vector<api::PictureSettings>& pictures, bool is_edit) const {
    const auto& options = pictures.front().options;
    const auto count = static_cast<int64_t>(pictures.size());
    ram_limit_.check(
        fmt::format("drawing {} of {}x{} pixels", count, options.width, options.height),
        model_->bytes_to_draw(options, count, is_edit));
  }

  // What each picture of a request is made with.
  void add_settings(const std::string& task, const DrawRequest& request, const Image* source,
                    std::vector<api::PictureSettings>& settings) const {
    const auto options = model_->filled_in(request.options, source);
    const auto dtype = model_->dtype();
    for (int64_t picture = 0; picture < options.count; ++picture) {
      settings.push_back({task, name_, request.prompt, options,
                          options.seed + static_cast<uint64_t>(picture), dtype});
    }
  }

  std::string name_;
  api::RamLimit ram_limit_;
  std::unique_ptr<api::Model> model_;
  StageClock clock_;
};

Pipeline::Pipeline(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pipeline::Pipeline(Pipeline&&) noexcept = default;
Pipeline& Pipeline::operator=(Pipeline&&) noexcept = default;
Pipeline::~Pipeline() = default;

Pipeline Pipeline::load(const std::filesystem::path& folder, const LoadOptions& options) {
  ops::use_threads(options.threads);
  return Pipeline(std::make_unique<Impl>(folder, options));
}

std::vector<Picture> Pipeline::generate(const std::string& prompt,
                                        const GenerateOptions& options) const {
  return impl_->run(impl_->begin({prompt, options}), options);
}

std::vector<Picture> Pipeline::edit(const Image& source, const std::string& instruction,
                                    const GenerateOptions& options) const {
  return impl_->run(impl_->begin_edit(source, {instruction, options}), options);
}

std::string Pipeline::describe(const Image& image, const std::string& question,
                               const DescribeOptions& options) const {
  auto answer = impl_->begin_answer(image, question, options);
  std::string text;
  while (!answer.is_done()) {
    const auto piece = answer.advance();
    text += piece;
    if (options.on_text && !piece.empty()) options.on_text(piece);
  }
  return text;
}

Drawing Pipeline::begin(const std::vector<DrawRequest>& requests) const {
  return Drawing(impl_->begin(requests, {}));
}

Drawing Pipeline::begin_edit(const Image& source, const std::string& instruction,
                             const GenerateOptions& options) const {
  return Drawing(impl_->begin_edit(source, {instruction, options}));
}

Answer Pipeline::begin_answer(const Image& image, const std::string& question,
                              const DescribeOptions& options) const {
  return Answer(std::make_unique<Answer::Impl>(impl_->begin_answer(image, question, options)));
}

void Pipeline::advance(std::span<Drawing* const> drawings) const {
  std::vector<api::PictureRun*> runs;
  for (auto* drawing : drawings) runs.push_back(&drawing->impl_->run());
  impl_->model().advance(runs);
}

bool Pipeline::fit_together(const DrawRequest& a, const DrawRequest& b) const {
  return impl_->fit_together(a, b);
}

const ModelFacts& Pipeline::facts() const { return impl_->model().facts(); }
int64_t Pipeline::num_tokens(const std::string& text) const {
  return impl_->model().num_tokens(text);
}

const std::map<std::string, double>& Pipeline::stage_seconds() const {
  return impl_->clock().seconds();
}

void check_options(const std::string& prompt, const GenerateOptions& options) {
  check_usage(prompt.find_first_not_of(" \t\r\n") != std::string::npos, "the prompt is empty");
  check_usage(options.steps >= 0, "{} steps: at least 1 is needed", options.steps);
  check_usage(options.width >= 0 && options.height >= 0 && options.width <= kMaxSide &&
                  options.height <= kMaxSide,
              "a picture of {}x{} pixels: each side must be within 1..{}", options.width,
              options.height, kMaxSide);
  check_usage(options.count >= 1 && options.count <= kMaxCount, "{} pictures, not within 1..{}",
              options.count, kMaxCount);
  if (options.guidance)
    check_usage(std::isfinite(*options.guidance), "guidance {} is not a finite number",
                *options.guidance);
  check_usage(std::isfinite(options.temperature) && options.temperature >= 0,
              "temperature {} is not a finite number of at least 0", options.temperature);
  const auto& tokens = options.picture_tokens;
  check_usage(tokens.scale >= 0, "scale {} is below 0", tokens.scale);
  check_usage(tokens.top_k.value_or(0) >= 0, "top_k {} is below 0", tokens.top_k.value_or(0));
  const double top_p = tokens.top_p.value_or(1);
  check_usage(top_p > 0 && top_p <= 1, "top_p {} is not within 0..1, 0 excluded", top_p);
  const auto& skipped = options.skipped_layers;
  check_usage(
      std::isfinite(skipped.scale) && std::isfinite(skipped.start) && std::isfinite(skipped.stop),
      "skipped layers with scale {}, from {} to {}: all must be finite numbers", skipped.scale,
      skipped.start, skipped.stop);
}

}  // namespace unipic
