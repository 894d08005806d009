#include "cli/draw.h"

#include "base/check.h"
#include "cli/interrupt.h"

namespace unipic::cli {
namespace {

// out.png, out_2.png, out_3.png, ...
std::filesystem::path numbered(const std::filesystem::path& path, size_t index) {
  if (index == 0) return path;
  auto name = path;
  return name.replace_filename(
      fmt::format("{}_{}{}", path.stem().string(), index + 1, path.extension().string()));
}

}  // namespace

int draw_and_write(const DrawFlags& flags, const std::string& prompt, const Draw& draw) {
  flags.check(prompt);
  const Interrupt interrupt;
  Reporter reporter(flags.common.json, flags.common.quiet);
  auto options = flags.generate_options();
  options.stop = interrupt.token();
  options.on_progress = [&](const Progress& progress) { reporter.progress(progress); };
  if (!flags.preview.empty()) {
    options.preview_every = std::max<int64_t>(1, options.preview_every);
    options.on_preview = [&](int64_t, const std::vector<Image>& so_far) {
      write_image(flags.preview, so_far.front());
    };
  }

  const auto pipeline = Pipeline::load(flags.common.folder(), flags.common.load_options(reporter));
  const auto pictures = draw(pipeline, options);
  std::vector<std::string> files;
  for (size_t index = 0; index < pictures.size(); ++index) {
    files.push_back(numbered(flags.out, index).string());
    write_image(files.back(), pictures[index].image, pictures[index].texts);
  }
  reporter.done({{"files", files}, {"seed", options.seed}},
                fmt::format("{}", fmt::join(files, "\n")));
  return 0;
}

}  // namespace unipic::cli
