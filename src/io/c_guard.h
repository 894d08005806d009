#pragma once

#include <csetjmp>

namespace unipic::io {

// Runs `action`, which calls a C library that reports an error by `longjmp(jump, 1)`; false if it
// did. What lies between here and the longjmp must have no destructor to run: `action` holds only
// references and plain values, and throws nothing.
template <typename Action>
[[nodiscard]] bool guarded(std::jmp_buf& jump, const Action& action) {
  if (setjmp(jump) != 0) return false;
  action();
  return true;
}

}  // namespace unipic::io
