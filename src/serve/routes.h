#pragma once

#include <string>
#include <string_view>

// What the server's paths are, for those who look at requests before a handler does.

namespace unipic::serve {

struct Route {
  std::string name;     // of all paths that differ in an id only, such as "/v1/models/{id}"
  std::string methods;  // "GET, HEAD"
};

// The route of a path; those of paths that do not exist share the name "other" and no methods.
Route route_of(std::string_view path);

// Whether the route has a method.
bool allows(const Route& route, std::string_view method);

}  // namespace unipic::serve
