// `unipic data`: what models are trained on.

#include "unipic/data.h"

#include <fmt/format.h>

#include "cli/command.h"

namespace unipic::cli {
namespace {

struct Flags {
  ShowDataOptions options;
  std::string out = "sheet.png";
};

int show(const Flags& flags) {
  check_image_extension(flags.out);
  write_image(flags.out, show_data(flags.options));
  fmt::print("{}\n", flags.out);
  return 0;
}

}  // namespace

void add_data(CLI::App& app, Run& run) {
  auto& data = *app.add_subcommand("data", "Shows what models are trained on.");
  data.require_subcommand(1);
  auto flags = std::make_shared<Flags>();
  auto& options = flags->options;
  auto& command = *data.add_subcommand(
      "show", "Writes a sheet of drawn scenes with their captions, edits or questions.");
  command.add_option("--kind", options.kind, "caption, edit or question")
      ->check(CLI::IsMember({"caption", "edit", "question"}))
      ->capture_default_str();
  command.add_option("-n,--batch-count", options.count, "samples")->capture_default_str();
  command.add_option("--size", options.size, "pixels a side of each picture")
      ->capture_default_str();
  command.add_option("-s,--seed", options.seed, "same seed, same sheet")->capture_default_str();
  command.add_option("--epoch", options.epoch, "of the training run")->capture_default_str();
  command.add_flag("--held-out", options.held_out, "show combinations that training never does");
  command.add_option("-o,--output", flags->out, "file to write; .png, .jpg or .webp")
      ->capture_default_str();
  command.callback([flags, &run] { run = [flags] { return show(*flags); }; });
}

}  // namespace unipic::cli
