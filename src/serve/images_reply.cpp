#include "serve/images_reply.h"

#include <ctime>
#include <utility>

#include "serve/base64.h"

namespace unipic::serve {
namespace {

Json usage_of(const Drawn& drawn) {
  const int64_t image_tokens = num_tokens_of(drawn);
  return {
      {"input_tokens", drawn.num_prompt_tokens},
      {"output_tokens", image_tokens},
      {"total_tokens", drawn.num_prompt_tokens + image_tokens},
      {"input_tokens_details", {{"text_tokens", drawn.num_prompt_tokens}, {"image_tokens", 0}}}};
}

std::string size_of(const Image& image) { return fmt::format("{}x{}", image.width, image.height); }

}  // namespace

std::string server_sent(const std::string& name, Json data) {
  data["type"] = name;
  return fmt::format("event: {}\ndata: {}\n\n", name,
                     data.dump(-1, ' ', false, Json::error_handler_t::replace));
}

ImagesReply::ImagesReply(const ImagesRequest& request, std::string base_url)
    : request_(request),
      base_url_(std::move(base_url)),
      created_(std::time(nullptr)),
      is_edit_(request.work.kind() == "edit"),
      num_pictures_(std::get<DrawWork>(request.work.what).request.options.count) {}

Json ImagesReply::whole(const std::vector<KeptPicture>& pictures, const Drawn& drawn) const {
  Json data = Json::array();
  for (const auto& picture : pictures) {
    Json one = Json::object();
    add_picture(one, picture);
    data.push_back(std::move(one));
  }
  auto reply = shared(pictures.front().image);
  reply.erase("quality");  // has no "auto" here, unlike in events
  reply["created"] = created_;
  reply["data"] = std::move(data);
  reply["usage"] = usage_of(drawn);
  return reply;
}

std::string ImagesReply::waiting(const Waiting& waiting) const {
  if (!request_.wants_progress) return {};
  return event("progress",
               {{"step", 0}, {"steps", 0}, {"queued", true}, {"position", waiting.position}});
}

std::string ImagesReply::progress(const Step& step) const {
  if (!request_.wants_progress) return {};
  return event("progress", {{"step", step.step}, {"steps", step.num_steps}, {"queued", false}});
}

std::string ImagesReply::partial(const Preview& preview) const {
  auto data = shared(preview.image);
  data["created_at"] = created_;
  data["partial_image_index"] = preview.index;
  if (num_pictures_ > 1) data["image_index"] = preview.picture;
  data["b64_json"] = to_base64(encoded(preview.image, request_.format));
  return event("partial_image", std::move(data));
}

std::string ImagesReply::completed(const std::vector<KeptPicture>& pictures,
                                   const Drawn& drawn) const {
  std::string events;
  for (size_t index = 0; index < pictures.size(); ++index) {
    auto data = shared(pictures[index].image);
    data["created_at"] = created_;
    if (num_pictures_ > 1) data["image_index"] = index;
    add_picture(data, pictures[index]);
    data["usage"] = usage_of(drawn);
    events += event("completed", std::move(data));
  }
  return events;
}

Json ImagesReply::shared(const Image& image) const {
  return {{"background", "opaque"},
          {"output_format", request_.format.name},
          {"quality", "auto"},
          {"size", size_of(image)}};
}

void ImagesReply::add_picture(Json& to, const KeptPicture& picture) const {
  if (request_.wants_urls && !request_.streams) {
    to["url"] = fmt::format("{}/v1/pictures/{}/image", base_url_, picture.id);
  } else {
    to["b64_json"] = to_base64(encoded(picture.image, request_.format, picture.png));
  }
  to["seed"] = picture.seed;
  to["id"] = picture.id;
}

std::string ImagesReply::event(const std::string& what, Json data) const {
  return server_sent((is_edit_ ? "image_edit." : "image_generation.") + what, std::move(data));
}

}  // namespace unipic::serve
