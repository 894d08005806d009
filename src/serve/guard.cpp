#include "serve/guard.h"

#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "base/check.h"
#include "base/trimmed.h"
#include "serve/lower_case.h"

namespace unipic::serve {
namespace {

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "name:80" or "[::1]:80" without the port.
std::string_view without_port(std::string_view host) {
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos || !is_port(host.substr(colon + 1))) return host;
  const bool is_bare_ipv6 = host.find(':') != colon && !host.starts_with('[');
  return is_bare_ipv6 ? host : host.substr(0, colon);
}

std::string in_brackets(const std::string& host) {
  return host.find(':') != std::string::npos && !host.starts_with('[') ? "[" + host + "]" : host;
}

bool is_loopback(std::string host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) {
    return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
  }
  return lower(host) == "localhost";
}

bool changes_something(const std::string& method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

bool needs_no_key(const httplib::Request& request) {
  return (request.method == "GET" || request.method == "HEAD") &&
         (request.path == "/" || request.path == "/health" || request.path.starts_with("/web/"));
}

// The same place, however it is written: "http://a:80" and "http://a".
std::string without_default_port(std::string host, std::string_view scheme) {
  const std::string_view port = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(port)) host.resize(host.size() - port.size());
  return host;
}

}  // namespace

void check_bind(const GuardOptions& options) {
  check_usage(is_loopback(options.host) || !options.api_keys.empty() || options.insecure_no_key,
              "listening at {} lets others ask, too: give --api-key or --api-key-file, or "
              "--insecure-no-key if everyone may",
              options.host);
}

std::vector<std::string> read_key_file(const std::string& path) {
  std::ifstream file(path);
  check(file.is_open(), "{}: cannot be read", path);
  std::vector<std::string> keys;
  for (std::string line; std::getline(file, line);) {
    const auto key = trimmed(line);
    if (!key.empty() && !key.starts_with('#')) keys.emplace_back(key);
  }
  check(!file.bad(), "{}: cannot be read", path);
  check(!keys.empty(), "{}: holds no key; one a line is expected", path);
  return keys;
}

Guard::Guard(GuardOptions options) : options_(std::move(options)) {
  check_bind(options_);
  for (const auto& key : options_.api_keys) {
    check_usage(
        !key.empty() && std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; }),
        "an API key is empty or holds a character that no header can hold");
    digests_.push_back(digest_of(key));
  }
  for (auto& host : options_.allowed_hosts) {
    host = lower(host);
    check_usage(!host.empty() && host.find('/') == std::string::npos,
                "'{}' is no host; example.org and example.org:8080 are", host);
  }
  for (auto& origin : options_.allowed_origins) {
    origin = lower(origin);
    const auto scheme_end = origin.find("://");
    check_usage(
        scheme_end != std::string::npos && origin.find('/', scheme_end + 3) == std::string::npos,
        "'{}' is no origin; https://example.org is", origin);
  }
}

std::optional<ApiError> Guard::refusal(const httplib::Request& request) const {
  const std::string host = lower(request.get_header_value("Host"));
  // Programs that speak HTTP/1.0 name no host; browsers do.
  const bool is_old_program = host.empty() && request.version == "HTTP/1.0";
  if (!is_old_program && !is_host_allowed(host)) {
    return ApiError(403, fmt::format("the host '{}' is not this server; see --allowed-host", host));
  }
  if (request.has_header("Origin")) {
    const std::string origin = lower(request.get_header_value("Origin"));
    if (!is_origin_allowed(origin, host)) {
      return ApiError(403, fmt::format("pages of '{}' may not ask; see --allowed-origin", origin));
    }
  } else if (const auto site = request.get_header_value("Sec-Fetch-Site");
             changes_something(request.method) && (site == "cross-site" || site == "same-site")) {
    return ApiError(403, "pages of other sites may not ask");
  }
  if (!digests_.empty() && !needs_no_key(request) && !find_key(request)) {
    return ApiError(401, "a key is needed: Authorization: Bearer KEY");
  }
  return {};
}

// A page of an attacker whose name is made to lead to this machine (DNS rebinding) is of the same
// origin to the browser; only the name gives it away. Where a port was forwarded from is not known.
bool Guard::is_host_allowed(std::string_view host) const {
  if (!is_loopback(options_.host) && options_.allowed_hosts.empty()) return true;
  const std::string name(without_port(host));
  return is_loopback(name) || name == in_brackets(lower(options_.host)) ||
         std::ranges::any_of(options_.allowed_hosts, [&](const std::string& allowed) {
           return allowed == host || allowed == name;
         });
}

bool Guard::is_origin_allowed(std::string_view origin, std::string_view host) const {
  const auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;  // "null", for one
  if (std::ranges::find(options_.allowed_origins, origin) != options_.allowed_origins.end()) {
    return true;
  }
  // Without TLS here, a proxy may still speak it to the browser.
  const auto scheme = origin.substr(0, scheme_end);
  const bool is_web = scheme == "https" || (scheme == "http" && !options_.tls);
  const std::string origin_host(origin.substr(scheme_end + 3));
  return is_web && without_default_port(origin_host, scheme) ==
                       without_default_port(std::string(host), scheme);
}

std::string Guard::client_of(const httplib::Request& request) const {
  const auto key = find_key(request);
  return key ? fmt::format("key {}", *key) : request.remote_addr;
}

std::string Guard::allowed_origin_of(const httplib::Request& request) const {
  const std::string origin = lower(request.get_header_value("Origin"));
  const auto& allowed = options_.allowed_origins;
  return std::ranges::find(allowed, origin) == allowed.end() ? "" : origin;
}

// The number of the key that comes with the request.
std::optional<size_t> Guard::find_key(const httplib::Request& request) const {
  constexpr std::string_view kBearer = "bearer ";
  const std::string authorization = request.get_header_value("Authorization");
  const bool is_bearer = lower(authorization.substr(0, kBearer.size())) == kBearer;
  const std::string_view bearer =
      is_bearer ? trimmed(std::string_view(authorization).substr(kBearer.size())) : "";
  const auto by_bearer = find_key(bearer);
  const auto by_header = find_key(request.get_header_value("x-api-key"));
  return by_bearer ? by_bearer : by_header;
}

// Takes as long for a key that is nearly right as for one that is all wrong.
std::optional<size_t> Guard::find_key(std::string_view key) const {
  const Digest digest = digest_of(key);
  std::optional<size_t> found;
  for (size_t number = 0; number < digests_.size(); ++number) {
    const auto& known = digests_[number];
    if (CRYPTO_memcmp(known.data(), digest.data(), digest.size()) == 0) found = number;
  }
  return found;
}

Guard::Digest Guard::digest_of(std::string_view key) {
  Digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
  return digest;
}

}  // namespace unipic::serve
