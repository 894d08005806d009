#pragma once

#include <stdexcept>

namespace unipic {

// What the caller got wrong: a file, an option, a tensor's shape. The message is one line and says
// what was wrong, the value and where. Anything else that goes wrong is a bug.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The request itself cannot be carried out as written (the program exits with 2).
class UsageError : public Error {
 public:
  using Error::Error;
};

// The caller asked for the work to stop.
class Cancelled : public Error {
 public:
  using Error::Error;
};

}  // namespace unipic
