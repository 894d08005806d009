#pragma once

#include <string>

#include "unipic/error.h"

namespace unipic::test {

// The message of the `Error` that `action` throws; "no error" if it throws none.
template <typename Action>
std::string error_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace unipic::test
