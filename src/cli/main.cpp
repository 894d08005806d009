// The `unipic` program: finds the command, and is the one place that catches.

#include <fmt/core.h>

#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "cli/command.h"
#include "unipic/error.h"
#include "unipic/version.h"

// How jemalloc starts: large blocks are kept and cut like others, not given back at once. Training
// steps allocate blocks of ever new sizes, and would else clear pages or take new ones all the
// time.
extern "C" {
const char* malloc_conf = "oversize_threshold:0,lg_extent_max_active_fit:40";
}

namespace {

constexpr int kFailed = 1;
constexpr int kWrongCommandLine = 2;

// One line, whatever an exception of somebody else's says.
int fail(int status, std::string message) {
  message = message.substr(0, message.find('\n'));
  fmt::print(stderr, "unipic: {}\n", message);
  return status;
}

int parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return app.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    return fail(kWrongCommandLine, fmt::format("{}; see unipic --help", error.what()));
  }
  return -1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace unipic;
  CLI::App app("Draws, edits and describes pictures with unified image models.", "unipic");
  app.set_version_flag("--version", std::string(version()));
  app.require_subcommand(1);
  cli::Run run;
  for (const auto add :
       {cli::add_generate, cli::add_edit, cli::add_describe, cli::add_inspect, cli::add_verify,
        cli::add_convert, cli::add_train, cli::add_data, cli::add_serve, cli::add_eval,
        cli::add_bench, cli::add_sheet, cli::add_completion}) {
    add(app, run);
  }
  if (argc == 1) {
    fmt::print("{}", app.help());
    return kWrongCommandLine;
  }
  try {
    if (const int status = parse(app, argc, argv); status >= 0) return status;
    return run();
  } catch (const UsageError& error) {
    return fail(kWrongCommandLine, error.what());
  } catch (const std::bad_alloc&) {
    return fail(kFailed, "out of memory");
  } catch (const std::exception& error) {
    return fail(kFailed, error.what());
  }
}
