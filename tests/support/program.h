#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "support/temporary_folder.h"

namespace unipic::test {

struct Outcome {
  int status = -1;  // exit status; -signal if it was killed
  std::string out, err;
};

// Starts the unipic program with `arguments`, its output in the files `out` and `err`.
inline pid_t start_program(const std::vector<std::string>& arguments, const std::string& out,
                           const std::string& err) {
  std::vector<char*> argv = {const_cast<char*>(UNIPIC_PROGRAM)};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    if (freopen(out.c_str(), "w", stdout) == nullptr ||
        freopen(err.c_str(), "w", stderr) == nullptr) {
      _exit(126);
    }
    execv(argv[0], argv.data());
    _exit(127);
  }
  return child;
}

// Runs the unipic program with `arguments` and waits for it. With `interrupt_after` it is sent a
// SIGINT once stderr holds that text.
inline Outcome run_program(const std::vector<std::string>& arguments,
                           const std::string& interrupt_after = "") {
  const TemporaryFolder folder;
  const auto out = (folder / "out").string();
  const auto err = (folder / "err").string();
  write_file(err, "");
  const pid_t child = start_program(arguments, out, err);
  int status = 0;
  bool interrupted = interrupt_after.empty();
  while (waitpid(child, &status, interrupted ? 0 : WNOHANG) == 0) {
    if (read_file(err).find(interrupt_after) != std::string::npos) {
      kill(child, SIGINT);
      interrupted = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), read_file(out),
          read_file(err)};
}

}  // namespace unipic::test
