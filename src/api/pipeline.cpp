#include "unipic/pipeline.h"

#include <algorithm>
#include <utility>

#include "api/drawing.h"
#include "base/check.h"
#include "models/unipic1/pipeline.h"
#include "models/unipic1/pixels.h"
#include "ops/placement.h"

namespace unipic {
namespace {

constexpr int64_t kDefaultSteps = 32;
constexpr int64_t kMaxCount = 1024;
constexpr int64_t kMaxSide = 16384;

unipic1::SamplerOptions sampler_options(const GenerateOptions& options) {
  return {.num_iterations = options.steps,
          .guidance = options.guidance,
          .schedule = options.guidance_schedule == GuidanceSchedule::kLinear
                          ? unipic1::GuidanceSchedule::kLinear
                          : unipic1::GuidanceSchedule::kConstant,
          .temperature = options.temperature};
}

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

bool is_same_way(const unipic1::SamplerOptions& a, const unipic1::SamplerOptions& b) {
  return a.num_iterations == b.num_iterations && a.guidance == b.guidance &&
         a.schedule == b.schedule && a.temperature == b.temperature;
}

}  // namespace

class Pipeline::Impl {
 public:
  Impl(const std::filesystem::path& folder, const LoadOptions& options)
      : name_(std::filesystem::absolute(folder).lexically_normal().filename().string()),
        pipeline_(unipic1::open_checkpoint(folder), options.dtype,
                  ops::device_named(options.device)) {
    pipeline_.use_kernels(options.kernels);
    const auto& left_over = pipeline_.left_over();
    if (!left_over.empty() && options.on_warning) {
      options.on_warning(fmt::format("{}: {} tensors are not used, the first is '{}'",
                                     folder.string(), left_over.size(), left_over.front()));
    }
  }

  std::vector<Picture> generate(const std::string& prompt, const GenerateOptions& options) {
    return run(begin({{prompt, options}}, control_of(options, &clock_)), options);
  }

  std::vector<Picture> edit(const Image& source, const std::string& instruction,
                            const GenerateOptions& options) {
    return run(begin_edit(source, instruction, options), options);
  }

  Drawing::Impl begin(const std::vector<DrawRequest>& requests, const RunControl& control) {
    check_usage(!requests.empty(), "there is nothing to draw");
    std::vector<unipic1::DrawPrompt> prompts;
    std::vector<api::PictureSettings> settings;
    for (const auto& request : requests) {
      check_options(request.prompt, request.options);
      check_usage(fit_together(requests.front(), request),
                  "pictures of other sizes, steps or guidance are not drawn together");
      for (const auto& picture : settings_of("generate", request.prompt, request.options)) {
        prompts.push_back({request.prompt, request.options.negative});
        settings.push_back(picture);
      }
    }
    const auto& options = settings.front().options;
    const auto conditions =
        pipeline_.to_draw(prompts, options.guidance != 1.0, pipeline_.prompts().end_id());
    return begin(conditions, std::move(settings), control);
  }

  Drawing::Impl begin_edit(const Image& source, const std::string& instruction,
                           const GenerateOptions& options) {
    check_options(instruction, options);
    auto settings = settings_of("edit", instruction, options);
    const auto filled = settings.front().options;
    const auto control = control_of(options, &clock_);
    const auto tokens =
        pipeline_.encode(unipic1::cropped_pixels(source, filled.width, filled.height), control);
    const auto conditions = control.timed("source", [&] {
      return pipeline_.to_edit(tokens, grid_of(filled), instruction, filled.negative,
                               filled.guidance != 1.0, filled.count);
    });
    return begin(conditions, std::move(settings), control);
  }

  bool fit_together(const DrawRequest& a, const DrawRequest& b) const {
    const auto one = filled_in(a.options), other = filled_in(b.options);
    return one.width == other.width && one.height == other.height &&
           is_same_way(sampler_options(one), sampler_options(other));
  }

  std::string describe(const Image& image, const std::string& question,
                       const DescribeOptions& options) {
    auto answer = begin_answer(image, question, options);
    std::string text;
    while (!answer.is_done()) {
      const auto piece = answer.advance();
      text += piece;
      if (options.on_text && !piece.empty()) options.on_text(piece);
    }
    return text;
  }

  Answer::Impl begin_answer(const Image& image, const std::string& question,
                            const DescribeOptions& options) {
    check_usage(!question.empty(), "the question is empty");
    check_usage(options.max_tokens >= 1 && options.max_tokens <= 32768,
                "{} tokens for the answer, not within 1..32768", options.max_tokens);
    const auto control = control_of(options, &clock_);
    return {pipeline_, ask(image, question, options, control), options.max_tokens, control};
  }

