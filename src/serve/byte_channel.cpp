#include "serve/byte_channel.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/check.h"

namespace unipic::serve {
namespace {

bool poll_until(pollfd& watched, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    const int result = poll(&watched, 1, static_cast<int>(std::clamp<int64_t>(left, 0, 1 << 30)));
    if (result >= 0 || errno != EINTR) return result > 0;
  }
}

}  // namespace

ByteChannel::ByteChannel(int socket, SSL_CTX* tls) : socket_(socket), blocked_on_(POLLIN) {
  fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
  if (tls == nullptr) return;
  ssl_.reset(SSL_new(tls));
  if (ssl_ == nullptr || SSL_set_fd(ssl_.get(), socket_) != 1) {
    close(socket_);
    throw Error("no memory for a TLS connection");
  }
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_set_accept_state(ssl_.get());
}

ByteChannel::~ByteChannel() { close(socket_); }

ByteChannel::Moved ByteChannel::receive(std::span<char> bytes) {
  if (ssl_ == nullptr) {
    return outcome_of_socket(recv(socket_, bytes.data(), bytes.size(), 0), POLLIN);
  }
  if (is_broken_) return {State::kEnded};
  ERR_clear_error();
  size_t moved = 0;
  const int result = SSL_read_ex(ssl_.get(), bytes.data(), bytes.size(), &moved);
  return outcome_of_tls(result, moved);
}

ByteChannel::Moved ByteChannel::send(std::string_view bytes) {
  if (ssl_ == nullptr) {
    return outcome_of_socket(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), POLLOUT);
  }
  if (is_broken_) return {State::kEnded};
  ERR_clear_error();
  size_t moved = 0;
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &moved);
  return outcome_of_tls(result, moved);
}

void ByteChannel::end_sending() {
  if (ssl_ != nullptr && !is_broken_ && SSL_is_init_finished(ssl_.get()) == 1) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }
  shutdown(socket_, SHUT_WR);
}

ByteChannel::Moved ByteChannel::outcome_of_socket(ssize_t result, short event) {
  if (result > 0) return {State::kMoved, static_cast<size_t>(result)};
  if (result < 0 && (errno == EAGAIN || errno == EINTR)) {
    blocked_on_ = event;
    return {State::kBlocked};
  }
  return {State::kEnded};
}

ByteChannel::Moved ByteChannel::outcome_of_tls(int result, size_t bytes) {
  if (result == 1) return {State::kMoved, bytes};
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      blocked_on_ = POLLIN;
      return {State::kBlocked};
    case SSL_ERROR_WANT_WRITE:
      blocked_on_ = POLLOUT;
      return {State::kBlocked};
    case SSL_ERROR_ZERO_RETURN:
      return {State::kEnded};
    default:
      is_broken_ = true;
      return {State::kEnded};
  }
}

bool ByteChannel::wait(Clock::time_point deadline) const {
  pollfd watched{socket_, blocked_on_, 0};
  return poll_until(watched, deadline);
}

bool ByteChannel::is_gone() const {
  pollfd watched{socket_, POLLRDHUP, 0};
  return poll_until(watched, Clock::time_point()) && watched.revents != 0;
}

}  // namespace unipic::serve
