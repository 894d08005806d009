#include "unipic/verify.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>

#include "base/check.h"
#include "eval/golden_ops.h"
#include "golden/golden.h"
#include "models/tar/golden_ops.h"
#include "models/unifork/golden_ops.h"
#include "models/unipic1/golden_ops.h"
#include "models/unipic2/golden_ops.h"
#include "ops/placement.h"

namespace unipic {
namespace {

// Compares what a case checks with what came out; the first failing tensor is the reason.
void compare_outputs(const golden::Case& golden_case, const golden::Outputs& outputs,
                     CaseResult& result) {
  constexpr std::string_view kOut = "out.";
  for (const auto& check : golden_case.checks) {
    const auto name =
        check.tensor.starts_with(kOut) ? check.tensor.substr(kOut.size()) : check.tensor;
    const auto actual = outputs.find(name);
    const auto expected = golden_case.tensors.find(check.tensor);
    if (actual == outputs.end() || expected == golden_case.tensors.end()) {
      result.reason =
          fmt::format("tensor={} {}", check.tensor,
                      actual == outputs.end() ? "is not computed" : "is not in the file");
      return;
    }
    const auto comparison = golden::compare(actual->second, expected->second, check);
    result.max_abs = std::max(result.max_abs, comparison.max_abs);
    if (comparison.passed) continue;
    result.reason = comparison.problem.empty()
                        ? fmt::format("tensor={} max_abs={:.3g} allowed={:.3g}", check.tensor,
                                      comparison.max_abs, comparison.allowed)
                        : fmt::format("tensor={} {}", check.tensor, comparison.problem);
    return;
  }
  result.passed = true;
}

using Run = std::function<golden::Outputs(const golden::Case& golden_case)>;
using RunWithCheckpoint = golden::Outputs (*)(const golden::Checkpoint& checkpoint,
                                              const golden::Case& golden_case);

// What computes the cases of a folder, with its checkpoint if it has one.
Run open_runner(const golden::Folder& folder, const VerifyOptions& options) {
  if (folder.model == "unipic1") {
    const auto pipeline = std::make_shared<unipic1::Pipeline>(
        unipic1::open_checkpoint(folder.path), options.dtype, ops::device_named(options.device));
    pipeline->use_kernels(options.kernels);
    return [pipeline](const golden::Case& golden_case) {
      return unipic1::run_golden_case(*pipeline, golden_case);
    };
  }
  static constexpr std::pair<std::string_view, RunWithCheckpoint> kFamilies[] = {
      {"unipic2", unipic2::run_golden_case},
      {"tar", tar::run_golden_case},
      {"unifork", unifork::run_golden_case},
  };
  for (const auto& [model, run_golden_case] : kFamilies) {
    if (folder.model != model) continue;
    const auto device = ops::device_named(options.device);
    const golden::Checkpoint checkpoint(
        folder.path,
        {.dtype = ops::scalar_type(options.dtype, /*num_weights=*/0, device), .device = device});
    return [checkpoint, run_golden_case](const golden::Case& golden_case) {
      return run_golden_case(checkpoint, golden_case);
    };
  }
  check(folder.model == "eval",
        "{}: goldens of '{}'; this version knows unipic1, unipic2, tar, unifork and eval",
        folder.path.string(), folder.model);
  return eval::run_golden_case;
}

CaseResult run_case(const Run& run, golden::Case& golden_case) {
  CaseResult result{.name = golden_case.name};
  try {
    golden::load_tensors(golden_case);
    compare_outputs(golden_case, run(golden_case), result);
  } catch (const Error& error) {
    result.reason = error.what();
  } catch (const c10::Error& error) {
    result.reason = fmt::format("its tensors do not fit: {}", error.what_without_backtrace());
  } catch (const std::exception& error) {
    // A malformed case must not keep the others from being run.
    result.reason = fmt::format("its params are not as expected: {}", error.what());
  }
  std::ranges::replace(result.reason, '\n', ' ');
  golden_case.tensors.clear();
  return result;
}

}  // namespace

VerifyReport verify_goldens(const std::filesystem::path& path, const VerifyOptions& options) {
  ops::use_threads(options.threads);
  auto folder = golden::open_folder(path);
  if (!options.only.empty()) {
    std::erase_if(folder.cases, [&](const golden::Case& c) { return c.name != options.only; });
    check_usage(!folder.cases.empty(), "{}: no case '{}'", path.string(), options.only);
  }
  const auto run = open_runner(folder, options);
  VerifyReport report;
  for (auto& golden_case : folder.cases) {
    const auto result = run_case(run, golden_case);
    ++(result.passed ? report.num_passed : report.num_failed);
    if (options.on_result) options.on_result(result);
  }
  return report;
}

}  // namespace unipic