  int64_t num_tokens(const std::string& text) const {
    return static_cast<int64_t>(pipeline_.prompts().tokenizer().encode(text).size());
  }
  const unipic1::Config& config() const { return pipeline_.model()->config(); }
  GenerateOptions filled_in(GenerateOptions options) const {
    if (options.width == 0) options.width = options.height;
    if (options.width == 0) options.width = config().default_size;
    if (options.height == 0) options.height = options.width;
    if (options.steps == 0) {
      options.steps = std::min(kDefaultSteps, grid_of(options).num_tokens());
    }
    return options;
  }
  const StageClock& clock() const { return clock_; }

 private:
  unipic1::Grid grid_of(const GenerateOptions& options) const {
    return pipeline_.model()->grid_of(options.width, options.height);
  }

  unipic1::Question ask(const Image& image, const std::string& question,
                        const DescribeOptions& options, const RunControl& control) const {
    const auto& config = pipeline_.model()->config();
    if (options.route == VisionRoute::kSiglip2) {
      return pipeline_.ask_vision(unipic1::vision_pixels(image, config.vision.image_size), question,
                                  control);
    }
    const int64_t size = options.size == 0 ? config.default_size : options.size;
    check_usage(size <= kMaxSide, "size {} is above {}", size, kMaxSide);
    pipeline_.model()->grid_of(size, size);
    return pipeline_.ask_mar(unipic1::padded_pixels(image, size), question, control);
  }

  // What each picture of a request is made with.
  std::vector<api::PictureSettings> settings_of(const std::string& task, const std::string& prompt,
                                                const GenerateOptions& options) const {
    const auto& model = pipeline_.model();
    const auto dtype = ops::dtype_name(model->dtype(), model->weight_bits());
    std::vector<api::PictureSettings> settings;
    for (int64_t picture = 0; picture < options.count; ++picture) {
      settings.push_back({task, name_, prompt, filled_in(options),
                          options.seed + static_cast<uint64_t>(picture), dtype});
    }
    return settings;
  }

  Drawing::Impl begin(const unipic1::Conditions& conditions,
                      std::vector<api::PictureSettings> settings, const RunControl& control) {
    const auto& model = pipeline_.model();
    std::vector<uint64_t> seeds;
    for (const auto& picture : settings) seeds.push_back(picture.seed);
    const auto& options = settings.front().options;
    auto generation = std::make_unique<unipic1::Generation>(
        model, conditions, grid_of(options), sampler_options(options),
        std::make_unique<unipic1::SeededDraws>(seeds, model->config().mar.latent_channels,
                                               model->device()),
        unipic1::SamplerHooks{.control = control, .trace = {}, .on_iteration = {}});
    return {pipeline_, std::move(generation), std::move(settings), control};
  }

  static std::vector<Picture> run(Drawing::Impl drawing, const GenerateOptions& options) {
    auto* const generation = &drawing.generation();
    while (!generation->is_done()) {
      unipic1::advance({&generation, 1});
      const int64_t step = generation->iteration();
      if (options.on_preview && options.preview_every > 0 && step % options.preview_every == 0) {
        options.on_preview(step, drawing.so_far());
      }
    }
    return drawing.finish();
  }

  std::string name_;
  unipic1::Pipeline pipeline_;
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
  return impl_->generate(prompt, options);
}

std::vector<Picture> Pipeline::edit(const Image& source, const std::string& instruction,
                                    const GenerateOptions& options) const {
  return impl_->edit(source, instruction, options);
}

std::string Pipeline::describe(const Image& image, const std::string& question,
                               const DescribeOptions& options) const {
  return impl_->describe(image, question, options);
}

Drawing Pipeline::begin(const std::vector<DrawRequest>& requests) const {
  return Drawing(std::make_unique<Drawing::Impl>(impl_->begin(requests, {})));
}

Drawing Pipeline::begin_edit(const Image& source, const std::string& instruction,
                             const GenerateOptions& options) const {
  return Drawing(std::make_unique<Drawing::Impl>(impl_->begin_edit(source, instruction, options)));
}

Answer Pipeline::begin_answer(const Image& image, const std::string& question,
                              const DescribeOptions& options) const {
  return Answer(std::make_unique<Answer::Impl>(impl_->begin_answer(image, question, options)));
}

void Pipeline::advance(std::span<Drawing* const> drawings) const {
  std::vector<unipic1::Generation*> generations;
  for (auto* drawing : drawings) generations.push_back(&drawing->impl_->generation());
  unipic1::advance(generations);
}

bool Pipeline::fit_together(const DrawRequest& a, const DrawRequest& b) const {
  return impl_->fit_together(a, b);
}

int64_t Pipeline::default_size() const { return impl_->config().default_size; }
int64_t Pipeline::default_steps() const { return impl_->filled_in({}).steps; }
int64_t Pipeline::num_tokens(const std::string& text) const { return impl_->num_tokens(text); }
int64_t Pipeline::size_step() const { return impl_->config().mar.stride; }
int64_t Pipeline::pixels_per_step() const { return size_step() * size_step(); }

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
  sampler_options(options).validate();
}

}  // namespace unipic
