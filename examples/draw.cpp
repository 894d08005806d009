// Draws a picture: draw MODEL_FOLDER PROMPT OUT.png

#include <unipic/image.h>
#include <unipic/pipeline.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: draw MODEL_FOLDER PROMPT OUT.png\n");
    return 2;
  }
  try {
    const auto pipeline = unipic::Pipeline::load(argv[1]);
    unipic::GenerateOptions options;
    options.seed = 7;
    options.on_progress = [](const unipic::Progress& progress) {
      std::fprintf(stderr, "%s %ld/%ld\n", progress.stage.c_str(), static_cast<long>(progress.step),
                   static_cast<long>(progress.num_steps));
    };
    const auto pictures = pipeline.generate(argv[2], options);
    unipic::write_image(argv[3], pictures.front().image, pictures.front().texts);
  } catch (const unipic::Error& error) {
    std::fprintf(stderr, "draw: %s\n", error.what());
    return 1;
  }
  return 0;
}
