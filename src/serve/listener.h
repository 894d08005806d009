#pragma once

#include <string>

namespace unipic::serve {

// A TCP port that clients connect to.
class Listener {
 public:
  // Port 0: one that is free. Throws `Error` if the address is unknown or in use.
  Listener(const std::string& host, int port);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { close(); }

  int port() const { return port_; }
  // For poll().
  int socket() const { return socket_; }
  // The next client's socket, or -1 with errno if none is to be had now. Does not wait.
  int accept();
  // New clients are turned away from now on.
  void close();

 private:
  int socket_ = -1;
  int port_ = 0;
};

}  // namespace unipic::serve
