#include "serve/chat_request.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "serve/api_error.h"
#include "serve/base64.h"
#include "serve/intent.h"

namespace unipic::serve {
namespace {

constexpr size_t kMostMessages = 1000;
constexpr int64_t kDefaultAnswerTokens = 512;
constexpr std::string_view kOwnPicture = "unipic:";  // before an id, as a URL

// What a conversation comes down to.
struct Conversation {
  std::string last_words;                  // of the user
  std::optional<std::string> picture_url;  // the last
};

[[noreturn]] void refuse(const std::string& what) {
  throw ApiError(400, "messages: " + what, "messages");
}

// The URL of an "image_url" part, whose value may be an object or the text itself.
std::string url_of(const Json& part) {
  const auto found = part.find("image_url");
  if (found != part.end() && found->is_string()) return found->get<std::string>();
  if (found != part.end() && found->is_object()) {
    const auto url = found->find("url");
    if (url != found->end() && url->is_string()) return url->get<std::string>();
  }
  refuse("an image_url part wants {\"url\": \"data:image/png;base64,...\"}");
}

class Reader {
 public:
  Conversation read(const Json& messages) {
    if (!messages.is_array() || messages.empty()) refuse("wants a list that is not empty");
    if (messages.size() > kMostMessages) refuse(fmt::format("more than {}", kMostMessages));
    for (const auto& message : messages) read_message(message);
    if (!user_spoke_last_) refuse("the last one is not the user's");
    return std::move(conversation_);
  }

 private:
  void read_message(const Json& message) {
    if (!message.is_object()) refuse("each is an object");
    const auto role = message.find("role");
    if (role == message.end() || !role->is_string()) refuse("each wants a role");
    user_spoke_last_ = *role == "user";
    if (user_spoke_last_) conversation_.last_words.clear();
    for (const char* key : {"content", "images"}) {
      const auto found = message.find(key);
      if (found == message.end() || found->is_null()) continue;
      if (found->is_string()) {
        add_words(found->get<std::string>());
      } else if (found->is_array()) {
        for (const auto& part : *found) read_part(part);
      } else {
        refuse(fmt::format("{} is neither a text nor a list of parts", key));
      }
    }
  }

  void read_part(const Json& part) {
    const auto type = part.is_object() ? part.find("type") : part.end();
    if (!part.is_object() || type == part.end()) refuse("a part wants a type");
    if (*type == "text") {
      const auto text = part.find("text");
      if (text == part.end() || !text->is_string()) refuse("a text part wants a text");
      add_words(text->get<std::string>());
    } else if (*type == "image_url") {
      conversation_.picture_url = url_of(part);
    } else {
      refuse(fmt::format("parts of type {} are not known", type->dump()));
    }
  }

  void add_words(const std::string& words) {
    if (!user_spoke_last_) return;
    if (!conversation_.last_words.empty()) conversation_.last_words += '\n';
    conversation_.last_words += words;
  }

  Conversation conversation_;
  bool user_spoke_last_ = false;
};

// A picture that a message holds.
struct ShownPicture {
  Image image;
  std::string id;  // if it is kept; else empty
};

ShownPicture shown_picture(const std::string& url, const RequestRules& rules,
                           const FindPicture& find) {
  if (url.starts_with(kOwnPicture)) {
    const auto id = url.substr(kOwnPicture.size());
    const auto png = find(id);
    if (!png) refuse(fmt::format("there is no picture '{}'", id.substr(0, 100)));
    return {picture_in(*png, "messages", rules.limits), id};
  }
  const auto file = from_data_url(url);
  if (!file)
    refuse("pictures come as data:image/...;base64,... and are not fetched from elsewhere");
  return {picture_in(*file, "messages", rules.limits), ""};
}

// What the request says of answers itself, where it does: pictures, or words alone.
enum class Modality { kAny, kImage, kText };
Modality modality_of(const Fields& fields) {
  const auto* modalities = fields.find("modalities");
  if (modalities == nullptr) return Modality::kAny;
  if (!modalities->is_array()) throw ApiError(400, "modalities wants a list", "modalities");
  const bool has_image =
      std::ranges::any_of(*modalities, [](const auto& one) { return one == "image"; });
  return has_image ? Modality::kImage : Modality::kText;
}

}  // namespace

ChatRequest chat_request(const Fields& fields, const RequestRules& rules, const FindPicture& find) {
  const auto* messages = fields.find("messages");
  if (messages == nullptr) throw ApiError(400, "messages is missing", "messages");
  const auto conversation = Reader().read(*messages);
  const auto& words = conversation.last_words;
  const bool has_picture = conversation.picture_url.has_value();
  auto intent = intent_of(words, has_picture);
  const auto modality = modality_of(fields);
  if (intent == Intent::kAsk && modality == Modality::kImage)
    intent = has_picture ? Intent::kEdit : Intent::kDraw;
  if (modality == Modality::kText) intent = Intent::kAsk;

  ChatRequest request;
  request.work.model = model_named(fields, rules.models);
  request.streams = fields.flag("stream");
  request.wants_progress = fields.flag("progress");
  if (const auto* options = fields.find("stream_options"); options != nullptr)
    request.wants_usage = Fields(*options).flag("include_usage");
  if (intent != Intent::kDraw && !has_picture) {
    request.reply =
        "There is no picture in this conversation yet. Attach one, or say what to draw.";
    return request;
  }
  if (intent == Intent::kAsk) {
    const auto* facts = rules.facts_of(request.work.model);
    if (facts != nullptr && !facts->can_describe)
      refuse(fmt::format("the model '{}' draws and edits; it does not describe pictures",
                         request.work.model));
    AskWork ask;
    ask.image = shown_picture(*conversation.picture_url, rules, find).image;
    ask.question = words.empty() ? "Describe the image in detail." : words;
    check_prompt(ask.question, "messages", rules.limits);
    const auto most = rules.limits.max_answer_tokens;
    const auto tokens = fields.integer("max_completion_tokens", 1, INT32_MAX);
    ask.options.max_tokens = std::min(
        most, tokens ? *tokens
                     : fields.integer("max_tokens", 1, INT32_MAX).value_or(kDefaultAnswerTokens));
    ask.options.temperature = fields.number("temperature", 0, 10).value_or(0);
    ask.options.top_p = std::max(fields.number("top_p", 0, 1).value_or(1), 1e-6);
    ask.options.seed = seed_of(fields);
    request.work.what = std::move(ask);
    return request;
  }
  DrawWork draw;
  draw.request = {intent == Intent::kDraw ? subject_of(words) : words,
                  draw_options(fields, request.work.model, rules)};
  check_prompt(draw.request.prompt, "messages", rules.limits);
  if (intent == Intent::kEdit) {
    auto source = shown_picture(*conversation.picture_url, rules, find);
    draw.source = std::move(source.image);
    request.source_id = std::move(source.id);
  }
  request.work.what = std::move(draw);
  if (request.streams) {
    request.work.previews.every =
        fields.integer("preview_every", 0, rules.limits.max_steps).value_or(0);
  }
  return request;
}

}  // namespace unipic::serve
