#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

// Golden folders: what a reference implementation computed (docs/formats.md).

namespace unipic::golden {

// Results by name, without the "out." of the file.
using Outputs = std::map<std::string, at::Tensor>;

// The receiver of a trace that keeps in `out` what it is shown.
inline auto keep_in(Outputs& out) {
  return [&out](const std::string& name, const at::Tensor& value) { out[name] = value; };
}

struct Check {
  std::string tensor;  // with the "out." of the file
  double atol = 0;
  double rtol = 0;
};

// One case: an operation, its inputs, and what must come out.
struct Case {
  std::string name;
  std::string op;
  Json params;
  std::filesystem::path folder;
  std::filesystem::path tensors_path;  // empty for a case without tensors
  std::vector<Check> checks;
  std::map<std::string, at::Tensor> tensors;  // after `load_tensors`

  // The input "in.`input`". Throws `Error` if the case has none of that name.
  const at::Tensor& in(std::string_view input) const;
  bool has(std::string_view tensor) const { return tensors.contains(std::string(tensor)); }

  int64_t integer(std::string_view param) const { return json_get<int64_t>(params, param, name); }
  double number(std::string_view param) const { return json_get<double>(params, param, name); }
  std::string text(std::string_view param) const {
    return json_get<std::string>(params, param, name);
  }
};

struct Folder {
  std::filesystem::path path;
  std::string model;  // the family: "unipic1", ...
  std::vector<Case> cases;
};

// Reads cases.json. Throws `Error` if it is malformed.
Folder open_folder(const std::filesystem::path& path);

// Reads the tensors of a case, if it has any.
void load_tensors(Case& golden_case);

// The JSON file that a case names as its `data`, in the folder's place of tensors: inputs and
// expected results, which the operation compares itself.
Json read_data(const Case& golden_case);

// How far a result may be, and is, from what is expected, at the element that comes closest to
// failing or fails worst.
struct Comparison {
  bool passed = false;
  double max_abs = 0;        // largest difference anywhere
  double allowed = 0;        // atol + rtol·|expected| at the worst element
  std::string problem = {};  // another shape, or NaN: why the numbers were not compared
};
Comparison compare(const at::Tensor& actual, const at::Tensor& expected, const Check& check);

// What a family computes for the cases of one name, with its `Context`: a pipeline, for one.
template <typename Context>
struct Operation {
  std::string_view name;
  void (*run)(const Context& context, const Case& golden_case, Outputs& out);
};

// Runs the operation that the case names; false if it is none of these.
template <typename Context, size_t kCount>
bool run_operation(const Operation<Context> (&operations)[kCount], const Context& context,
                   const Case& golden_case, Outputs& out) {
  for (const auto& operation : operations) {
    if (operation.name != golden_case.op) continue;
    operation.run(context, golden_case, out);
    return true;
  }
  return false;
}

}  // namespace unipic::golden
