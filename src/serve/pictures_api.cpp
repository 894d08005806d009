#include "serve/pictures_api.h"

#include <charconv>

#include "serve/api_error.h"
#include "serve/respond.h"

namespace unipic::serve {
namespace {

constexpr int64_t kDefaultLimit = 30, kMostLimit = 200;
constexpr auto kIdPattern = "([a-z0-9_]{1,40})";

[[noreturn]] void refuse_id(const std::string& id) {
  throw ApiError(404, fmt::format("there is no picture '{}'", id), "id");
}

int64_t limit_of(const httplib::Request& request) {
  if (!request.has_param("limit")) return kDefaultLimit;
  const auto text = request.get_param_value("limit");
  int64_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit < 1 || limit > kMostLimit)
    throw ApiError(400, fmt::format("limit is not within 1 to {}", kMostLimit), "limit");
  return limit;
}

}  // namespace

void PicturesApi::add_to(httplib::Server& server) {
  const auto one = fmt::format("/v1/pictures/{}", kIdPattern);
  server.Get("/v1/pictures",
             [this](const auto& request, auto& response) { list(request, response); });
  server.Get(one, [this](const auto& request, auto& response) {
    show(request.matches[1].str(), response);
  });
  server.Get(one + "/image",
             [this](const auto& request, auto& response) { show_image(request, response); });
  server.Delete(one, [this](const auto& request, auto& response) {
    remove(request.matches[1].str(), response);
  });
}

void PicturesApi::list(const httplib::Request& request, httplib::Response& response) const {
  const int64_t limit = limit_of(request);
  const auto before = request.get_param_value("before");
  auto records = services_.history.list(limit + 1, before);
  if (!records) throw ApiError(404, fmt::format("there is no picture '{}'", before), "before");
  const bool has_more = static_cast<int64_t>(records->size()) > limit;
  if (has_more) records->pop_back();
  Json data = Json::array();
  for (const auto& record : *records) data.push_back(record.to_json());
  respond(response, {{"object", "list"}, {"data", std::move(data)}, {"has_more", has_more}});
}

void PicturesApi::show(const std::string& id, httplib::Response& response) const {
  const auto record = services_.history.find(id);
  if (!record) refuse_id(id);
  respond(response, record->to_json());
}

void PicturesApi::show_image(const httplib::Request& request, httplib::Response& response) const {
  const auto id = request.matches[1].str();
  const auto png = services_.history.png(id);
  if (!png) refuse_id(id);
  if (request.has_param("download")) {
    response.set_header("Content-Disposition", fmt::format("attachment; filename=\"{}.png\"", id));
  }
  response.set_header("Cache-Control", "private, max-age=31536000, immutable");
  response.set_content(*png, "image/png");
}

void PicturesApi::remove(const std::string& id, httplib::Response& response) const {
  if (!services_.history.remove(id)) refuse_id(id);
  respond(response, {{"id", id}, {"deleted", true}});
}

}  // namespace unipic::serve
