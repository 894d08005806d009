#include "cli/reporter.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

namespace unipic::cli {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Reporter::Reporter(bool json, bool quiet)
    : json_(json),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()),
      stage_start_(start_) {}

void Reporter::progress(const Progress& progress) {
  if (json_) {
    event({{"event", "progress"},
           {"stage", progress.stage},
           {"step", progress.step},
           {"steps", progress.num_steps}});
  } else if (!quiet_ && terminal_) {
    draw_bar(progress);
  } else if (!quiet_) {
    fmt::print(stderr, "{} {}/{}\n", progress.stage, progress.step, progress.num_steps);
  }
}

void Reporter::draw_bar(const Progress& progress) {
  constexpr int64_t kWidth = 30;
  if (progress.step == 0) stage_start_ = std::chrono::steady_clock::now();
  const int64_t filled = progress.num_steps > 0 ? kWidth * progress.step / progress.num_steps : 0;
  const double elapsed = seconds_since(stage_start_);
  const double left = progress.step > 0
                          ? elapsed / static_cast<double>(progress.step) *
                                static_cast<double>(progress.num_steps - progress.step)
                          : 0.0;
  fmt::print(stderr, "\r\033[K{} [{}{}] {}/{}  {:.0f} s", progress.stage,
             std::string(static_cast<size_t>(filled), '='),
             std::string(static_cast<size_t>(kWidth - filled), ' '), progress.step,
             progress.num_steps, elapsed);
  if (progress.step > 0 && progress.step < progress.num_steps)
    fmt::print(stderr, ", {:.0f} s left", left);
  std::fflush(stderr);
  bar_open_ = progress.step != progress.num_steps;
  if (!bar_open_) fmt::print(stderr, "\n");
}

void Reporter::status(Json members, const std::string& line) {
  if (json_) {
    Json all = {{"event", "status"}};
    all.update(members);
    event(all);
  } else if (!quiet_ && terminal_) {
    fmt::print(stderr, "\r\033[K{}", line);
    std::fflush(stderr);
    bar_open_ = true;
  } else if (!quiet_) {
    fmt::print(stderr, "{}\n", line);
  }
}

void Reporter::warning(const std::string& line) {
  end_bar();
  if (json_) {
    event({{"event", "warning"}, {"message", line}});
  } else if (!quiet_) {
    fmt::print(stderr, "unipic: warning: {}\n", line);
  }
}

void Reporter::done(Json members, const std::string& line) {
  end_bar();
  if (json_) {
    Json all = {{"event", "done"}};
    all.update(members);
    all["seconds"] = seconds_since(start_);
    event(all);
  } else if (!quiet_ && !line.empty()) {
    fmt::print("{}\n", line);
  }
}

void Reporter::event(const Json& event) {
  fmt::print("{}\n", event.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::fflush(stdout);
}

void Reporter::end_bar() {
  if (bar_open_) fmt::print(stderr, "\n");
  bar_open_ = false;
}

}  // namespace unipic::cli
