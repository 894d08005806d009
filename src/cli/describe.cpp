// `unipic describe`: a picture and a question to an answer.

#include <fmt/core.h>

#include <cstdio>

#include "base/check.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"

namespace unipic::cli {
namespace {

struct Flags {
  std::string image;
  std::string question = "Describe the image in detail.";
  std::string vision = "mar";
  ModelFlags common;
  DescribeOptions options;
};

int describe(const Flags& flags) {
  const auto image = read_image(flags.image);
  const Interrupt interrupt;
  Reporter reporter(flags.common.json, flags.common.quiet);
  auto options = flags.options;
  options.route = flags.vision == "siglip2" ? VisionRoute::kSiglip2 : VisionRoute::kMar;
  options.stop = interrupt.token();
  options.on_text = [&](const std::string& piece) {
    if (reporter.json()) return reporter.event({{"event", "text"}, {"text", piece}});
    fmt::print("{}", piece);
    std::fflush(stdout);
  };

  const auto pipeline = Pipeline::load(flags.common.folder(), flags.common.load_options(reporter));
  const auto answer = pipeline.describe(image, flags.question, options);
  if (!reporter.json()) fmt::print("\n");
  reporter.done({{"text", answer}}, "");
  return 0;
}

}  // namespace

void add_describe(CLI::App& app, Run& run) {
  auto flags = std::make_shared<Flags>();
  auto& command = *app.add_subcommand("describe", "Answers a question about a picture.");
  command.add_option("image", flags->image, "PNG, JPEG or WebP to look at")->required();
  command.add_option("question", flags->question, "what to tell about it")->capture_default_str();
  flags->common.add_to(command);
  command.add_option("--max-tokens", flags->options.max_tokens, "length of the answer at most")
      ->check(CLI::Range(1, 32768))
      ->capture_default_str();
  command
      .add_option("--temperature", flags->options.temperature,
                  "of the choice of words; 0: always the likeliest")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  command.add_option("--top-k", flags->options.top_k, "of the likeliest tokens alone; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--top-p", flags->options.top_p, "of the likeliest with this share alone")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command.add_option("-s,--seed", flags->options.seed, "of the choice of words")
      ->capture_default_str();
  command
      .add_option("--vision", flags->vision,
                  "how the model sees: mar (as published) or siglip2 (as in the paper)")
      ->check(CLI::IsMember({"mar", "siglip2"}))
      ->capture_default_str();
  command
      .add_option("--size", flags->options.size,
                  "pixels a side it is resized to; 0: the model's default")
      ->check(CLI::Range(0, 16384))
      ->capture_default_str();
  add_picture_token_flags(command, flags->options.picture_tokens);
  command.callback([flags, &run] { run = [flags] { return describe(*flags); }; });
}

}  // namespace unipic::cli
