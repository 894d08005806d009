// `unipic sheet`: pictures side by side with their captions.

#include "unipic/sheet.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/command.h"

namespace unipic::cli {
namespace {

struct Flags {
  std::vector<std::string> pictures;
  std::vector<std::string> captions;
  std::string out = "sheet.png";
  SheetOptions options;
};

// What the picture says it was drawn from, else its name.
std::string caption_of(const std::filesystem::path& path) {
  try {
    for (const auto& text : read_png_text(path)) {
      if (text.keyword != "unipic") continue;
      const auto settings = Json::parse(text.text, nullptr, /*allow_exceptions=*/false);
      if (settings.is_object() && settings.contains("prompt") && settings["prompt"].is_string()) {
        return settings["prompt"].get<std::string>();
      }
    }
  } catch (const Error&) {
    // Not a PNG: other formats are read below, or refused there.
  }
  return path.filename().string();
}

int write_sheet(const Flags& flags) {
  check_usage(flags.captions.size() <= flags.pictures.size(), "{} captions for {} pictures",
              flags.captions.size(), flags.pictures.size());
  check_image_extension(flags.out);
  std::vector<CaptionedImage> pictures;
  for (size_t index = 0; index < flags.pictures.size(); ++index) {
    const auto& path = flags.pictures[index];
    pictures.push_back({read_image(path),
                        index < flags.captions.size() ? flags.captions[index] : caption_of(path)});
  }
  write_image(flags.out, contact_sheet(pictures, flags.options));
  fmt::print("{}\n", flags.out);
  return 0;
}

}  // namespace

void add_sheet(CLI::App& app, Run& run) {
  auto flags = std::make_shared<Flags>();
  auto& command = *app.add_subcommand("sheet", "Puts pictures side by side with their captions.");
  command.add_option("pictures", flags->pictures, "PNG, JPEG or WebP files")
      ->required()
      ->expected(1, 10000);
  command
      .add_option("--caption", flags->captions,
                  "of the first picture, of the second, ...; without, what a picture was drawn "
                  "from, or its name")
      ->allow_extra_args(false);
  command
      .add_option("--columns", flags->options.columns, "pictures a row; 0: about as many as rows")
      ->capture_default_str();
  command
      .add_option("--size", flags->options.size,
                  "pixels a side to fit each picture into; 0: the largest one's, at most 512")
      ->capture_default_str();
  command.add_option("-o,--output", flags->out, "file to write; .png, .jpg or .webp")
      ->capture_default_str();
  command.callback([flags, &run] { run = [flags] { return write_sheet(*flags); }; });
}

}  // namespace unipic::cli
