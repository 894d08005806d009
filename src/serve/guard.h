#pragma once

#include <httplib.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/api_error.h"

namespace unipic::serve {

struct GuardOptions {
  std::vector<std::string> api_keys = {};  // none: whoever reaches the server may ask
  std::string host = "127.0.0.1";          // what the server listens at
  int port = 8080;
  bool tls = false;
  std::vector<std::string> allowed_hosts = {};    // names, with or without a port
  std::vector<std::string> allowed_origins = {};  // such as "https://example.org"
  bool insecure_no_key = false;
};

// Throws `UsageError` if others than this machine's users could ask without a key, unless
// `insecure_no_key` says that this is meant.
void check_bind(const GuardOptions& options);

// The keys in a file: one a line; empty lines and those that begin with # do not count. Throws
// `Error` if there is none.
std::vector<std::string> read_key_file(const std::string& path);

// Decides who may ask: those with a key, and no web page of another site in the name of the user
// who has it open. Thread-safe.
class Guard {
 public:
  // Throws `UsageError` as `check_bind`, and for keys, hosts or origins that can never match.
  explicit Guard(GuardOptions options);

  // Why the request is refused, or nothing: 401 without one of the keys, 403 for a wrong Host or
  // Origin. What the page consists of, and /health, needs no key.
  std::optional<ApiError> refusal(const httplib::Request& request) const;

  // Whose requests are counted together: those with a key or, without keys, from an address.
  std::string client_of(const httplib::Request& request) const;

  // The origin among the allowed ones whose page sent the request; empty: none.
  std::string allowed_origin_of(const httplib::Request& request) const;

 private:
  using Digest = std::array<unsigned char, 32>;

  static Digest digest_of(std::string_view key);
  bool is_host_allowed(std::string_view host) const;
  bool is_origin_allowed(std::string_view origin, std::string_view host) const;
  std::optional<size_t> find_key(const httplib::Request& request) const;
  std::optional<size_t> find_key(std::string_view key) const;

  GuardOptions options_;
  std::vector<Digest> digests_;
};

}  // namespace unipic::serve
