#include "serve/chat_reply.h"

#include <ctime>
#include <utility>

namespace unipic::serve {
namespace {

Json usage_of(int64_t num_prompt_tokens, int64_t num_tokens) {
  return {{"prompt_tokens", num_prompt_tokens},
          {"completion_tokens", num_tokens},
          {"total_tokens", num_prompt_tokens + num_tokens}};
}

Json image_parts(const std::vector<KeptPicture>& pictures) {
  Json parts = Json::array();
  for (const auto& picture : pictures) {
    parts.push_back({{"type", "image_url"},
                     {"image_url", {{"url", data_url(picture.png, {})}}},
                     {"id", picture.id},
                     {"seed", picture.seed}});
  }
  return parts;
}

std::string data_line(const Json& data) {
  return fmt::format("data: {}\n\n", data.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

ChatReply::ChatReply(const ChatRequest& request, std::string id)
    : request_(request), id_("chatcmpl-" + std::move(id)), created_(std::time(nullptr)) {}

Json ChatReply::whole_text(const std::string& text, const Answered& answered) const {
  return whole({{"role", "assistant"}, {"content", text}}, answered.is_complete,
               usage_of(answered.num_prompt_tokens, answered.num_tokens));
}

Json ChatReply::whole_pictures(const std::vector<KeptPicture>& pictures, const Drawn& drawn) const {
  return whole({{"role", "assistant"}, {"content", ""}, {"images", image_parts(pictures)}}, true,
               usage_of(drawn.num_prompt_tokens, num_tokens_of(drawn)));
}

Json ChatReply::whole_reply(const std::string& text) const {
  return whole({{"role", "assistant"}, {"content", text}}, true, usage_of(0, 0));
}

std::string ChatReply::text(const std::string& piece) {
  return chunk({{"content", piece}}, Json());
}

std::string ChatReply::pictures(const std::vector<KeptPicture>& pictures) {
  return chunk({{"content", ""}, {"images", image_parts(pictures)}}, Json());
}

std::string ChatReply::waiting(const Waiting& waiting) {
  if (!request_.wants_progress) return {};
  return chunk(Json::object(), Json(),
               {{"progress",
                 {{"step", 0}, {"steps", 0}, {"queued", true}, {"position", waiting.position}}}});
}

std::string ChatReply::progress(const Step& step) {
  if (!request_.wants_progress) return {};
  return chunk(Json::object(), Json(),
               {{"progress", {{"step", step.step}, {"steps", step.num_steps}}}});
}

std::string ChatReply::preview(const Preview& preview) {
  return chunk(Json::object(), Json(),
               {{"partial_image", data_url(encoded(preview.image, {}), {})}});
}

std::string ChatReply::end(bool is_complete, int64_t num_prompt_tokens, int64_t num_tokens) {
  auto text = chunk(Json::object(), is_complete ? "stop" : "length");
  if (request_.wants_usage) {
    auto last = envelope("chat.completion.chunk");
    last["choices"] = Json::array();
    last["usage"] = usage_of(num_prompt_tokens, num_tokens);
    text += data_line(last);
  }
  return text + "data: [DONE]\n\n";
}

Json ChatReply::envelope(const std::string& object) const {
  return {{"id", id_}, {"object", object}, {"created", created_}, {"model", request_.work.model}};
}

Json ChatReply::whole(Json message, bool is_complete, Json usage) const {
  auto reply = envelope("chat.completion");
  reply["choices"] = Json::array({{{"index", 0},
                                   {"message", std::move(message)},
                                   {"logprobs", Json()},
                                   {"finish_reason", is_complete ? "stop" : "length"}}});
  reply["usage"] = std::move(usage);
  return reply;
}

std::string ChatReply::chunk(Json delta, Json finish_reason, Json more) {
  if (!has_role_) delta["role"] = "assistant";
  has_role_ = true;
  auto data = envelope("chat.completion.chunk");
  data["choices"] = Json::array({{{"index", 0},
                                  {"delta", std::move(delta)},
                                  {"logprobs", Json()},
                                  {"finish_reason", std::move(finish_reason)}}});
  data.update(more);
  return data_line(data);
}

}  // namespace unipic::serve
