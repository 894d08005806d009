#pragma once

#include <httplib.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "serve/api_error.h"
#include "serve/byte_channel.h"
#include "serve/pace.h"
#include "serve/request_head.h"

namespace unipic::serve {

// How much time and space a client may take.
struct ConnectionLimits {
  std::chrono::milliseconds idle{5000};    // until the first byte of a request
  std::chrono::milliseconds head{10000};   // from there to the end of its headers
  LeastRate rate = {};                     // of its body, and of each part of the answer
  std::chrono::milliseconds linger{1000};  // for the client to read the last answer
  size_t max_head_bytes = size_t{32} << 10;
  HeadLimits request = {};
};

// One client's connection: requests that arrive one after another, and the answers. Heads are
// gathered without blocking, so that one thread can watch many connections; while a request is
// served another thread has the connection, which is httplib's stream of just that request.
class Connection : public httplib::Stream {
 public:
  enum class Arrival {
    kWaiting,  // for the socket or the deadline
    kRequest,  // can be served
    kOver,     // the connection is of no use any more
  };

  // Takes `socket` over; `tls` is null for plain HTTP.
  Connection(int socket, SSL_CTX* tls, const ConnectionLimits& limits);

  // Takes in what has come. A head that cannot be accepted is refused here.
  Arrival advance();
  // What to do at the deadline: a head that is still incomplete is refused with 408.
  Arrival time_out();
  Clock::time_point deadline() const;
  // What poll() is to watch the socket for until then.
  short awaited_events() const { return channel_.blocked_on(); }

  // Ends the connection: the client may still read what was sent, for a moment.
  void end();
  bool is_ending() const { return state_ == State::kEnding; }
  // Ends it with an answer, as far as that can be sent without waiting.
  void refuse(const ApiError& error);

  bool is_tls() const { return channel_.is_tls(); }

  // ---- While a request is served.

  // Whether the client closed its side, so that nobody waits for the answer. From any thread, while
  // the request is served. A client that sends its request and closes only that direction counts as
  // gone too.
  bool is_gone() const { return channel_.is_gone(); }
  // Why the body could not be read: too large or too slow.
  const std::optional<ApiError>& body_error() const { return body_error_; }
  // Whether no other request can follow this one, however it goes: the client said so.
  bool is_last_request() const { return head_.wants_close || head_.is_chunked; }
  // Whether none can as things are: also, the body was not read to its end or something failed.
  bool must_end() const;
  // The request was answered; waits for the next one.
  void expect_next();
  // Since its head had arrived.
  std::chrono::duration<double> request_time() const { return Clock::now() - since_; }
  // Those that were served, with the present one.
  int64_t num_requests() const { return num_requests_; }

  // Whether it is worth writing more; does not wait.
  bool is_writable() const override { return !has_failed_ && !is_gone(); }
  bool is_readable() const override { return !unread().empty(); }
  // The head, then the body and not a byte more: 0 at its end. -1: see `body_error`.
  ssize_t read(char* bytes, size_t size) override;
  // All of it, or -1.
  ssize_t write(const char* bytes, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return channel_.socket(); }

 private:
  enum class State { kIdle, kHead, kServed, kEnding };

  std::string_view unread() const { return std::string_view(buffer_).substr(num_taken_); }
  std::string_view take(size_t size);
  size_t find_head_end();
  ByteChannel::State receive();
  Arrival take_head(size_t size);
  Arrival drain();
  void enter(State state);
  uint64_t body_bytes_left() const;
  bool receive_body();

  ByteChannel channel_;
  const ConnectionLimits& limits_;
  State state_ = State::kIdle;
  Clock::time_point since_ = Clock::now();  // in this state
  std::string buffer_;
  size_t num_taken_ = 0;     // of the buffer's bytes
  size_t num_searched_ = 0;  // of those not taken: no head ends there

  // Of the request that is served.
  RequestHead head_;
  size_t head_bytes_read_ = 0;
  uint64_t body_bytes_read_ = 0;
  std::optional<Pace> body_pace_;
  std::optional<ApiError> body_error_;
  bool has_failed_ = false;
  int64_t num_requests_ = 0;
};

}  // namespace unipic::serve
