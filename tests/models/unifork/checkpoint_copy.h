#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/json.h"
#include "models/unifork/checkpoint.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "support/tensor_files.h"

namespace unipic::unifork {

inline const std::filesystem::path kPublished = test::golden_folder() / "unifork/checkpoint";
inline const std::string kTowerPrefix = "model.vision_tower.vision_tower.";

// The goldens' checkpoint, in a folder where it can be changed.
class CheckpointCopy : public testing::Test {
 protected:
  CheckpointCopy() {
    namespace fs = std::filesystem;
    fs::copy(kPublished, folder_ / "all", fs::copy_options::recursive);
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "all"))
      fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
  }

  std::filesystem::path all() const { return folder_ / "all"; }
  std::filesystem::path model() const { return all() / "unifork"; }
  std::filesystem::path tower() const { return all() / "vila-u-7b-256/vision_tower"; }

  // Applies `change` to the tensors of the model's weights.
  template <typename Change>
  void change_weights(Change&& change) const {
    const auto path = model() / "model.safetensors";
    auto tensors = test::read_tensors(path);
    for (auto& [name, tensor] : tensors) tensor = tensor.clone();
    change(tensors);
    std::filesystem::remove(path);
    test::write_tensors(path, tensors);
  }
  // Applies `change` to a JSON file.
  template <typename Change>
  static void change_json(const std::filesystem::path& path, Change&& change) {
    auto json = read_json(path);
    change(json);
    test::write_file(path, json.dump());
  }

 private:
  test::TemporaryFolder folder_;
};

}  // namespace unipic::unifork
