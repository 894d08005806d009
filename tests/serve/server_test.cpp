#include "serve/server.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "base/json.h"
#include "support/temporary_folder.h"
#include "support/tiny_unipic1.h"

namespace unipic::serve {
namespace {

constexpr auto kGenerations = "/v1/images/generations";
constexpr auto kJson = "application/json";

// The whole server with a tiny model, and a client of it.
class TinyServer : public testing::Test {
 protected:
  TinyServer() { test::write_tiny_unipic1(folder_ / "tiny", torch::kBFloat16); }
  ~TinyServer() override {
    if (server_) server_->stop();
  }

  void start(ServerOptions options = {}) {
    options.models = {
        .model = folder_ / "tiny", .models_dir = {}, .load = {.dtype = DType::kBF16, .threads = 1}};
    options.http.port = 0;
    std::promise<std::string> url;
    options.on_listening = [&](const std::string& listening) { url.set_value(listening); };
    server_ = std::make_unique<Server>(std::move(options));
    thread_ = std::jthread([this] { server_->run(); });
    client_ = std::make_unique<httplib::Client>(url.get_future().get());
    while (client_->Get("/health")->status != 200) std::this_thread::yield();
  }

  httplib::Result draw(const std::string& fields = R"("num_inference_steps": 2)",
                       const char* type = kJson) {
    return client_->Post(kGenerations, R"({"prompt": "a dog", )" + fields + "}", type);
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<Server> server_;
  std::jthread thread_;
  std::unique_ptr<httplib::Client> client_;
};

TEST_F(TinyServer, SaysWhichMethodsAPathHas) {
  start();
  const auto wrong = client_->Get(kGenerations);
  EXPECT_EQ(wrong->status, 405);
  EXPECT_EQ(wrong->get_header_value("Allow"), "POST");
  EXPECT_EQ(client_->Patch("/v1/pictures/pic_1")->get_header_value("Allow"), "GET, HEAD, DELETE");
  EXPECT_EQ(client_->Head("/props")->status, 200);
  EXPECT_EQ(client_->Put("/nothing/here")->status, 404);
  const auto asked = client_->Options(kGenerations);
  EXPECT_EQ(asked->status, 204);
  EXPECT_EQ(asked->get_header_value("Allow"), "POST, OPTIONS");
}

TEST_F(TinyServer, LetsPagesOfAllowedOriginsReadItsAnswers) {
  ServerOptions options;
  options.guard.api_keys = {"key"};
  options.guard.allowed_origins = {"https://example.org"};
  start(std::move(options));
  const httplib::Headers page = {{"Origin", "https://example.org"}};
  const auto asked = client_->Options(kGenerations, page);  // browsers ask without the key
  EXPECT_EQ(asked->get_header_value("Access-Control-Allow-Origin"), "https://example.org");
  EXPECT_EQ(asked->get_header_value("Access-Control-Allow-Methods"), "POST");
  EXPECT_NE(asked->get_header_value("Access-Control-Allow-Headers").find("Authorization"),
            std::string::npos);
  const auto without_key = client_->Get("/props", page);
  EXPECT_EQ(without_key->status, 401);
  EXPECT_EQ(without_key->get_header_value("Access-Control-Allow-Origin"), "https://example.org");

  for (const char* origin : {"https://example.com", "null"}) {
    const httplib::Headers other = {{"Origin", origin}, {"Authorization", "Bearer key"}};
    EXPECT_EQ(client_->Get("/props", other)->status, 403);
    EXPECT_FALSE(client_->Options("/props", other)->has_header("Access-Control-Allow-Origin"));
  }
}

TEST_F(TinyServer, RefusesWhatTheModelCannotDrawBeforeAStreamBegins) {
  start();
  const auto reply = draw(R"("num_inference_steps": 37, "stream": true)");
  EXPECT_EQ(reply->status, 400);
  EXPECT_EQ(parse_json(reply->body, "reply")["error"]["param"], "num_inference_steps");
}

TEST_F(TinyServer, DrawsWhatStepsA1111sProgramsAskFor) {
  start();
  const auto reply =
      client_->Post("/sdapi/v1/txt2img", R"({"prompt": "a dog", "steps": 50})", kJson);
  ASSERT_EQ(reply->status, 200);
  const auto info = parse_json(parse_json(reply->body, "reply")["info"].get<std::string>(), "info");
  EXPECT_EQ(info["steps"], 36);
}

TEST_F(TinyServer, TakesJsonThatCurlCallsAForm) {
  start();
  const std::string user(20'000, 'x');
  EXPECT_EQ(draw(R"("user": ")" + user + '"', "application/x-www-form-urlencoded")->status, 200);
}

TEST_F(TinyServer, GivesAClientsPlaceBackWithTheAnswer) {
  ServerOptions options;
  options.max_requests_of_key = 1;
  start(std::move(options));
  for (int number = 0; number < 20; ++number) EXPECT_EQ(draw()->status, 200);
  // Also where A1111's part answers, and where the work fails.
  const auto too_long = client_->Post("/sdapi/v1/txt2img",
                                      R"({"prompt": "a dog", "width": 4, "cfg_scale": 99})", kJson);
  EXPECT_NE(too_long->status, 429);
  EXPECT_EQ(draw()->status, 200);
}

TEST_F(TinyServer, CountsPathsThatAreNotThereUnderOneName) {
  start();
  for (const char* path : {"/a", "/b", "/v1/nothing"}) client_->Get(path);
  std::string metrics;  // a request is counted once it is answered
  while (metrics.find(R"(route="other",status="404"} 3)") == std::string::npos)
    metrics = client_->Get("/metrics")->body;
  EXPECT_EQ(metrics.find("/v1/nothing"), std::string::npos);
}

}  // namespace
}  // namespace unipic::serve
