#include "serve/routes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace unipic::serve {
namespace {

constexpr std::string_view kRead = "GET, HEAD", kWork = "POST";

constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kRoutes = {{
    {"/", kRead},
    {"/favicon.ico", kRead},
    {"/health", kRead},
    {"/metrics", kRead},
    {"/openapi.json", kRead},
    {"/props", kRead},
    {"/sdapi/v1/img2img", kWork},
    {"/sdapi/v1/interrogate", kWork},
    {"/sdapi/v1/interrupt", kWork},
    {"/sdapi/v1/options", "GET, HEAD, POST"},
    {"/sdapi/v1/progress", kRead},
    {"/sdapi/v1/samplers", kRead},
    {"/sdapi/v1/sd-models", kRead},
    {"/sdapi/v1/txt2img", kWork},
    {"/slots", kRead},
    {"/v1/chat/completions", kWork},
    {"/v1/images/edits", kWork},
    {"/v1/images/generations", kWork},
    {"/v1/models", kRead},
    {"/v1/pictures", kRead},
}};

// Those that end with an id or a name.
std::pair<std::string_view, std::string_view> family_of(std::string_view path) {
  if (path.starts_with("/v1/pictures/")) {
    if (path.ends_with("/image")) return {"/v1/pictures/{id}/image", kRead};
    return {"/v1/pictures/{id}", "GET, HEAD, DELETE"};
  }
  if (path.starts_with("/v1/models/")) return {"/v1/models/{id}", kRead};
  if (path.starts_with("/web/")) return {"/web/{name}", kRead};
  return {"other", ""};
}

}  // namespace

Route route_of(std::string_view path) {
  const auto found =
      std::ranges::find(kRoutes, path, [](const auto& route) { return route.first; });
  const auto [name, methods] = found == kRoutes.end() ? family_of(path) : *found;
  return {std::string(name), std::string(methods)};
}

bool allows(const Route& route, std::string_view method) {
  const std::string_view methods = route.methods;
  for (size_t begin = 0; begin < methods.size();) {
    const auto end = std::min(methods.find(',', begin), methods.size());
    if (methods.substr(begin, end - begin) == method) return true;
    begin = end + 2;
  }
  return false;
}

}  // namespace unipic::serve
