#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "serve/http_server.h"
#include "serve/running_server.h"
#include "serve/self_signed.h"
#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::serve {
namespace {

using namespace std::chrono_literals;
using test::comes_true;
using test::error_of;
using test::RunningServer;

class Tls : public testing::Test {
 protected:
  void SetUp() override {
    test::write_self_signed(certificate_, key_);
    options_.tls_certificate = certificate_;
    options_.tls_key = key_;
  }
  std::string error() {
    return error_of([&] { HttpServer{options_}; });
  }

  const test::TemporaryFolder folder_;
  const std::filesystem::path certificate_ = folder_ / "certificate.pem";
  const std::filesystem::path key_ = folder_ / "key.pem";
  HttpServerOptions options_ = RunningServer::options();
};

// Takes no certificate but the server's.
struct TlsClient : httplib::SSLClient {
  TlsClient(const RunningServer& running, const std::string& certificate)
      : SSLClient("localhost", running.server.port()) {
    set_ca_cert_path(certificate);
  }
};

TEST_F(Tls, ServesRequestsOverOneConnection) {
  options_.limits.head = options_.limits.idle = 5s;
  const RunningServer running(options_);
  TlsClient client(running, certificate_);
  client.set_keep_alive(true);
  const std::string body(300000, 'x');
  for (int request = 0; request < 3; ++request) {
    const auto hello = client.Get("/hello");
    ASSERT_TRUE(hello) << to_string(hello.error());
    EXPECT_EQ(hello->body, "hello");
    const auto size = client.Post("/size", body, "text/plain");
    ASSERT_TRUE(size) << to_string(size.error());
    EXPECT_EQ(size->body, "300000");
  }
}

TEST_F(Tls, TellsAHandlerThatItsClientIsGone) {
  RunningServer running(options_);
  TlsClient client(running, certificate_);
  std::jthread leaves([&] { client.Get("/wait"); });
  ASSERT_TRUE(comes_true([&] { return running.num_waiting == 1; }));
  client.stop();
  EXPECT_TRUE(comes_true([&] { return running.num_gone == 1; }));
}

TEST_F(Tls, ServesOthersWhileHandshakesAreSlow) {
  options_.limits.idle = 200ms;
  const RunningServer running(options_);
  std::vector<test::RawClient> slow;
  for (int client = 0; client < 20; ++client) slow.push_back(running.connect());
  for (const auto& client : slow) client.send("\x16\x03\x01");
  const auto hello = TlsClient(running, certificate_).Get("/hello");
  EXPECT_TRUE(hello);
  for (const auto& client : slow) EXPECT_EQ(client.receive_all(), "");
}

TEST_F(Tls, ClosesWhenTheClientSpeaksPlainHttp) {
  const RunningServer running(options_);
  const auto answer = running.connect().ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", "");
  EXPECT_EQ(answer.find("hello"), std::string::npos);
}

TEST_F(Tls, IsNotSpokenInOldVersions) {
  const RunningServer running(options_);
  TlsClient client(running, certificate_);
  SSL_CTX_set_security_level(client.ssl_context(), 0);
  SSL_CTX_set_min_proto_version(client.ssl_context(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(client.ssl_context(), TLS1_1_VERSION);
  EXPECT_FALSE(client.Get("/hello"));
  SSL_CTX_set_max_proto_version(client.ssl_context(), TLS1_2_VERSION);
  EXPECT_TRUE(client.Get("/hello"));
}

TEST_F(Tls, SaysWhichFileIsWrong) {
  options_.tls_certificate = folder_ / "none.pem";
  EXPECT_TRUE(error().starts_with((folder_ / "none.pem").string() + ": not a PEM certificate"))
      << error();
  options_.tls_certificate = certificate_;
  options_.tls_key = certificate_;
  EXPECT_TRUE(error().starts_with(certificate_.string() + ": not a PEM private key")) << error();
  test::write_self_signed(folder_ / "other.pem", folder_ / "other_key.pem");
  options_.tls_key = folder_ / "other_key.pem";
  EXPECT_NE(error().find("that belongs to " + certificate_.string()), std::string::npos) << error();
}

TEST_F(Tls, NeedsBothFiles) {
  options_.tls_key.clear();
  EXPECT_EQ(error(), "TLS needs both a certificate and a key");
}

}  // namespace
}  // namespace unipic::serve
