#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace unipic::test {

// A TCP connection to this machine that sends what no HTTP library would.
class RawClient {
 public:
  explicit RawClient(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0,
          "no connection to port {}", port);
  }
  RawClient(RawClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  RawClient& operator=(RawClient&&) = delete;
  ~RawClient() { close(); }

  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }

  // False once the other side is closed.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // What comes until the text `end`, or until the other side closes.
  std::string receive_until(std::string_view end) const {
    std::string text;
    std::array<char, 4096> bytes{};
    while (end.empty() || text.find(end) == std::string::npos) {
      pollfd watched{socket_, POLLIN, 0};
      check(poll(&watched, 1, 5000) == 1, "nothing came for 5 seconds after '{}'", text);
      const auto count = recv(socket_, bytes.data(), bytes.size(), 0);
      if (count <= 0) break;
      text.append(bytes.data(), static_cast<size_t>(count));
    }
    return text;
  }
  std::string receive_all() const { return receive_until(""); }

  std::string ask(std::string_view request, std::string_view end) const {
    send(request);
    return receive_until(end);
  }

 private:
  int socket_;
};

// Whether `holds` comes true within two seconds.
template <typename Condition>
bool comes_true(Condition&& holds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    usleep(1000);
  }
  return true;
}

}  // namespace unipic::test
