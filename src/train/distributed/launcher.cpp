#include "train/distributed/launcher.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/environment.h"

namespace unipic::train {
namespace {

constexpr const char* kThisMachine = "127.0.0.1";
constexpr int kCannotStart = 127;
constexpr int kPollMilliseconds = 20;
constexpr size_t kKeptBytes = 4096;

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct Child {
  pid_t pid = -1;   // -1 once it has ended
  int errors = -1;  // its stderr, if it is not ours
  std::string said = {};
};

// After fork, so nothing here may allocate. A group of its own: Ctrl-C reaches the launcher alone,
// which passes it on once.
[[noreturn]] void become(const char* program, char* const* arguments, char* const* variables,
                         pid_t launcher, int errors) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launcher) ::_exit(kCannotStart);
  // Started in the background, the launcher ignores it.
  ::signal(SIGINT, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (errors >= 0) {
    ::dup2(errors, STDERR_FILENO);
    ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
  }
  ::execve(program, arguments, variables);
  ::_exit(kCannotStart);
}

Child start(const Launch& launch, const ProcessEnvironment& place, int64_t num_threads) {
  auto command = launch.arguments;
  command.insert(command.begin(), launch.program.string());
  auto variables = variables_of_process(place, num_threads);
  const auto argument_pointers = pointers_to(command);
  const auto variable_pointers = pointers_to(variables);
  int ends[2] = {-1, -1};
  check(place.rank == 0 || ::pipe2(ends, O_CLOEXEC) == 0, "cannot make a pipe: {}",
        std::strerror(errno));
  const pid_t launcher = ::getpid();
  Child child = {.pid = ::fork(), .errors = ends[0]};
  if (child.pid == 0) {
    become(launch.program.c_str(), argument_pointers.data(), variable_pointers.data(), launcher,
           ends[1]);
  }
  const int reason = errno;
  if (ends[1] >= 0) ::close(ends[1]);
  check(child.pid > 0, "cannot start process {} of {}: {}", place.rank, place.num_ranks,
        std::strerror(reason));
  return child;
}

// Takes in what the children have said until now, waiting a little for it.
void listen_to(std::vector<Child>& children) {
  std::vector<pollfd> polled;
  for (const auto& child : children) polled.push_back({child.errors, POLLIN, 0});
  ::poll(polled.data(), polled.size(), kPollMilliseconds);
  for (size_t rank = 0; rank < children.size(); ++rank) {
    if (polled[rank].revents == 0) continue;
    auto& child = children[rank];
    char buffer[kKeptBytes];
    const ssize_t length = ::read(child.errors, buffer, sizeof(buffer));
    if (length > 0) {
      child.said.append(buffer, static_cast<size_t>(length));
      child.said.erase(0, child.said.size() - std::min(child.said.size(), kKeptBytes));
    } else {
      ::close(child.errors);
      child.errors = -1;
    }
  }
}

std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of("\r\n");
  if (end == std::string::npos) return "";
  const auto before = text.find_last_of("\r\n", end);
  const auto begin = before == std::string::npos ? 0 : before + 1;
  return text.substr(begin, end + 1 - begin);
}

void send_all(const std::vector<Child>& children, int signal) {
  for (const auto& child : children) {
    if (child.pid > 0) ::kill(child.pid, signal);
  }
}

class Launched {
 public:
  explicit Launched(const Launch& launch) : launch_(launch) {
    const auto cores = static_cast<int64_t>(std::thread::hardware_concurrency());
    ProcessEnvironment place = {.num_ranks = launch.num_processes,
                                .master_address = kThisMachine,
                                .master_port = free_port()};
    for (int64_t rank = 0; rank < launch.num_processes; ++rank) {
      place.rank = place.local_rank = rank;
      children_.push_back(start(launch, place, std::max<int64_t>(1, cores / launch.num_processes)));
    }
  }
  Launched(const Launched&) = delete;
  Launched& operator=(const Launched&) = delete;
  ~Launched() {
    send_all(children_, SIGKILL);
    for (auto& child : children_) {
      if (child.pid > 0) ::waitpid(child.pid, nullptr, 0);
      if (child.errors >= 0) ::close(child.errors);
    }
  }

  LaunchOutcome wait() {
    while (std::ranges::any_of(
        children_, [](const Child& child) { return child.pid > 0 || child.errors >= 0; })) {
      const bool has_failed = outcome_.rank >= 0;
      if (launch_.stop.stop_requested() && !has_failed && !std::exchange(is_stopping_, true)) {
        send_all(children_, SIGINT);
      }
      listen_to(children_);
      for (size_t rank = 0; rank < children_.size(); ++rank) reap(rank);
    }
    if (outcome_.rank > 0) {
      outcome_.message = last_line(children_[static_cast<size_t>(outcome_.rank)].said);
    }
    return outcome_;
  }

 private:
  void reap(size_t rank) {
    auto& child = children_[rank];
    int status = 0;
    if (child.pid < 0 || ::waitpid(child.pid, &status, WNOHANG) != child.pid) return;
    child.pid = -1;
    // Who is asked to stop fails for that reason, and rank 0 says so.
    const bool says_most = outcome_.rank < 0 || (is_stopping_ && rank == 0);
    if (status == 0 || !says_most) return;
    outcome_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    outcome_.rank = static_cast<int64_t>(rank);
    if (!is_stopping_) send_all(children_, SIGKILL);
  }

  const Launch& launch_;
  std::vector<Child> children_;
  LaunchOutcome outcome_;
  bool is_stopping_ = false;
};

}  // namespace

uint16_t free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::inet_addr(kThisMachine);
  socklen_t length = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool found = listener >= 0 && ::bind(listener, generic, length) == 0 &&
                     ::getsockname(listener, generic, &length) == 0;
  const int reason = errno;
  if (listener >= 0) ::close(listener);
  check(found, "cannot find a free port on {}: {}", kThisMachine, std::strerror(reason));
  return ntohs(address.sin_port);
}

LaunchOutcome launch(const Launch& launch) { return Launched(launch).wait(); }

}  // namespace unipic::train
