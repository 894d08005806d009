#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace unipic::train {

struct Launch {
  std::filesystem::path program;
  std::vector<std::string> arguments = {};
  int64_t num_processes = 1;
  std::stop_token stop = {};
};

// How a launch ended, by the first process that failed.
struct LaunchOutcome {
  int status = 0;     // its exit status, or 128 and the signal that ended it; 0 if none failed
  int64_t rank = -1;  // -1 if none failed
  std::string message = {};  // what it said last; empty for rank 0, which has said it itself
};

// A port of 127.0.0.1 at which nobody listens now.
uint16_t free_port();

// Runs the program as all processes of a run on this machine: each finds its place in
// `process_environment`, and the cores are divided between them. Only rank 0 is heard. A stop
// request goes to all as SIGINT. When one fails, the others are killed, unless they are stopping
// anyway; they never outlive this process. Call it from the main thread.
LaunchOutcome launch(const Launch& launch);

}  // namespace unipic::train
