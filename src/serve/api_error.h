#pragma once

#include <exception>
#include <string>

#include "base/json.h"
#include "unipic/error.h"

namespace unipic::serve {

// What a request gets that cannot be served: a status, and OpenAI's error object.
class ApiError : public Error {
 public:
  // `param` names the field that is wrong; empty: none.
  ApiError(int status, const std::string& message, std::string param = {})
      : Error(message), status_(status), param_(std::move(param)) {}

  int status() const { return status_; }
  // {"error": {"message", "type", "param", "code"}}
  Json to_json() const;

 private:
  int status_;
  std::string param_;
};

// What the one who asked is told of any exception: `UsageError` is 400, `Busy` 429, `Unavailable`
// and a lack of memory 503, an `ApiError` itself, everything else 500.
ApiError api_error_of(const std::exception_ptr& error);

}  // namespace unipic::serve
