#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "unipic/options.h"

namespace unipic::cli {

// How a command talks: progress on stderr, as a bar on a terminal and as lines elsewhere; with
// `--json` one event a line on stdout instead; with `--quiet` nothing but errors and results.
class Reporter {
 public:
  Reporter(bool json, bool quiet);

  bool json() const { return json_; }
  bool quiet() const { return quiet_; }

  void progress(const Progress& progress);
  // How a long run stands: `line`, over the last one on a terminal; as an event `members`.
  void status(Json members, const std::string& line);
  void warning(const std::string& line);
  // {"event":"done","seconds":...} with `members`; otherwise `line` on stdout unless quiet.
  void done(Json members, const std::string& line);
  // One JSON object on stdout, now.
  void event(const Json& event);
  // Moves off a half-drawn bar.
  void end_bar();

 private:
  void draw_bar(const Progress& progress);

  bool json_, quiet_, terminal_;
  bool bar_open_ = false;
  std::chrono::steady_clock::time_point start_, stage_start_;
};

}  // namespace unipic::cli
