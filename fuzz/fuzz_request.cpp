// HTTP requests: any head is read or refused, any body becomes work within the limits or an
// ApiError.

#include <cstdint>
#include <string_view>

#include "serve/api_error.h"
#include "serve/base64.h"
#include "serve/chat_request.h"
#include "serve/images_request.h"
#include "serve/intent.h"
#include "serve/request_head.h"

namespace {

using namespace unipic::serve;

const std::vector<ModelName> kModels = {{"default", "default"}, {"large", "large"}};

RequestRules rules() {
  return {
      .limits = {.max_image_pixels = 1 << 16},
      .models = kModels,
      .facts = {
          {"default",
           {.default_size = 128, .default_steps = 32, .size_step = 16, .pixels_per_step = 256}}}};
}

void require(bool holds) {
  if (!holds) __builtin_trap();
}

void check_draw(const Work& work, const DrawWork& draw) {
  const auto known = rules();
  const auto& limits = known.limits;
  const auto& options = draw.request.options;
  require(!draw.request.prompt.empty() && draw.request.prompt.size() <= limits.max_prompt_bytes);
  require(options.count >= 1 && options.count <= limits.max_pictures);
  require(options.steps >= 0 && options.steps <= limits.max_steps);
  require(options.width >= 0 && options.height >= 0);
  require(options.width * options.height <= limits.max_pixels);
  // What sizes a model has is known once it is loaded.
  if (const auto* facts = known.facts_of(work.model))
    require(options.width % facts->size_step == 0 && options.height % facts->size_step == 0);
}

void read_head(std::string_view text) {
  const auto head = parse_request_head(text, {});
  // What is handed on, in which "%" is escaped, says the same of the body.
  const auto again = parse_request_head(head.text, {});
  require(again.content_length == head.content_length && again.is_chunked == head.is_chunked &&
          again.wants_close == head.wants_close);
}

void read_body(std::string_view text) {
  const auto fields = Fields::of_body(text);
  if (fields.has("messages")) {
    const auto chat = chat_request(fields, rules(),
                                   [](const std::string&) { return std::optional<std::string>(); });
    const auto* draw = std::get_if<DrawWork>(&chat.work.what);
    if (chat.reply.empty() && draw != nullptr) check_draw(chat.work, *draw);
  } else {
    const auto work = generation_request(fields, rules()).work;
    check_draw(work, std::get<DrawWork>(work.what));
  }
}

void read_words(std::string_view text) {
  intent_of(text, true);
  require(subject_of(text).size() <= text.size());
  if (const auto bytes = from_base64(text)) require(from_base64(to_base64(*bytes)) == *bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] == 'h') read_head(text);
    if (data[0] == 'b') read_body(text);
    if (data[0] == 'w') read_words(text);
  } catch (const ApiError&) {
  }
  return 0;
}
