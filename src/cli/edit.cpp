// `unipic edit`: a picture and an instruction to a changed picture.

#include "cli/command.h"
#include "cli/draw.h"

namespace unipic::cli {
namespace {

struct Flags {
  std::string image;
  std::string instruction;
  DrawFlags draw;
};

int edit(const Flags& flags) {
  const auto source = read_image(flags.image);
  return draw_and_write(flags.draw, flags.instruction,
                        [&](const Pipeline& pipeline, const GenerateOptions& options) {
                          return pipeline.edit(source, flags.instruction, options);
                        });
}

}  // namespace

void add_edit(CLI::App& app, Run& run) {
  auto flags = std::make_shared<Flags>();
  auto& command = *app.add_subcommand("edit", "Changes a picture as a text says.");
  command.add_option("image", flags->image, "PNG, JPEG or WebP to change")->required();
  command.add_option("prompt", flags->instruction, "what to change")->required();
  flags->draw.add_to(command);
  command.callback([flags, &run] { run = [flags] { return edit(*flags); }; });
}

}  // namespace unipic::cli
