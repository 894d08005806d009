#include "serve/api_error.h"

#include <new>

#include "serve/engine.h"

namespace unipic::serve {
namespace {

const char* type_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return "authentication_error";
    case 404:
      return "not_found_error";
    case 429:
      return "rate_limit_error";
    default:
      return status < 500 ? "invalid_request_error" : "server_error";
  }
}

}  // namespace

Json ApiError::to_json() const {
  return {{"error",
           {{"message", what()},
            {"type", type_of(status_)},
            {"param", param_.empty() ? Json() : Json(param_)},
            {"code", Json()}}}};
}

ApiError api_error_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const ApiError& known) {
    return known;
  } catch (const Busy& busy) {
    return {429, busy.what()};
  } catch (const Unavailable& unavailable) {
    return {503, unavailable.what()};
  } catch (const UsageError& usage) {
    return {400, usage.what()};
  } catch (const std::bad_alloc&) {
    return {503, "out of memory"};
  } catch (const std::exception& other) {
    return {500, other.what()};
  }
}

}  // namespace unipic::serve
