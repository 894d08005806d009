#include "serve/connection.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>

#include "serve/listener.h"
#include "serve/raw_client.h"

namespace unipic::serve {
namespace {

using namespace std::chrono_literals;
using Arrival = Connection::Arrival;
using test::comes_true;

const std::string kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(size_t length) {
  return "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

const std::string kPostChunks = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

ConnectionLimits short_limits() {
  ConnectionLimits limits;
  limits.idle = limits.head = limits.linger = 50ms;
  limits.rate = {.window = 50ms, .bytes = 10};
  limits.request.max_body_bytes = 1000;
  return limits;
}

// A client and the server's end of its connection.
struct Pair {
  Listener listener{"127.0.0.1", 0};
  ConnectionLimits limits = short_limits();
  test::RawClient client{listener.port()};
  Connection server{listener.accept(), nullptr, limits};

  // Reads what has been sent until that makes a request or ends the connection.
  Arrival arrival() {
    auto result = Arrival::kWaiting;
    comes_true([&] {
      result = server.advance();
      return result != Arrival::kWaiting || server.is_ending();
    });
    return result;
  }
  // All that httplib would read, and -1 at its end as "!".
  std::string read_all() {
    std::string text;
    for (char byte = 0;;) {
      const auto count = server.read(&byte, 1);
      if (count < 0) return text + "!";
      if (count == 0) return text;
      text += byte;
    }
  }
};

TEST(Connection, TakesAHeadThatComesInPiecesAsOneRequest) {
  Pair pair;
  pair.client.send("\r\n" + kGet.substr(0, 20));
  EXPECT_TRUE(comes_true([&] {
    return pair.server.advance() == Arrival::kWaiting &&
           pair.server.deadline() > Clock::now() + 30ms;
  }));
  pair.client.send(kGet.substr(20));
  ASSERT_EQ(pair.arrival(), Arrival::kRequest);
  EXPECT_EQ(pair.read_all(), kGet);
  EXPECT_FALSE(pair.server.must_end());
}

TEST(Connection, GivesTheBodyAndNotAByteMore) {
  Pair pair;
  pair.client.send(post(5) + "hello" + kGet);
  ASSERT_EQ(pair.arrival(), Arrival::kRequest);
  EXPECT_TRUE(pair.server.must_end()) << "the body is unread";
  EXPECT_EQ(pair.read_all(), post(5) + "hello");
  EXPECT_FALSE(pair.server.must_end());
  pair.server.expect_next();
  ASSERT_EQ(pair.arrival(), Arrival::kRequest) << "of what came with the first";
  EXPECT_EQ(pair.read_all(), kGet);
  EXPECT_EQ(pair.server.num_requests(), 2);
}

TEST(Connection, HasNoBodyWhereNoLengthIsGiven) {
  Pair pair;
  const std::string head = "POST /a HTTP/1.1\r\nHost: x\r\n\r\n";
  pair.client.send(head + "junk");
  ASSERT_EQ(pair.arrival(), Arrival::kRequest);
  EXPECT_EQ(pair.read_all(), head);
}

TEST(Connection, RefusesAHeadBeyondTheLimit) {
  const std::string start = "GET /a HTTP/1.1\r\nHost: x\r\n";
  std::string headers;
  while (headers.size() < 33000) headers += "X-Header: 1\r\n";
  for (const auto& head : {start + headers + headers, start + headers + "\r\n"}) {
    Pair pair;
    pair.client.send(head);
    EXPECT_EQ(pair.arrival(), Arrival::kWaiting);
    EXPECT_TRUE(pair.server.is_ending());
    EXPECT_TRUE(pair.client.receive_until("}}").starts_with("HTTP/1.1 431 "));
  }
}

TEST(Connection, RefusesAHeadThatTakesTooLong) {
  Pair pair;
  pair.client.send("GET /a HTTP/1.1\r\n");
  std::this_thread::sleep_for(10ms);
  EXPECT_EQ(pair.server.advance(), Arrival::kWaiting);
  EXPECT_LE(pair.server.deadline(), Clock::now() + 50ms);
  EXPECT_EQ(pair.server.time_out(), Arrival::kWaiting);
  EXPECT_TRUE(pair.server.is_ending());
  EXPECT_TRUE(pair.client.receive_all().starts_with("HTTP/1.1 408 "));
}

TEST(Connection, IsOverWhenNoRequestComes) {
  Pair pair;
  EXPECT_EQ(pair.server.advance(), Arrival::kWaiting);
  EXPECT_EQ(pair.server.time_out(), Arrival::kOver);
}

TEST(Connection, CutsOffABodyThatIsTooSlow) {
  Pair pair;
  pair.client.send(post(100) + "begin");
  ASSERT_EQ(pair.arrival(), Arrival::kRequest);
  std::jthread drip([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pair.client.send("x");
      std::this_thread::sleep_for(20ms);
    }
  });
  const auto start = Clock::now();
  EXPECT_TRUE(pair.read_all().ends_with("!"));
  EXPECT_LT(Clock::now() - start, 300ms);
  ASSERT_TRUE(pair.server.body_error().has_value());
  EXPECT_EQ(pair.server.body_error()->status(), 408);
  EXPECT_TRUE(pair.server.must_end());
}

TEST(Connection, LetsABodyThroughThatIsSlowButSteady) {
  Pair pair;
  pair.client.send(post(200));
  ASSERT_EQ(pair.arrival(), Arrival::kRequest);
  const std::jthread drip([&] {
    for (int part = 0; part < 10; ++part) {
      std::this_thread::sleep_for(15ms);
      pair.client.send(std::string(20, 'x'));
    }
  });
  EXPECT_EQ(pair.read_all(), post(200) + std::string(200, 'x'));
}

TEST(Connection, ReadsChunksUpToTheLimit) {
  Pair pair;
  pair.client.send(kPostChunks + std::string(2000, 'x'));
  ASSERT_EQ(pair.arrival(), Arrival::kRequest);
  EXPECT_EQ(pair.read_all(), kPostChunks + std::string(1000, 'x') + "!");
  ASSERT_TRUE(pair.server.body_error().has_value());
  EXPECT_EQ(pair.server.body_error()->status(), 413);
}

TEST(Connection, TakesNoOtherRequestAfterChunks) {
  Pair pair;
  pair.client.send(kPostChunks + "0\r\n\r\n");
  ASSERT_EQ(pair.arrival(), Arrival::kRequest);
  EXPECT_TRUE(pair.server.is_last_request());
}

TEST(Connection, KnowsThatItsClientIsGone) {
  Pair pair;
  pair.client.send(kGet + "and bytes that nobody reads");
  ASSERT_EQ(pair.arrival(), Arrival::kRequest);
  EXPECT_FALSE(pair.server.is_gone());
  EXPECT_TRUE(pair.server.is_writable());
  pair.client.close();
  EXPECT_TRUE(comes_true([&] { return pair.server.is_gone(); }));
  EXPECT_FALSE(pair.server.is_writable());
}

TEST(Connection, GivesUpOnAClientThatDoesNotRead) {
  Pair pair;
  pair.client.send(kGet);
  ASSERT_EQ(pair.arrival(), Arrival::kRequest);
  const std::string answer(size_t{64} << 20, 'x');
  const auto start = Clock::now();
  EXPECT_EQ(pair.server.write(answer.data(), answer.size()), -1);
  EXPECT_LT(Clock::now() - start, 1s);
  EXPECT_TRUE(pair.server.must_end());
  EXPECT_FALSE(pair.server.is_writable());
}

TEST(Connection, LetsTheClientReadTheLastAnswer) {
  Pair pair;
  pair.client.send(post(1000) + std::string(500, 'x'));
  ASSERT_EQ(pair.arrival(), Arrival::kRequest);
  pair.server.refuse(ApiError(413, "no"));
  EXPECT_EQ(pair.server.advance(), Arrival::kWaiting) << "for the client";
  EXPECT_TRUE(pair.client.send(std::string(500, 'x')));
  const auto answer = pair.client.receive_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
  EXPECT_NE(answer.find("\"message\":\"no\""), std::string::npos) << answer;
  pair.client.close();
  EXPECT_EQ(pair.arrival(), Arrival::kWaiting);
  EXPECT_TRUE(comes_true([&] { return pair.server.advance() == Arrival::kOver; }));
}

TEST(Connection, KnowsTheAddressesOfBothSides) {
  Pair pair;
  std::string remote, local;
  int remote_port = 0, local_port = 0;
  pair.server.get_remote_ip_and_port(remote, remote_port);
  pair.server.get_local_ip_and_port(local, local_port);
  EXPECT_EQ(remote, "127.0.0.1");
  EXPECT_EQ(local, "127.0.0.1");
  EXPECT_EQ(local_port, pair.listener.port());
  EXPECT_GT(remote_port, 0);
}

}  // namespace
}  // namespace unipic::serve
