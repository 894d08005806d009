#include "serve/connection.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "serve/error_response.h"

namespace unipic::serve {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kLineEnd = "\r\n";
constexpr size_t kPieceBytes = 16384;  // a TLS record's

using NameOfAddress = decltype(getpeername);

void find_ip_and_port(int socket, NameOfAddress& get, std::string& ip, int& port) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> service{};
  auto* any_address = reinterpret_cast<sockaddr*>(&address);
  if (get(socket, any_address, &size) != 0 ||
      getnameinfo(any_address, size, host.data(), host.size(), service.data(), service.size(),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return;
  }
  ip = host.data();
  port = std::atoi(service.data());
}

}  // namespace

Connection::Connection(int socket, SSL_CTX* tls, const ConnectionLimits& limits)
    : channel_(socket, tls), limits_(limits) {}

Connection::Arrival Connection::advance() {
  if (state_ == State::kEnding) return drain();
  for (;;) {
    while (unread().starts_with(kLineEnd)) take(kLineEnd.size());
    if (state_ == State::kIdle && !unread().empty()) enter(State::kHead);
    if (const size_t size = find_head_end(); size > 0) return take_head(size);
    if (unread().size() > limits_.max_head_bytes) {
      refuse(ApiError(431, "the request's headers are too long"));
      return Arrival::kWaiting;
    }
    switch (receive()) {
      case ByteChannel::State::kMoved:
        break;
      case ByteChannel::State::kBlocked:
        return Arrival::kWaiting;
      case ByteChannel::State::kEnded:
        return Arrival::kOver;
    }
  }
}

// The size of the head, or 0 if its end has not come.
size_t Connection::find_head_end() {
  const auto end = unread().find(kHeadEnd, num_searched_);
  if (end != std::string_view::npos) return end + kHeadEnd.size();
  num_searched_ = std::max(unread().size(), kHeadEnd.size()) - kHeadEnd.size();
  return 0;
}

Connection::Arrival Connection::take_head(size_t size) {
  const auto bytes = take(size);
  try {
    if (bytes.size() > limits_.max_head_bytes) {
      throw ApiError(431, "the request's headers are too long");
    }
    head_ = parse_request_head(bytes, limits_.request);
  } catch (const ApiError& error) {
    refuse(error);
    return Arrival::kWaiting;
  }
  head_bytes_read_ = 0;
  body_bytes_read_ = 0;
  body_pace_.reset();
  ++num_requests_;
  enter(State::kServed);
  return Arrival::kRequest;
}

Connection::Arrival Connection::time_out() {
  if (state_ != State::kHead) return Arrival::kOver;
  refuse(ApiError(408, "the request's headers took too long"));
  return Arrival::kWaiting;
}

Clock::time_point Connection::deadline() const {
  switch (state_) {
    case State::kIdle:
      return since_ + limits_.idle;
    case State::kHead:
      return since_ + limits_.head;
    case State::kEnding:
      return since_ + limits_.linger;
    case State::kServed:
      break;
  }
  return Clock::time_point::max();
}

void Connection::end() {
  channel_.end_sending();
  enter(State::kEnding);
}

void Connection::refuse(const ApiError& error) {
  channel_.send(last_response(error));
  end();
}

// A socket that is closed with bytes unread takes the last answer from the client, too.
Connection::Arrival Connection::drain() {
  buffer_.clear();
  num_taken_ = 0;
  const auto state = receive();
  return state == ByteChannel::State::kEnded ? Arrival::kOver : Arrival::kWaiting;
}

void Connection::enter(State state) {
  state_ = state;
  since_ = Clock::now();
}

std::string_view Connection::take(size_t size) {
  const auto bytes = unread().substr(0, size);
  num_taken_ += bytes.size();
  num_searched_ = 0;
  return bytes;
}

ByteChannel::State Connection::receive() {
  buffer_.erase(0, std::exchange(num_taken_, 0));
  const size_t size = buffer_.size();
  buffer_.resize(size + kPieceBytes);
  const auto moved = channel_.receive(std::span(buffer_).subspan(size));
  buffer_.resize(size + moved.bytes);
  return moved.state;
}

bool Connection::must_end() const {
  return is_last_request() || body_bytes_left() > 0 || body_error_ || has_failed_;
}

void Connection::expect_next() {
  head_ = {};
  enter(State::kIdle);
}

// A chunked body is read by httplib, which does not say where it ends: its framing counts as body,
// and no other request follows it.
uint64_t Connection::body_bytes_left() const {
  const auto size = head_.is_chunked ? limits_.request.max_body_bytes : head_.content_length;
  return size - body_bytes_read_;
}

ssize_t Connection::read(char* bytes, size_t size) {
  if (head_bytes_read_ < head_.text.size()) {
    const auto count = head_.text.copy(bytes, size, head_bytes_read_);
    head_bytes_read_ += count;
    return static_cast<ssize_t>(count);
  }
  if (body_bytes_left() == 0 && !head_.is_chunked) return 0;
  if (body_bytes_left() == 0) body_error_ = ApiError(413, "the body is above the limit");
  if (body_error_ || (unread().empty() && !receive_body())) return -1;
  const auto part = take(std::min<uint64_t>(size, body_bytes_left()));
  part.copy(bytes, part.size());
  body_bytes_read_ += part.size();
  return static_cast<ssize_t>(part.size());
}

bool Connection::receive_body() {
  if (!body_pace_) body_pace_.emplace(limits_.rate);
  for (;;) {
    const auto size_before = unread().size();
    const auto state = receive();
    body_pace_->moved(unread().size() - size_before);
    if (state == ByteChannel::State::kMoved) return true;
    has_failed_ = state == ByteChannel::State::kEnded;
    if (has_failed_) return false;
    if (!channel_.wait(body_pace_->deadline())) {
      body_error_ = ApiError(408, "the body took too long");
      return false;
    }
  }
}

ssize_t Connection::write(const char* bytes, size_t size) {
  Pace pace(limits_.rate);
  std::string_view rest(bytes, size);
  while (!rest.empty() && !has_failed_) {
    const auto moved = channel_.send(rest);
    rest.remove_prefix(moved.bytes);
    pace.moved(moved.bytes);
    has_failed_ = moved.state == ByteChannel::State::kEnded ||
                  (moved.state == ByteChannel::State::kBlocked && !channel_.wait(pace.deadline()));
  }
  return has_failed_ ? -1 : static_cast<ssize_t>(size);
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  find_ip_and_port(channel_.socket(), getpeername, ip, port);
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  find_ip_and_port(channel_.socket(), getsockname, ip, port);
}

}  // namespace unipic::serve
