#include "serve/images_api.h"

#include <memory>
#include <utility>

#include "serve/api_error.h"
#include "serve/base64.h"
#include "serve/event_stream.h"
#include "serve/follow.h"
#include "serve/images_reply.h"
#include "serve/respond.h"

namespace unipic::serve {
namespace {

// A form's fields, and its first picture.
struct EditForm {
  Fields fields;
  std::string picture;  // a file, or the URL of one
};

bool is_multipart(const httplib::Request& request) {
  return request.get_header_value("Content-Type").starts_with("multipart/form-data");
}

EditForm read_form(const httplib::Request& request) {
  std::vector<std::pair<std::string, std::string>> texts;
  const std::string* picture = nullptr;
  for (const auto& [name, part] : request.files) {
    const bool is_picture = name == "image" || name == "image[]";
    if (name == "mask") throw ApiError(422, "mask: no model here can use one", "mask");
    if (is_picture && picture == nullptr) picture = &part.content;
    if (!is_picture) texts.emplace_back(name, part.content);
  }
  if (picture == nullptr) throw ApiError(400, "image is missing", "image");
  return {Fields::of_form(std::move(texts)), *picture};
}

// "image" is a data URL, or a list of them.
EditForm read_json(const httplib::Request& request) {
  auto fields = Fields::of_body(request.body);
  if (fields.has("mask")) throw ApiError(422, "mask: no model here can use one", "mask");
  const auto* image = fields.find("image");
  if (image != nullptr && image->is_array() && !image->empty()) image = &image->front();
  if (image == nullptr || !image->is_string())
    throw ApiError(400, "image wants data:image/...;base64,...", "image");
  auto file = from_data_url(image->get_ref<const std::string&>());
  if (!file) throw ApiError(400, "image is no data:image/...;base64,... URL", "image");
  return {std::move(fields), std::move(*file)};
}

std::string base_url(const httplib::Request& request, bool has_tls) {
  return fmt::format("{}://{}", has_tls ? "https" : "http", request.get_header_value("Host"));
}

}  // namespace

void ImagesApi::add_to(httplib::Server& server) {
  server.Post("/v1/images/generations",
              [this](const auto& request, auto& response) { generate(request, response); });
  server.Post("/v1/images/edits",
              [this](const auto& request, auto& response) { edit(request, response); });
}

void ImagesApi::generate(const httplib::Request& request, httplib::Response& response) {
  answer(request, generation_request(Fields::of_body(request.body), services_.rules()), response);
}

void ImagesApi::edit(const httplib::Request& request, httplib::Response& response) {
  const auto form = is_multipart(request) ? read_form(request) : read_json(request);
  auto images = edit_request(form.fields, picture_in(form.picture, "image", services_.limits),
                             services_.rules());
  const auto source_id = form.fields.text_or("source_id", "");
  if (services_.history.find(source_id)) images.source_id = source_id;
  answer(request, std::move(images), response);
}

void ImagesApi::answer(const httplib::Request& request, ImagesRequest images,
                       httplib::Response& response) {
  const auto job = services_.admission.submit(request, images.work);
  const auto is_gone = gone_check(request);
  const auto wanted = std::make_shared<const ImagesRequest>(std::move(images));
  const auto reply =
      std::make_shared<const ImagesReply>(*wanted, base_url(request, services_.has_tls));
  if (!wanted->streams) {
    const auto outcome = outcome_of(*job, is_gone);
    if (!outcome) return note_gone(response);
    const auto& drawn = std::get<Drawn>(*outcome);
    return respond(response,
                   reply->whole(keep(services_.history, *job, drawn, wanted->source_id), drawn));
  }
  stream_events(response, [this, job, is_gone, wanted, reply](const EventSink& sink) {
    follow(*job, is_gone, [&](JobEvent& event) {
      if (const auto* waiting = std::get_if<Waiting>(&event)) sink(reply->waiting(*waiting));
      if (const auto* step = std::get_if<Step>(&event)) sink(reply->progress(*step));
      if (const auto* preview = std::get_if<Preview>(&event)) sink(reply->partial(*preview));
      if (const auto* drawn = std::get_if<Drawn>(&event))
        sink(reply->completed(keep(services_.history, *job, *drawn, wanted->source_id), *drawn));
    });
  });
}

}  // namespace unipic::serve
