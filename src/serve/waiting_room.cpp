#include "serve/waiting_room.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "base/check.h"

namespace unipic::serve {
namespace {

// New clients before the others are looked at again.
constexpr int kMostAtOnce = 64;

// For poll(): until `deadline`, at least 0 and at most a minute.
int milliseconds_until(Clock::time_point deadline) {
  constexpr auto kMost = std::chrono::minutes(1);
  const auto left = std::min<Clock::duration>(deadline - Clock::now(), kMost);
  return static_cast<int>(
      std::max<int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(left).count()));
}

}  // namespace

WaitingRoom::WaitingRoom(Listener& listener, SSL_CTX* tls, const ConnectionLimits& limits,
                         const RoomLimits& room_limits)
    : listener_(listener),
      tls_(tls),
      limits_(limits),
      room_limits_(room_limits),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  check(wake_ >= 0, "too many open files");
}

WaitingRoom::~WaitingRoom() { close(wake_); }

void WaitingRoom::run(const std::function<void(Connection&)>& serve) {
  serve_ = serve;
  while (!is_stopping_ || num_connections() > 0) watch();
}

void WaitingRoom::give_back(Connection& connection) {
  const std::scoped_lock lock(mutex_);
  returned_.push_back(&connection);
  // Under the lock, as the room may end once it has found the connection there.
  wake();
}

void WaitingRoom::stop() {
  is_stopping_ = true;
  wake();
}

void WaitingRoom::wake() { eventfd_write(wake_, 1); }

// One round: waits for something to happen and sees to it.
void WaitingRoom::watch() {
  std::vector<pollfd> watched = {{wake_, POLLIN, 0}, {listener_.socket(), POLLIN, 0}};
  auto first_deadline = Clock::time_point::max();
  for (const auto& connection : waiting_) {
    watched.push_back({connection->socket(), connection->awaited_events(), 0});
    first_deadline = std::min(first_deadline, connection->deadline());
  }
  poll(watched.data(), watched.size(), milliseconds_until(first_deadline));
  eventfd_t ignored;
  eventfd_read(wake_, &ignored);
  if (is_stopping_) listener_.close();

  std::vector<short> events;
  for (size_t i = 2; i < watched.size(); ++i) events.push_back(watched[i].revents);
  look_at_all(events);
  take_back();
  if (!is_stopping_) accept_clients();
}

Connection::Arrival WaitingRoom::look_at(Connection& connection) const {
  if (is_stopping_ && !connection.is_ending()) connection.end();
  return connection.advance();
}

void WaitingRoom::look_at_all(const std::vector<short>& events) {
  const auto now = Clock::now();
  auto connections = std::exchange(waiting_, {});
  for (size_t i = 0; i < connections.size(); ++i) {
    auto& connection = connections[i];
    auto arrival = Connection::Arrival::kWaiting;
    if (events[i] != 0 || is_stopping_) arrival = look_at(*connection);
    if (arrival == Connection::Arrival::kWaiting && connection->deadline() <= now) {
      arrival = connection->time_out();
    }
    settle(std::move(connection), arrival);
  }
}

void WaitingRoom::take_back() {
  std::vector<Connection*> returned;
  {
    const std::scoped_lock lock(mutex_);
    returned.swap(returned_);
  }
  for (Connection* connection : returned) {
    auto owned = std::move(served_.extract(connection).mapped());
    const auto arrival = look_at(*owned);
    settle(std::move(owned), arrival);
  }
}

void WaitingRoom::settle(Owned connection, Connection::Arrival arrival) {
  if (arrival == Connection::Arrival::kOver) return;
  if (arrival == Connection::Arrival::kRequest && served_.size() >= room_limits_.max_requests) {
    connection->refuse(ApiError(503, "too many requests at a time"));
    arrival = Connection::Arrival::kWaiting;
  }
  if (arrival == Connection::Arrival::kWaiting) {
    waiting_.push_back(std::move(connection));
    return;
  }
  Connection& ready = *connection;
  served_.emplace(&ready, std::move(connection));
  serve_(ready);
}

void WaitingRoom::accept_clients() {
  for (int client = 0; client < kMostAtOnce; ++client) {
    const int socket = listener_.accept();
    if (socket >= 0) {
      admit(socket);
    } else if (errno == EMFILE || errno == ENFILE) {
      if (!waiting_.empty()) waiting_.erase(waiting_.begin());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

// In a full room, who has waited longest for his own request gives way.
void WaitingRoom::admit(int socket) {
  auto connection = std::make_unique<Connection>(socket, tls_, limits_);
  if (num_connections() >= room_limits_.max_connections) {
    if (waiting_.empty()) {
      connection->refuse(ApiError(503, "too many connections"));
      return;
    }
    waiting_.erase(waiting_.begin());
  }
  const auto arrival = connection->advance();
  settle(std::move(connection), arrival);
}

}  // namespace unipic::serve
