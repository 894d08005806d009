#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <span>
#include <string_view>

namespace unipic::serve {

using Clock = std::chrono::steady_clock;

// The bytes from and to one client, plain or TLS. Nothing but `wait` blocks. For one thread at a
// time, but for `is_gone`.
class ByteChannel {
 public:
  enum class State {
    kMoved,    // at least one byte
    kBlocked,  // nothing can move now
    kEnded,    // nothing will move any more
  };
  struct Moved {
    State state;
    size_t bytes = 0;
  };

  // Takes `socket` over. With `tls` the client has to speak TLS; its handshake is part of the first
  // calls of `receive`.
  ByteChannel(int socket, SSL_CTX* tls);
  ByteChannel(const ByteChannel&) = delete;
  ByteChannel& operator=(const ByteChannel&) = delete;
  ~ByteChannel();

  Moved receive(std::span<char> bytes);
  Moved send(std::string_view bytes);
  // Tells the client, as far as that goes without waiting, that nothing more is sent.
  void end_sending();

  // What poll() has to see on the socket before a call that was blocked is worth repeating.
  short blocked_on() const { return blocked_on_; }
  // Waits for that; false if `deadline` comes first.
  bool wait(Clock::time_point deadline) const;

  // Whether the client closed its side or is lost. From any thread.
  bool is_gone() const;
  int socket() const { return socket_; }
  bool is_tls() const { return ssl_ != nullptr; }

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  Moved outcome_of_tls(int result, size_t bytes);
  Moved outcome_of_socket(ssize_t result, short event);

  const int socket_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  bool is_broken_ = false;  // TLS forbids another call after an error
  short blocked_on_;
};

}  // namespace unipic::serve
