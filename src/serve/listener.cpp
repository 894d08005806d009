#include "serve/listener.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "base/check.h"

namespace unipic::serve {
namespace {

constexpr int kBacklog = 512;

void set_option(int socket, int level, int option, int value) {
  setsockopt(socket, level, option, &value, sizeof(value));
}

// IPv4 first: of "localhost" that is the one every client tries.
std::vector<addrinfo> in_order(const addrinfo* found) {
  std::vector<addrinfo> addresses;
  for (; found != nullptr; found = found->ai_next) addresses.push_back(*found);
  std::stable_partition(addresses.begin(), addresses.end(),
                        [](const addrinfo& a) { return a.ai_family == AF_INET; });
  return addresses;
}

// -1 with errno if it cannot be done.
int open_at(const addrinfo& address) {
  const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return -1;
  set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  if (bind(socket, address.ai_addr, address.ai_addrlen) == 0 && listen(socket, kBacklog) == 0) {
    return socket;
  }
  const int error = errno;
  close(socket);
  errno = error;
  return -1;
}

int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  const auto port = address.ss_family == AF_INET6
                        ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                        : reinterpret_cast<const sockaddr_in&>(address).sin_port;
  return ntohs(port);
}

// A client whose machine was switched off is noticed after a minute.
void notice_loss(int socket) {
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

}  // namespace

Listener::Listener(const std::string& host, int port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  check(error == 0, "cannot listen at {}:{}: {}", host, port, gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  for (const auto& address : in_order(found)) {
    if (socket_ = open_at(address); socket_ >= 0) break;
  }
  check(socket_ >= 0, "cannot listen at {}:{}: {}", host, port, std::strerror(errno));
  port_ = port_of(socket_);
}

int Listener::accept() {
  const int socket = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (socket >= 0) {
    // Else each event of a stream waits for the client to confirm the one before.
    set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    notice_loss(socket);
  }
  return socket;
}

void Listener::close() {
  if (const int socket = std::exchange(socket_, -1); socket >= 0) ::close(socket);
}

}  // namespace unipic::serve
