// `unipic serve`: models behind HTTP, and a page to use them.

#include "serve/server.h"

#include <fmt/core.h>

#include <cstdio>
#include <stop_token>

#include "base/environment.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"

namespace unipic::cli {
namespace {

struct Flags {
  ModelFlags common;
  serve::ServerOptions options;
  std::string key_file, history;
  bool no_history = false;
};

void add_model_flags(CLI::App& command, Flags& flags) {
  flags.common.add_to(command);
  command.add_option(
      "--models-dir", flags.options.models.models_dir,
      "folder of further models; requests name them by their folders' names; above --max-ram "
      "unused ones give way to others");
}

void add_network_flags(CLI::App& command, Flags& flags) {
  auto& http = flags.options.http;
  auto& guard = flags.options.guard;
  command.add_option("--host", http.host, "address to listen at")->capture_default_str();
  command.add_option("--port", http.port, "0: one that is free")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command.add_option("--api-key", guard.api_keys, "key that requests must have; may be repeated");
  command.add_option("--api-key-file", flags.key_file, "file with such keys, one a line");
  command.add_flag("--insecure-no-key", guard.insecure_no_key,
                   "serve other machines without a key");
  command.add_option("--allowed-host", guard.allowed_hosts,
                     "name by which requests may call the server, beside its address");
  command.add_option("--allowed-origin", guard.allowed_origins,
                     "site whose pages may use the server, such as https://example.org");
  command.add_option("--tls-cert", http.tls_certificate, "PEM file; with --tls-key: HTTPS");
  command.add_option("--tls-key", http.tls_key, "PEM file");
}

void add_limit_flags(CLI::App& command, Flags& flags) {
  auto& options = flags.options;
  command.add_option("--max-batch", options.engine.max_pictures, "pictures drawn together")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command.add_option("--max-queue", options.engine.max_waiting, "requests that may wait")
      ->capture_default_str();
  command
      .add_option("--max-per-client", options.max_requests_of_key,
                  "requests of a key, or of an address, at the same time")
      ->capture_default_str();
  command.add_option("--timeout", options.engine.max_seconds, "seconds for a request; 0: no limit")
      ->check(CLI::Range(0, 1 << 30))
      ->capture_default_str();
  command.add_option("--max-pixels", options.limits.max_pixels, "of a picture to draw")
      ->check(CLI::Range(1, 1 << 26))
      ->capture_default_str();
  command.add_option("--history", flags.history,
                     "file that keeps pictures [history.sqlite beside the models' folder]");
  command.add_flag("--no-history", flags.no_history, "keep pictures in memory only");
  command.add_option("--max-history", options.max_history, "pictures to keep")
      ->check(CLI::Range(1, 1 << 30))
      ->capture_default_str();
}

int serve_command(const Flags& flags) {
  restart_with_short_spins();
  const Interrupt interrupt;
  Reporter reporter(flags.common.json, flags.common.quiet);
  auto options = flags.options;
  options.models.model = flags.common.folder();
  options.models.load = flags.common.load_options(reporter);
  options.models.max_resident_bytes = static_cast<uint64_t>(options.models.load.max_ram);
  if (!flags.key_file.empty()) {
    const auto keys = serve::read_key_file(flags.key_file);
    options.guard.api_keys.insert(options.guard.api_keys.end(), keys.begin(), keys.end());
  }
  options.guard.host = options.http.host;
  options.guard.port = options.http.port;
  options.guard.tls = !options.http.tls_certificate.empty();
  options.http.limits.request.max_body_bytes = options.limits.max_body_bytes;
  if (!flags.no_history) {
    options.history = flags.history.empty() ? models_folder().parent_path() / "history.sqlite"
                                            : std::filesystem::path(flags.history);
  }
  options.on_listening = [&](const std::string& url) {
    if (reporter.json()) return reporter.event({{"event", "listening"}, {"url", url}});
    if (!flags.common.quiet) fmt::print(stderr, "unipic serves {}\n", url);
  };
  if (!flags.common.quiet) {
    options.on_access = [](const std::string& line) {
      fmt::print("{}\n", line);
      std::fflush(stdout);
    };
  }
  serve::Server server(std::move(options));
  const std::stop_callback stop(interrupt.token(), [&] { server.stop(); });
  server.run();
  return 0;
}

}  // namespace

void add_serve(CLI::App& app, Run& run) {
  auto flags = std::make_shared<Flags>();
  auto& command = *app.add_subcommand(
      "serve", "Serves a web page and the interfaces of OpenAI and A1111 over HTTP.");
  add_model_flags(command, *flags);
  add_network_flags(command, *flags);
  add_limit_flags(command, *flags);
  command.callback([flags, &run] { run = [flags] { return serve_command(*flags); }; });
}

}  // namespace unipic::cli
