#include "golden/golden.h"

#include <fmt/ranges.h>
#include <torch/types.h>

#include "base/check.h"
#include "io/safetensors.h"
#include "ops/file_tensor.h"

namespace unipic::golden {
namespace {

std::filesystem::path file_in(const std::filesystem::path& folder, const std::string& name,
                              std::string_view where) {
  check(!name.empty() && std::filesystem::path(name).filename() == name,
        "{}: '{}' is not a plain file name", where, name);
  return folder / name;
}

Case case_from_json(const Json& json, const std::filesystem::path& folder,
                    const std::string& where) {
  Case golden_case;
  golden_case.name = json_get<std::string>(json, "name", where);
  golden_case.op = json_get<std::string>(json, "op", where);
  golden_case.params = json.value("params", Json::object());
  golden_case.folder = folder;
  const auto tensors = json_get_or<std::string>(json, "tensors", "", where);
  if (!tensors.empty()) {
    golden_case.tensors_path =
        file_in(folder, tensors, fmt::format("{}: case '{}'", where, golden_case.name));
  }
  check(json.contains("checks") && json["checks"].is_array(), "{}: case '{}' has no list of checks",
        where, golden_case.name);
  for (const auto& item : json["checks"]) {
    golden_case.checks.push_back({json_get<std::string>(item, "tensor", where),
                                  json_get<double>(item, "atol", where),
                                  json_get<double>(item, "rtol", where)});
  }
  return golden_case;
}

std::string shape_text(const at::Tensor& tensor) {
  return fmt::format("[{}]", fmt::join(tensor.sizes(), ","));
}

}  // namespace

const at::Tensor& Case::in(std::string_view input) const {
  const auto found = tensors.find(fmt::format("in.{}", input));
  check(found != tensors.end(), "{}: no tensor 'in.{}'", name, input);
  return found->second;
}

Folder open_folder(const std::filesystem::path& path) {
  const auto file = path / "cases.json";
  const auto json = read_json(file);
  Folder folder{
      .path = path, .model = json_get<std::string>(json, "model", file.string()), .cases = {}};
  check(json.contains("cases") && json["cases"].is_array(), "{}: no list of cases", file.string());
  for (const auto& item : json["cases"]) {
    folder.cases.push_back(case_from_json(item, path, file.string()));
  }
  return folder;
}

void load_tensors(Case& golden_case) {
  if (golden_case.tensors_path.empty()) return;
  const auto file = io::open_safetensors(golden_case.tensors_path);
  for (const auto& [name, view] : file.tensors) {
    golden_case.tensors.emplace(name, ops::tensor_from_file(view, file.files));
  }
}

Json read_data(const Case& golden_case) {
  return read_json(file_in(golden_case.folder, golden_case.text("data"), golden_case.name));
}

Comparison compare(const at::Tensor& actual, const at::Tensor& expected, const Check& check) {
  if (actual.sizes() != expected.sizes()) {
    return {
        .passed = false,
        .problem = fmt::format("shape {} expected {}", shape_text(actual), shape_text(expected))};
  }
  if (actual.numel() == 0) return {.passed = true};
  const auto found = actual.cpu().to(torch::kDouble);
  const auto wanted = expected.to(torch::kDouble);
  if (found.isnan().any().item<bool>()) return {.passed = false, .problem = "holds NaN"};
  const auto difference = (found - wanted).abs();
  const auto allowed = check.atol + check.rtol * wanted.abs();
  const auto worst = (difference - allowed).argmax().item<int64_t>();
  return {.passed = difference.le(allowed).all().item<bool>(),
          .max_abs = difference.max().item<double>(),
          .allowed = allowed.flatten()[worst].item<double>()};
}

}  // namespace unipic::golden
