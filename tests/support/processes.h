#pragma once

#include <sys/wait.h>
#include <torch/types.h>
#include <unistd.h>

#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "train/distributed/launcher.h"
#include "train/distributed/process_group.h"

namespace unipic::test {

// Short, so that a test that would hang fails.
inline constexpr train::ProcessPatience kImpatient = {.to_join = std::chrono::seconds(20),
                                                      .to_exchange = std::chrono::seconds(20)};

inline train::ProcessGroup join(const ProcessEnvironment& place,
                                const train::ProcessPatience& patience = kImpatient) {
  return {place, torch::kCPU, patience};
}

// Runs `body` in processes forked from this one, which a CPU build of LibTorch stands as long as
// they use one thread. Gives what each threw, "" for nothing, or "status 3" of one that ended else.
inline std::vector<std::string> in_processes(
    int64_t num_ranks, const std::function<void(const ProcessEnvironment&)>& body) {
  ProcessEnvironment place = {
      .num_ranks = num_ranks, .master_address = "127.0.0.1", .master_port = train::free_port()};
  std::vector<pid_t> children;
  std::vector<int> pipes;
  for (; place.rank < num_ranks; ++place.rank) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      std::string thrown;
      try {
        torch::set_num_threads(1);
        body(place);
      } catch (const std::exception& error) {
        thrown = error.what();
      }
      _exit(write(ends[1], thrown.data(), thrown.size()) == static_cast<ssize_t>(thrown.size())
                ? 0
                : 1);
    }
    close(ends[1]);
    children.push_back(child);
    pipes.push_back(ends[0]);
  }
  std::vector<std::string> thrown(children.size());
  for (size_t rank = 0; rank < children.size(); ++rank) {
    char buffer[4096];
    for (ssize_t length = 0; (length = read(pipes[rank], buffer, sizeof(buffer))) > 0;) {
      thrown[rank].append(buffer, static_cast<size_t>(length));
    }
    close(pipes[rank]);
    int status = 0;
    waitpid(children[rank], &status, 0);
    if (status != 0) {
      thrown[rank] =
          "status " + std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    }
  }
  return thrown;
}

// What `in_processes` gives if nothing went wrong.
inline std::vector<std::string> nothing_thrown(int64_t num_ranks) {
  return std::vector<std::string>(static_cast<size_t>(num_ranks));
}

}  // namespace unipic::test
