// `unipic serve` of a build that has no server.

#include "cli/command.h"
#include "unipic/error.h"

namespace unipic::cli {

void add_serve(CLI::App& app, Run& run) {
  auto& command = *app.add_subcommand("serve", "Serves models over HTTP (not in this build).");
  command.allow_extras();
  command.callback([&run] {
    run = []() -> int { throw Error("this build has no server: build with -DUNIPIC_SERVER=ON"); };
  });
}

}  // namespace unipic::cli
