#include "serve/request_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/trimmed.h"
#include "serve/api_error.h"
#include "serve/lower_case.h"

namespace unipic::serve {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

// Two of one of these would leave it open which counts.
constexpr std::array<std::string_view, 6> kOnlyOnce = {
    "authorization", "content-length", "content-type", "host", "origin", "transfer-encoding"};

// httplib never gets to see these. It would compress answers, with brotli for seconds, and answer
// a header of a thousand ranges with a thousand copies; and it adds the last four itself, after
// those of the client.
constexpr std::array<std::string_view, 7> kHidden = {"accept-encoding", "if-range",   "range",
                                                     "local_addr",      "local_port", "remote_addr",
                                                     "remote_port"};

constexpr std::array<std::string_view, 9> kMethods = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};

void require(bool ok, int status, const std::string& message) {
  if (!ok) throw ApiError(status, message);
}

template <typename Names>
bool holds(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_control(char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; }

bool is_name_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// httplib decodes % in the values of headers; this makes it find what the client sent.
std::string escaped(std::string_view value) {
  std::string result;
  for (const char c : value) c == '%' ? result.append("%25") : result.append(1, c);
  return result;
}

// Cuts the next line off.
std::string_view take_line(std::string_view& bytes) {
  const auto end = bytes.find(kLineEnd);
  const auto line = bytes.substr(0, end);
  bytes.remove_prefix(end + kLineEnd.size());
  return line;
}

class HeadReader {
 public:
  explicit HeadReader(const HeadLimits& limits) : limits_(limits) {}

  RequestHead read(std::string_view bytes) {
    read_request_line(take_line(bytes));
    while (bytes != kLineEnd) read_header(take_line(bytes));
    require(!is_http11_ || seen_.contains("host"), 400, "the request has no Host header");
    require(!head_.is_chunked || !seen_.contains("content-length"), 400,
            "the request has both Content-Length and Transfer-Encoding");
    require(!head_.is_chunked || is_http11_, 400, "HTTP/1.0 has no chunks");
    head_.text += kLineEnd;
    return std::move(head_);
  }

 private:
  void read_request_line(std::string_view line) {
    const auto method_end = line.find(' ');
    const auto target_end = line.rfind(' ');
    require(method_end != 0 && method_end < target_end && target_end != std::string_view::npos &&
                std::ranges::none_of(line, is_control),
            400, "the request does not begin with a line of HTTP/1.1");
    const auto target = line.substr(method_end + 1, target_end - method_end - 1);
    const auto version = line.substr(target_end + 1);
    require(version == "HTTP/1.1" || version == "HTTP/1.0", 400, "this is a server of HTTP/1.1");
    require(target.size() <= limits_.max_target_bytes, 414, "the path is too long");
    require(target.starts_with('/') && target.find_first_of(" \t") == std::string_view::npos, 400,
            "the path does not begin with / or holds a space");
    require(holds(kMethods, line.substr(0, method_end)), 405, "there is no such method");
    is_http11_ = version == "HTTP/1.1";
    head_.wants_close = !is_http11_;
    head_.text.append(line).append(kLineEnd);
  }

  void read_header(std::string_view line) {
    const auto colon = line.find(':');
    require(colon != 0 && colon != std::string_view::npos &&
                std::ranges::all_of(line.substr(0, colon), is_name_character) &&
                std::ranges::none_of(line, is_control),
            400, "a header line is not of the form NAME: VALUE");
    const std::string name = lower(line.substr(0, colon));
    std::string_view value = trimmed(line.substr(colon + 1), " \t");
    // What `curl -d` calls all that it sends; httplib would take 8 KB of it at most.
    if (name == "content-type" && lower(value).starts_with("application/x-www-form-urlencoded"))
      value = "application/octet-stream";
    require(!seen_.contains(name) || !holds(kOnlyOnce, name), 400,
            "the header " + name + " is there twice");
    heed(name, value);
    seen_.insert(name);
    if (holds(kHidden, name)) return;
    const auto size_before = head_.text.size();
    head_.text.append(line.substr(0, colon)).append(": ").append(escaped(value)).append(kLineEnd);
    require(head_.text.size() - size_before <= limits_.max_line_bytes, 431,
            "the header " + name + " is too long");
  }

  void heed(const std::string& name, std::string_view value) {
    if (name == "content-length") {
      read_length(value);
    } else if (name == "transfer-encoding") {
      require(lower(value) == "chunked", 501, "the only transfer encoding is chunked");
      head_.is_chunked = true;
    } else if (name == "content-encoding") {
      // A few kilobytes of gzip may hold gigabytes.
      require(lower(value) == "identity", 415, "compressed bodies are not accepted");
    } else if (name == "connection") {
      head_.wants_close |= lower(value).find("close") != std::string::npos;
    }
  }

  void read_length(std::string_view value) {
    const auto end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, head_.content_length);
    require(stop == end && error != std::errc::invalid_argument, 400,
            "Content-Length is not a number");
    require(error == std::errc() && head_.content_length <= limits_.max_body_bytes, 413,
            "the body is above the limit of " + std::to_string(limits_.max_body_bytes) + " bytes");
  }

  const HeadLimits& limits_;
  RequestHead head_;
  bool is_http11_ = true;
  std::set<std::string> seen_;
};

}  // namespace

RequestHead parse_request_head(std::string_view bytes, const HeadLimits& limits) {
  return HeadReader(limits).read(bytes);
}

}  // namespace unipic::serve
