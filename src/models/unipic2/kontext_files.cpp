#include "models/unipic2/kontext_files.h"

#include "base/check.h"
#include "models/unipic2/part_file.h"

namespace unipic::unipic2 {
namespace fs = std::filesystem;

namespace {

KontextFiles published_folder(const fs::path& folder) {
  KontextFiles files = {.transformer = folder / "transformer",
                        .vae = folder / "vae",
                        .clip_l = folder / "text_encoder",
                        .clip_g = folder / "text_encoder_2",
                        .tokenizers = folder,
                        .scheduler = folder / "scheduler"};
  if (fs::exists(folder / "text_encoder_3")) files.t5 = folder / "text_encoder_3";
  return files;
}

KontextFiles parts_of_file(const fs::path& file) {
  const auto where = [&](Part part) { return holds_part(file, part) ? file : fs::path(); };
  return {.transformer = file,
          .vae = where(Part::kVae),
          .clip_l = where(Part::kClipL),
          .clip_g = where(Part::kClipG),
          .t5 = where(Part::kT5)};
}

void check_part(const fs::path& part, const char* what, const fs::path& model) {
  check(!part.empty(), "{}: holds no {}; give it apart", model.string(), what);
  check(fs::exists(part), "{}: no such file or folder ({})", part.string(), what);
}

}  // namespace

std::string KontextFiles::names_of_encoders() const {
  auto names = clip_l.string() + " and " + clip_g.string();
  return t5.empty() ? names : names + " with " + t5.string();
}

KontextFiles find_kontext_files(const fs::path& model, const KontextFiles& given) {
  check(fs::exists(model), "{}: no such file or folder", model.string());
  auto files = fs::is_directory(model) ? published_folder(model) : parts_of_file(model);
  files.unstated = given.unstated;
  for (const auto part : {&KontextFiles::transformer, &KontextFiles::vae, &KontextFiles::clip_l,
                          &KontextFiles::clip_g, &KontextFiles::t5, &KontextFiles::tokenizers,
                          &KontextFiles::scheduler}) {
    if (!(given.*part).empty()) files.*part = given.*part;
  }
  check_part(files.transformer, "transformer", model);
  check_part(files.vae, "autoencoder", model);
  check_part(files.clip_l, "CLIP-L", model);
  check_part(files.clip_g, "CLIP-G", model);
  check_part(files.tokenizers, "tokenizers", model);
  if (!files.t5.empty()) check_part(files.t5, "T5", model);
  return files;
}

}  // namespace unipic::unipic2
