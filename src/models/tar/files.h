#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

namespace unipic::tar {

// Where the parts of a Tar are (specs/tar.md §1). Any de-tokenizer may be missing.
struct TarFiles {
  std::filesystem::path llm;                               // folder
  std::filesystem::path ta_tok;                            // ta_tok.pth
  std::map<int64_t, std::filesystem::path> ar_dtoks = {};  // by the size in their names
  std::filesystem::path vqgan = {};                        // empty: none
  std::vector<std::filesystem::path> dif_dtoks = {};       // folders, by name
};

// Whether there is a language model with a tokenizer of pictures in or beside a folder, which says
// nothing yet of their contents.
bool is_tar(const std::filesystem::path& path);

// The parts of the Tar whose language model is `path`, or in `path`: in the folder, or in or beside
// its parent's others, under their published names. Throws `Error` for what every task needs and is
// missing, or for several language models.
TarFiles find_tar_files(const std::filesystem::path& path);

}  // namespace unipic::tar
