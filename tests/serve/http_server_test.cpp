#include "serve/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/memory.h"
#include "serve/running_server.h"
#include "support/error.h"

namespace unipic::serve {
namespace {

using namespace std::chrono_literals;
using test::comes_true;
using test::error_of;
using test::RawClient;
using test::RunningServer;

const std::string kHello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kStream = "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kWait = "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(const std::string& headers, const std::string& body = "") {
  return "POST /size HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

bool is_status(const std::string& answer, int status) {
  return answer.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

// Whether a new client is served at once.
testing::AssertionResult serves_others(const RunningServer& running) {
  const auto start = Clock::now();
  const auto answer = running.connect().ask(kHello, "hello");
  const std::chrono::duration<double> time = Clock::now() - start;
  if (is_status(answer, 200) && time < 1s) return testing::AssertionSuccess();
  return testing::AssertionFailure() << time.count() << " s for '" << answer << "'";
}

TEST(HttpServer, AnswersManyRequestsOverOneConnection) {
  const RunningServer running;
  const auto client = running.connect();
  for (int request = 0; request < 20; ++request) {
    EXPECT_TRUE(is_status(client.ask(kHello, "hello"), 200));
    const auto answer = client.ask(post("Content-Length: 3\r\n", "abc"), "\r\n\r\n3");
    EXPECT_TRUE(answer.ends_with("3")) << answer;
  }
}

TEST(HttpServer, AnswersRequestsThatCameTogetherInOrder) {
  const RunningServer running;
  const auto answers =
      running.connect().ask(post("Content-Length: 3\r\n", "abc") + kHello +
                                "GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                            "");
  const auto size = answers.find("\r\n\r\n3");
  const auto hello = answers.find("\r\n\r\nhello");
  const auto none = answers.find("there is no GET /none");
  EXPECT_LT(size, hello);
  EXPECT_LT(hello, none);
  EXPECT_NE(none, std::string::npos) << answers;
}

TEST(HttpServer, ClosesAfterTheLastRequestOfAConnection) {
  auto options = RunningServer::options();
  options.max_requests_of_connection = 2;
  const RunningServer running(options);
  const auto answers = running.connect().ask(kHello + kHello + kHello, "");
  EXPECT_NE(answers.find("Keep-Alive: timeout=2, max=2"), std::string::npos) << answers;
  EXPECT_EQ(answers.find("Connection: close"), answers.rfind("HTTP/1.1 200") + 17) << answers;
}

TEST(HttpServer, ClosesWhenTheClientWantsThat) {
  const RunningServer running;
  for (const std::string head : {"GET /hello HTTP/1.0\r\n\r\n",
                                 "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n"}) {
    const auto answer = running.connect().ask(head, "");
    EXPECT_NE(answer.find("Connection: close"), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("hello"));
  }
}

TEST(HttpServer, EndsConnectionsThatAreIdle) {
  auto options = RunningServer::options();
  options.limits.idle = 50ms;
  const RunningServer running(options);
  EXPECT_EQ(running.connect().receive_all(), "");
  const auto client = running.connect();
  client.ask(kHello, "hello");
  EXPECT_EQ(client.receive_all(), "");
}

TEST(HttpServer, ServesOthersWhileHeadsAreSlow) {
  const RunningServer running;
  std::vector<RawClient> slow;
  for (int client = 0; client < 20; ++client) slow.push_back(running.connect());
  for (const auto& client : slow) client.send("GET /hello HTTP/1.1\r\n");
  EXPECT_TRUE(serves_others(running));
  for (const auto& client : slow) EXPECT_TRUE(is_status(client.receive_all(), 408));
}

TEST(HttpServer, CutsOffBodiesThatAreSlow) {
  const RunningServer running;
  const auto slow = running.connect();
  slow.send(post("Content-Length: 1000\r\n", "abc"));
  EXPECT_TRUE(serves_others(running));
  const auto answer = slow.receive_all();
  EXPECT_TRUE(is_status(answer, 408)) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("Keep-Alive"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\"type\":\"invalid_request_error\""), std::string::npos) << answer;
}

TEST(HttpServer, RefusesTenThousandHeaders) {
  const RunningServer running;
  std::string head = "GET /hello HTTP/1.1\r\nHost: x\r\n";
  for (int header = 0; header < 10000; ++header) head += "X-" + std::to_string(header) + ": 1\r\n";
  EXPECT_TRUE(is_status(running.connect().ask(head + "\r\n", ""), 431));
}

TEST(HttpServer, RefusesAGigabyteBeforeItComes) {
  const RunningServer running;
  EXPECT_TRUE(
      is_status(running.connect().ask(post("Content-Length: 1000000000\r\n", "abc"), ""), 413));
}

TEST(HttpServer, RefusesABodyOfEndlessChunks) {
  const RunningServer running;
  const std::string chunk = "10000\r\n" + std::string(65536, 'x') + "\r\n";
  for (const std::string type :
       {"application/json", "multipart/form-data; boundary=b", "application/octet-stream"}) {
    const auto before = resident_bytes();
    const auto client = running.connect();
    client.send(post("Content-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n"));
    client.send(
        "4f\r\n--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n"
        "X: 12345\r\n\r\n\r\n");
    EXPECT_TRUE(comes_true([&] { return !client.send(chunk); })) << "the connection stays open";
    EXPECT_LT(resident_bytes() - before, 40 << 20) << type;
  }
}

TEST(HttpServer, SaysThatChunksWereTooMany) {
  const RunningServer running;
  const std::string chunk = "20000\r\n" + std::string(131072, 'x') + "\r\n";
  const auto client = running.connect();
  client.send(post("Transfer-Encoding: chunked\r\n"));
  for (int part = 0; part < 9; ++part) client.send(chunk);
  EXPECT_TRUE(is_status(client.receive_all(), 413));
}

TEST(HttpServer, RefusesALineOfAChunkThatDoesNotEnd) {
  const RunningServer running;
  const auto client = running.connect();
  client.send(post("Transfer-Encoding: chunked\r\n", std::string(2 << 20, '1')));
  EXPECT_TRUE(is_status(client.receive_all(), 413));
}

TEST(HttpServer, TakesBodiesUpToTheLimit) {
  const RunningServer running;
  const std::string body(1 << 20, 'x');
  EXPECT_TRUE(running.connect()
                  .ask(post("Content-Length: 1048576\r\nConnection: close\r\n", body), "")
                  .ends_with("\r\n\r\n1048576"));
  EXPECT_TRUE(running.connect()
                  .ask(post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), "")
                  .ends_with("\r\n\r\n5"));
}

TEST(HttpServer, TakesForms) {
  const RunningServer running;
  httplib::Client client("127.0.0.1", running.server.port());
  const auto answer = client.Post("/size", {{"image", std::string(100000, '\r'), "a.png", ""},
                                            {"prompt", "a red apple", "", ""}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "100011");
}

TEST(HttpServer, SurvivesLongHeadersInForms) {
  const RunningServer running;
  const std::string body = "--b\r\nX: " + std::string(4000, 'a') +
                           "\r\nContent-Disposition: form-data; name=\"" + std::string(12000, 'a') +
                           "\"\r\n\r\nx\r\n--b--\r\n";
  const auto head = "Content-Type: multipart/form-data; boundary=b\r\nConnection: close\r\n";
  for (const size_t size : {body.size(), size_t{8192}, size_t{100}}) {
    const auto length = "Content-Length: " + std::to_string(size) + "\r\n";
    running.connect().ask(post(head + length, body.substr(0, size)), "");
  }
  EXPECT_TRUE(serves_others(running));
}

TEST(HttpServer, RefusesCompressedBodiesAndCompressesNothing) {
  const RunningServer running;
  EXPECT_TRUE(is_status(
      running.connect().ask(post("Content-Encoding: gzip\r\nContent-Length: 1\r\n", "x"), ""),
      415));
  const auto answer = running.connect().ask(
      "GET /hello HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br, gzip\r\n\r\n", "hello");
  EXPECT_EQ(answer.find("Content-Encoding"), std::string::npos) << answer;
}

TEST(HttpServer, TakesNoBodyForARequest) {
  RunningServer running;
  const std::string hidden = "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto length = "Content-Length: " + std::to_string(hidden.size()) + "\r\n\r\n";
  const auto answer =
      running.connect().ask("GET /hello HTTP/1.1\r\nHost: x\r\n" + length + hidden, "");
  EXPECT_NE(answer.find("Connection: close"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("hello"));
  EXPECT_EQ(running.num_waiting, 0);
}

TEST(HttpServer, RefusesBeforeTheBodyIsRead) {
  HttpServer server(RunningServer::options());
  server.routes().set_pre_routing_handler([](const auto&, auto& response) {
    response.status = 401;
    return httplib::Server::HandlerResponse::Handled;
  });
  const std::jthread thread([&] { server.serve(); });
  const RawClient client(server.port());
  const auto answer = client.ask(post("Content-Length: 1000000\r\n", "abc"), "");
  EXPECT_TRUE(is_status(answer, 401)) << answer;
  EXPECT_NE(answer.find("WWW-Authenticate: Bearer"), std::string::npos) << answer;
  EXPECT_NE(answer.find("authentication_error"), std::string::npos) << answer;
  server.stop_accepting();
}

TEST(HttpServer, MakesErrorObjectsOfWhatHandlersThrow) {
  HttpServer server(RunningServer::options());
  server.routes().Get("/usage", [](const auto&, auto&) { throw UsageError("no such model"); });
  server.routes().Get("/own", [](const auto&, auto& response) {
    response.status = 422;
    response.set_content("own words", "text/plain");
  });
  const std::jthread thread([&] { server.serve(); });
  httplib::Client client("127.0.0.1", server.port());
  const auto usage = client.Get("/usage");
  EXPECT_EQ(usage->status, 400);
  EXPECT_EQ(Json::parse(usage->body)["error"]["message"], "no such model");
  EXPECT_EQ(client.Get("/own")->body, "own words");
  EXPECT_EQ(Json::parse(client.Get("/none")->body)["error"]["type"], "not_found_error");
  EXPECT_EQ(client.Head("/none")->status, 404);
  server.stop_accepting();
}

TEST(HttpServer, TellsAHandlerThatItsClientIsGone) {
  RunningServer running;
  auto leaves = running.connect();
  const auto stays = running.connect();
  leaves.send(kWait);
  stays.send(kWait);
  ASSERT_TRUE(comes_true([&] { return running.num_waiting == 2; }));
  leaves.close();
  EXPECT_TRUE(comes_true([&] { return running.num_gone == 1; }));
  EXPECT_EQ(running.num_waiting, 1);
  running.is_released = true;
  EXPECT_TRUE(is_status(stays.receive_until("done"), 200));
}

// GET /stream sends "tick" until its client is gone, or "bye" once it `has_last_words`.
void add_stream(HttpServer& server, const std::atomic<bool>& has_last_words,
                std::atomic<bool>& has_ended) {
  server.routes().Get("/stream", [&](const auto&, auto& response) {
    response.set_chunked_content_provider(
        "text/event-stream",
        [&](size_t, httplib::DataSink& sink) {
          std::this_thread::sleep_for(1ms);
          if (!has_last_words) return sink.is_writable() && sink.write("tick", 4);
          sink.write("bye", 3);
          sink.done();
          return true;
        },
        [&](bool) { has_ended = true; });
  });
}

TEST(HttpServer, StopsAStreamWhoseClientIsGone) {
  std::atomic<bool> has_last_words = false, has_ended = false;
  HttpServer server(RunningServer::options());
  add_stream(server, has_last_words, has_ended);
  const std::jthread thread([&] { server.serve(); });
  RawClient client(server.port());
  const std::string two_ticks = "tick\r\n4\r\ntick";
  EXPECT_NE(client.ask(kStream, two_ticks).find(two_ticks), std::string::npos);
  EXPECT_FALSE(has_ended);
  client.close();
  EXPECT_TRUE(comes_true([&] { return has_ended.load(); }));
  server.stop_accepting();
}

TEST(HttpServer, CompletesAStreamWhenItStops) {
  std::atomic<bool> has_last_words = false, has_ended = false;
  HttpServer server(RunningServer::options());
  add_stream(server, has_last_words, has_ended);
  const std::jthread thread([&] { server.serve(); });
  const RawClient client(server.port());
  client.ask(kStream, "tick");
  server.stop_accepting();
  client.receive_until("tick");
  client.receive_until("tick");
  has_last_words = true;
  EXPECT_TRUE(client.receive_all().ends_with("3\r\nbye\r\n0\r\n\r\n"));
}

TEST(HttpServer, ServesOneAmongThreeHundredIdleConnections) {
  const RunningServer running;
  std::vector<RawClient> idle;
  for (int client = 0; client < 300; ++client) idle.push_back(running.connect());
  EXPECT_TRUE(serves_others(running));
  EXPECT_TRUE(is_status(idle.front().ask(kHello, "hello"), 200)) << "they may still ask";
}

TEST(HttpServer, CutsOffWhoWaitedLongestWhenItIsFull) {
  auto options = RunningServer::options();
  options.max_connections = 10;
  const RunningServer running(options);
  std::vector<RawClient> idle;
  for (int client = 0; client < 12; ++client) idle.push_back(running.connect());
  EXPECT_EQ(idle[0].receive_all(), "");
  EXPECT_EQ(idle[1].receive_all(), "");
  for (size_t client = 2; client < 12; ++client) {
    EXPECT_TRUE(is_status(idle[client].ask(kHello, "hello"), 200));
  }
}

TEST(HttpServer, TurnsRequestsAwayThatWouldWaitForTooMany) {
  auto options = RunningServer::options();
  options.num_threads = 1;
  options.max_waiting_requests = 1;
  RunningServer running(options);
  const auto first = running.connect();
  first.send(kWait);
  ASSERT_TRUE(comes_true([&] { return running.num_waiting == 1; }));
  const auto second = running.connect();
  second.send(kHello);
  std::this_thread::sleep_for(20ms);
  const auto answer = running.connect().ask(kHello, "");
  EXPECT_TRUE(is_status(answer, 503)) << answer;
  EXPECT_NE(answer.find("Retry-After: "), std::string::npos) << answer;
  running.is_released = true;
  EXPECT_TRUE(is_status(first.receive_until("done"), 200));
  EXPECT_TRUE(is_status(second.receive_until("hello"), 200));
}

TEST(HttpServer, FinishesWhatItServesWhenItStops) {
  RunningServer running;
  const auto idle = running.connect();
  idle.ask(kHello, "hello");
  const auto busy = running.connect();
  busy.send(kWait);
  ASSERT_TRUE(comes_true([&] { return running.num_waiting == 1; }));
  running.server.stop_accepting();
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_TRUE(comes_true([&] { return error_of([&] { running.connect(); }) != "no error"; }));
  running.is_released = true;
  const auto answer = busy.receive_all();
  EXPECT_TRUE(answer.ends_with("done")) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos) << answer;
  running.stop();
}

TEST(HttpServer, ReturnsAtOnceWhenItWasStoppedBefore) {
  HttpServer server(RunningServer::options());
  server.stop_accepting();
  server.serve();
}

TEST(HttpServer, SaysWhichAddressItCannotListenAt) {
  const HttpServer server(RunningServer::options());
  HttpServerOptions options;
  options.port = server.port();
  EXPECT_EQ(
      error_of([&] { HttpServer{options}; }),
      "cannot listen at 127.0.0.1:" + std::to_string(options.port) + ": Address already in use");
  options.host = "no.such.host.invalid";
  EXPECT_TRUE(
      error_of([&] { HttpServer{options}; }).starts_with("cannot listen at no.such.host.invalid:"));
}

TEST(HttpServer, RefusesMethodsThatDoNotExistItself) {
  const RunningServer server;
  for (const auto* method : {"QUERY", "get"}) {
    const auto request = std::string(method) + " /hello HTTP/1.1\r\nHost: x\r\n\r\n";
    const auto answer = server.connect().ask(request, "}");
    EXPECT_TRUE(is_status(answer, 405)) << method;
    EXPECT_NE(answer.find("\r\nAllow: GET"), std::string::npos) << answer;
  }
}

}  // namespace
}  // namespace unipic::serve
