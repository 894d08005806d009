#include "serve/server.h"

#include <atomic>
#include <ctime>
#include <mutex>
#include <thread>
#include <utility>

#include "base/check.h"
#include "serve/a1111_api.h"
#include "serve/api_error.h"
#include "serve/chat_api.h"
#include "serve/error_response.h"
#include "serve/images_api.h"
#include "serve/metrics.h"
#include "serve/operations_api.h"
#include "serve/page.h"
#include "serve/pictures_api.h"
#include "serve/routes.h"

namespace unipic::serve {
namespace {

constexpr std::chrono::seconds kGrace{30};  // for what runs when the server is asked to stop
constexpr std::chrono::milliseconds kLookInterval{50};

std::string now_as_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

bool is_work(const httplib::Request& request) {
  return request.method == "POST" &&
         (request.path.starts_with("/v1/") || request.path.starts_with("/sdapi/v1/"));
}

}  // namespace

class Server::Impl {
 public:
  explicit Impl(ServerOptions options)
      : options_(std::move(options)),
        guard_(options_.guard),
        history_(options_.history, options_.max_history),
        http_(options_.http),
        engine_(options_.models, options_.engine,
                [this](const std::string& message) { give_up(message); }),
        admission_(engine_, guard_, options_.max_requests_of_key),
        services_{.engine = engine_,
                  .admission = admission_,
                  .history = history_,
                  .limits = options_.limits,
                  .needs_key = !options_.guard.api_keys.empty(),
                  .has_tls = http_.has_tls()},
        images_(services_),
        chat_(services_),
        pictures_(services_),
        operations_(services_, metrics_),
        a1111_(services_) {
    add_routes();
  }

  void run() {
    std::jthread closer([this](const std::stop_token& token) { close_when_asked(token); });
    if (options_.on_listening) {
      options_.on_listening(fmt::format("{}://{}:{}", http_.has_tls() ? "https" : "http",
                                        options_.http.host, http_.port()));
    }
    http_.serve();
    closer.request_stop();
    const std::scoped_lock lock(mutex_);
    if (!failure_.empty()) throw Error(failure_);
  }

  void stop() {
    is_stopping_ = true;
    http_.stop_accepting();
  }

 private:
  using Clock = std::chrono::steady_clock;

  void add_routes() {
    auto& routes = http_.routes();
    routes.set_pre_routing_handler([this](const auto& request, auto& response) {
      return admit(request, response) ? httplib::Server::HandlerResponse::Unhandled
                                      : httplib::Server::HandlerResponse::Handled;
    });
    routes.set_exception_handler([](const auto&, auto& response, std::exception_ptr error) {
      write_error(api_error_of(error), response);
    });
    routes.set_logger(
        [this](const auto& request, const auto& response) { log(request, response); });
    routes.set_default_headers({{"X-Content-Type-Options", "nosniff"},
                                {"Referrer-Policy", "no-referrer"},
                                {"Cross-Origin-Resource-Policy", "same-origin"}});
    images_.add_to(routes);
    chat_.add_to(routes);
    pictures_.add_to(routes);
    operations_.add_to(routes);
    a1111_.add_to(routes);
    add_page(routes);
  }

  // Whether a handler is to answer.
  bool admit(const httplib::Request& request, httplib::Response& response) {
    let_page_read(request, response);
    const auto route = route_of(request.path);
    if (request.method == "OPTIONS" && !route.methods.empty()) {
      tell_methods(request, route, response);
      return false;
    }
    if (const auto refusal = guard_.refusal(request)) {
      write_error(*refusal, response);
      return false;
    }
    if (route.methods.empty()) {
      write_error(ApiError(404, fmt::format("there is no {}", request.path)), response);
      return false;
    }
    if (!allows(route, request.method)) {
      response.set_header("Allow", route.methods);
      write_error(ApiError(405, fmt::format("{} is for {}", route.name, route.methods)), response);
      return false;
    }
    if (is_work(request) && !engine_.state().is_ready) {
      write_error(ApiError(503, "the model is being loaded"), response);
      return false;
    }
    return true;
  }

  // Browsers keep answers from the pages of other origins unless this says that they may read them.
  void let_page_read(const httplib::Request& request, httplib::Response& response) const {
    const auto origin = guard_.allowed_origin_of(request);
    if (origin.empty()) return;
    response.set_header("Access-Control-Allow-Origin", origin);
    response.set_header("Vary", "Origin");
  }

  // Answers a browser that asks, without a key, what a page may send.
  void tell_methods(const httplib::Request& request, const Route& route,
                    httplib::Response& response) const {
    response.status = 204;
    response.set_header("Allow", route.methods + ", OPTIONS");
    if (guard_.allowed_origin_of(request).empty()) return;
    response.set_header("Access-Control-Allow-Methods", route.methods);
    response.set_header("Access-Control-Allow-Headers", "Authorization, Content-Type, X-API-Key");
    response.set_header("Access-Control-Max-Age", "600");
  }

  void log(const httplib::Request& request, const httplib::Response& response) {
    const auto* connection = HttpServer::find_connection(request);
    const double seconds = connection == nullptr ? 0 : connection->request_time().count();
    metrics_.count(route_of(request.path).name, response.status, seconds);
    if (!options_.on_access) return;
    const Json line = {{"time", now_as_text()},     {"client", request.remote_addr},
                       {"method", request.method},  {"path", request.path},
                       {"status", response.status}, {"seconds", seconds}};
    options_.on_access(line.dump(-1, ' ', false, Json::error_handler_t::replace));
  }

  void give_up(const std::string& message) {
    {
      const std::scoped_lock lock(mutex_);
      failure_ = message;
    }
    stop();
  }

  // Gives running requests their time, then cancels them.
  void close_when_asked(const std::stop_token& token) {
    while (!is_stopping_ && !token.stop_requested()) std::this_thread::sleep_for(kLookInterval);
    engine_.close();
    const auto deadline = Clock::now() + kGrace;
    while (!token.stop_requested() && Clock::now() < deadline)
      std::this_thread::sleep_for(kLookInterval);
    engine_.cancel_all();
  }

  const ServerOptions options_;
  Guard guard_;
  History history_;
  HttpServer http_;
  Metrics metrics_;
  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;
  std::string failure_;
  Engine engine_;
  Admission admission_;
  Services services_;
  ImagesApi images_;
  ChatApi chat_;
  PicturesApi pictures_;
  OperationsApi operations_;
  A1111Api a1111_;
};

Server::Server(ServerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Server::~Server() = default;
void Server::run() { impl_->run(); }
void Server::stop() { impl_->stop(); }

}  // namespace unipic::serve
