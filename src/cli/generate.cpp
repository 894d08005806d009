// `unipic generate`: text to picture.

#include "cli/command.h"
#include "cli/draw.h"

namespace unipic::cli {
namespace {

struct Flags {
  std::string prompt;
  DrawFlags draw;
};

int generate(const Flags& flags) {
  return draw_and_write(flags.draw, flags.prompt,
                        [&](const Pipeline& pipeline, const GenerateOptions& options) {
                          return pipeline.generate(flags.prompt, options);
                        });
}

}  // namespace

void add_generate(CLI::App& app, Run& run) {
  auto flags = std::make_shared<Flags>();
  auto& command = *app.add_subcommand("generate", "Draws pictures from a text.");
  command.add_option("prompt", flags->prompt, "what to draw")->required();
  flags->draw.add_to(command);
  command.callback([flags, &run] { run = [flags] { return generate(*flags); }; });
}

}  // namespace unipic::cli
