#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "serve/connection.h"
#include "serve/listener.h"

namespace unipic::serve {

struct RoomLimits {
  size_t max_connections = 512;
  size_t max_requests = 320;  // being served or waiting for a thread
};

// Where connections are while no request of theirs is served. One thread watches them all, so that
// clients that are idle or slow to send their request take no thread away from the others.
class WaitingRoom {
 public:
  // `tls` is null for plain HTTP. All three outlive the room.
  WaitingRoom(Listener& listener, SSL_CTX* tls, const ConnectionLimits& limits,
              const RoomLimits& room_limits);
  WaitingRoom(const WaitingRoom&) = delete;
  WaitingRoom& operator=(const WaitingRoom&) = delete;
  ~WaitingRoom();

  // Calls `serve`, which must not wait, with each connection whose request has arrived and that
  // some thread has to `give_back`. Returns after `stop`, once no connection is left.
  void run(const std::function<void(Connection&)>& serve);
  // The request was answered. From any thread.
  void give_back(Connection& connection);
  // No new connections and requests; those that are served go on. From any thread and from signal
  // handlers.
  void stop();
  bool is_stopping() const { return is_stopping_; }

 private:
  using Owned = std::unique_ptr<Connection>;

  void watch();
  void wake();
  Connection::Arrival look_at(Connection& connection) const;
  void look_at_all(const std::vector<short>& events);
  void take_back();
  void accept_clients();
  void admit(int socket);
  void settle(Owned connection, Connection::Arrival arrival);
  size_t num_connections() const { return waiting_.size() + served_.size(); }

  Listener& listener_;
  SSL_CTX* const tls_;
  const ConnectionLimits& limits_;
  const RoomLimits room_limits_;
  std::function<void(Connection&)> serve_;
  const int wake_;  // an eventfd
  std::atomic<bool> is_stopping_ = false;

  std::vector<Owned> waiting_;  // who came first is first
  std::unordered_map<const Connection*, Owned> served_;

  std::mutex mutex_;
  std::vector<Connection*> returned_;
};

}  // namespace unipic::serve
