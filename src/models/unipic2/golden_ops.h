#pragma once

#include <filesystem>

#include "golden/golden.h"
#include "models/unipic2/parts.h"

namespace unipic::unipic2 {

// The cases of a golden folder of UniPic 2, each of which names the part of the checkpoint that it
// is about.
class GoldenRunner {
 public:
  GoldenRunner(const std::filesystem::path& folder, const Placement& placement)
      : checkpoint_(folder / "checkpoint"), placement_(placement) {}

  // Throws `Error` for operations that are not UniPic 2's, or inputs that are missing.
  golden::Outputs run(const golden::Case& golden_case) const;

  // What `param`, by default "checkpoint", of a case names.
  std::filesystem::path part(const golden::Case& golden_case,
                             std::string_view param = "checkpoint") const;
  const Placement& placement() const { return placement_; }
  // Inputs in the type and place of the weights.
  torch::Tensor as_model(const torch::Tensor& tensor) const {
    return tensor.to(placement_.device, placement_.dtype);
  }

 private:
  std::filesystem::path checkpoint_;
  Placement placement_;
};

// Grids as the reference has them: time (1), rows, columns.
torch::Tensor thw_of(const std::vector<qwen25_vision::PatchGrid>& grids);

// Single modules, whole tasks, training. Each returns whether it knows the operation.
bool run_module_case(const GoldenRunner& runner, const golden::Case& golden_case,
                     golden::Outputs& out);
bool run_task_case(const GoldenRunner& runner, const golden::Case& golden_case,
                   golden::Outputs& out);
bool run_training_case(const GoldenRunner& runner, const golden::Case& golden_case,
                       golden::Outputs& out);

}  // namespace unipic::unipic2
