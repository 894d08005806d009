#pragma once

#include <filesystem>
#include <string_view>

#include "golden/golden.h"
#include "ops/weight_placement.h"

namespace unipic::golden {

// The checkpoint of a golden folder, of which every case names the parts that it is about.
class Checkpoint {
 public:
  Checkpoint(const std::filesystem::path& golden_folder, const ops::Placement& placement)
      : path_(golden_folder / "checkpoint"), placement_(placement) {}

  // The file or folder that parameter `param` of a case names. Throws `Error` if it names none, or
  // one elsewhere.
  std::filesystem::path part(const Case& golden_case, std::string_view param = "checkpoint") const;

  const std::filesystem::path& folder() const { return path_; }
  const ops::Placement& placement() const { return placement_; }
  // Inputs in the type and place of the weights.
  at::Tensor as_model(const at::Tensor& tensor) const {
    return tensor.to(placement_.device, placement_.dtype);
  }

 private:
  std::filesystem::path path_;
  ops::Placement placement_;
};

}  // namespace unipic::golden
