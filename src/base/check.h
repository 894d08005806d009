#pragma once

#include <fmt/format.h>

#include <utility>

#include "unipic/error.h"

namespace unipic {

// Throws `Error` with the formatted message unless `ok`.
template <typename... Args>
void check(bool ok, fmt::format_string<Args...> message, Args&&... args) {
  if (!ok) [[unlikely]]
    throw Error(fmt::format(message, std::forward<Args>(args)...));
}

// Throws `UsageError`: for what a flag or an option says.
template <typename... Args>
void check_usage(bool ok, fmt::format_string<Args...> message, Args&&... args) {
  if (!ok) [[unlikely]]
    throw UsageError(fmt::format(message, std::forward<Args>(args)...));
}

}  // namespace unipic
