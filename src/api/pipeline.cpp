#include "unipic/pipeline.h"

#include <algorithm>
#include <utility>

#include "api/settings.h"
#include "base/check.h"
#include "models/unipic1/pipeline.h"
#include "models/unipic1/pixels.h"
#include "ops/placement.h"
#include "text/stream_decoder.h"

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
    control.progress = [&options](const std::string& stage, int64_t step, int64_t num_steps) {
      options.on_progress({stage, step, num_steps});
    };
  }
  return control;
}

std::vector<Image> to_images(const torch::Tensor& pixels_P3HW) {
  std::vector<Image> images;
  for (const auto& pixels_3HW : pixels_P3HW.unbind())
    images.push_back(unipic1::to_image(pixels_3HW));
  return images;
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

  std::vector<Picture> generate(const std::string& prompt, GenerateOptions options) {
    check_options(prompt, options);
    const auto grid = fill_in(options);
    const auto conditions =
        pipeline_.to_draw(std::vector<std::string>(static_cast<size_t>(options.count), prompt),
                          options.negative, options.guidance != 1.0, pipeline_.prompts().end_id());
    return run("generate", prompt, conditions, grid, options);
  }

  std::vector<Picture> edit(const Image& source, const std::string& instruction,
                            GenerateOptions options) {
    check_options(instruction, options);
    const auto grid = fill_in(options);
    const auto control = control_of(options, &clock_);
    const auto tokens =
        pipeline_.encode(unipic1::cropped_pixels(source, options.width, options.height), control);
    const auto conditions = control.timed("source", [&] {
      return pipeline_.to_edit(tokens, grid, instruction, options.negative, options.guidance != 1.0,
                               options.count);
    });
    return run("edit", instruction, conditions, grid, options);
  }

  std::string describe(const Image& image, const std::string& question,
                       const DescribeOptions& options) {
    check_usage(!question.empty(), "the question is empty");
    check_usage(options.max_tokens >= 1 && options.max_tokens <= 32768,
                "{} tokens for the answer, not within 1..32768", options.max_tokens);
    const auto control = control_of(options, &clock_);
    text::StreamDecoder decoder(pipeline_.prompts().tokenizer(), /*skip_special=*/true);
    std::string answer;
    const auto say = [&](const std::string& piece) {
      answer += piece;
      if (options.on_text && !piece.empty()) options.on_text(piece);
    };
    pipeline_.answer(
        ask(image, question, options, control), options.max_tokens,
        [&](int64_t id) { say(decoder.push(id)); }, control);
    say(decoder.finish());
    return answer;
  }

  int64_t default_size() const { return pipeline_.model()->config().default_size; }
  const StageClock& clock() const { return clock_; }

 private:
  // Puts the model's defaults where the options leave the choice.
  unipic1::Grid fill_in(GenerateOptions& options) const {
    const auto& config = pipeline_.model()->config();
    if (options.width == 0) options.width = options.height;
    if (options.width == 0) options.width = config.default_size;
    if (options.height == 0) options.height = options.width;
    const auto grid = pipeline_.model()->grid_of(options.width, options.height);
    if (options.steps == 0) options.steps = std::min(kDefaultSteps, grid.num_tokens());
    return grid;
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

  std::vector<Picture> run(const std::string& task, const std::string& prompt,
                           const unipic1::Conditions& conditions, const unipic1::Grid& grid,
                           const GenerateOptions& options) {
    std::vector<uint64_t> seeds;
    for (int64_t picture = 0; picture < options.count; ++picture) {
      seeds.push_back(options.seed + static_cast<uint64_t>(picture));
    }
    const auto& model = pipeline_.model();
    unipic1::SeededDraws draws(seeds, model->config().mar.latent_channels, model->device());
    const auto tokens =
        pipeline_.run(conditions, grid, sampler_options(options), draws, hooks(grid, options));
    const auto images = to_images(pipeline_.decode(tokens, grid, control_of(options, &clock_)));

    std::vector<Picture> pictures;
    for (size_t index = 0; index < images.size(); ++index) {
      pictures.push_back({images[index], seeds[index],
                          api::picture_texts({task, name_, prompt, options, seeds[index],
                                              ops::dtype_name(model->dtype(), model->is_int8())})});
    }
    return pictures;
  }

  unipic1::SamplerHooks hooks(const unipic1::Grid& grid, const GenerateOptions& options) {
    unipic1::SamplerHooks hooks;
    hooks.control = control_of(options, &clock_);
    if (options.preview_every > 0 && options.on_preview) {
      hooks.on_iteration = [this, grid, &options](int64_t iteration, const torch::Tensor& tokens) {
        if ((iteration + 1) % options.preview_every != 0) return;
        options.on_preview(iteration + 1,
                           to_images(pipeline_.decode(tokens, grid, control_of(options, &clock_))));
      };
    }
    return hooks;
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

int64_t Pipeline::default_size() const { return impl_->default_size(); }

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
