#include "serve/a1111_api.h"

#include <algorithm>
#include <utility>

#include "serve/api_error.h"
#include "serve/base64.h"
#include "serve/follow.h"
#include "serve/respond.h"

namespace unipic::serve {
namespace {

constexpr int64_t kPreviewsAPicture = 6;
constexpr int64_t kLongestCaption = 128;

// The file of a picture, which comes as base64, with or without "data:...," before it.
std::string file_in(const Json& text, const char* name) {
  if (text.is_string()) {
    const auto& characters = text.get_ref<const std::string&>();
    auto file =
        characters.starts_with("data:") ? from_data_url(characters) : from_base64(characters);
    if (file && !file->empty()) return *std::move(file);
  }
  throw ApiError(422, fmt::format("{} is no picture in base64", name), name);
}

// A1111's fields in our own words.
Fields in_our_words(const Fields& fields, const RequestRules& rules) {
  Json ours = Json::object();
  const auto rename = [&](const char* theirs, const char* name) {
    if (const auto* value = fields.find(theirs); value != nullptr) ours[name] = *value;
  };
  rename("prompt", "prompt");
  rename("negative_prompt", "negative_prompt");
  rename("seed", "seed");
  rename("cfg_scale", "guidance_scale");
  const auto width = fields.integer("width", 1, 1 << 20),
             height = fields.integer("height", 1, 1 << 20);
  if (width || height)
    ours["size"] = fmt::format("{}x{}", width.value_or(height.value_or(0)),
                               height.value_or(width.value_or(0)));
  if (auto steps = fields.integer("steps", 1, rules.limits.max_steps)) {
    // Programs that know diffusion models ask for as many of a small picture as of a large one.
    if (const auto* facts = rules.facts_of(rules.models.front().name)) {
      const int64_t side = facts->default_size;
      const int64_t most = facts->max_steps(width.value_or(height.value_or(side)),
                                            height.value_or(width.value_or(side)));
      steps = std::clamp<int64_t>(*steps, 1, std::max<int64_t>(most, 1));
    }
    ours["num_inference_steps"] = *steps;
  }
  const auto batch = fields.integer("batch_size", 1, rules.limits.max_pictures).value_or(1);
  const auto batches = fields.integer("n_iter", 1, rules.limits.max_pictures).value_or(1);
  ours["n"] = batch * batches;
  return Fields(std::move(ours));
}

Json info_of(const Drawn& drawn, const DrawRequest& request) {
  Json seeds = Json::array(), texts = Json::array(), prompts = Json::array();
  for (const auto& picture : drawn.pictures) {
    seeds.push_back(picture.seed);
    prompts.push_back(request.prompt);
    for (const auto& text : picture.texts) {
      if (text.keyword == "parameters") texts.push_back(text.text);
    }
  }
  const auto& first = drawn.pictures.front();
  return {{"prompt", request.prompt},
          {"all_prompts", prompts},
          {"negative_prompt", first.negative},
          {"seed", first.seed},
          {"all_seeds", seeds},
          {"width", first.image.width},
          {"height", first.image.height},
          {"sampler_name", "MAR"},
          {"cfg_scale", first.guidance},
          {"steps", first.num_steps},
          {"batch_size", drawn.pictures.size()},
          {"infotexts", texts}};
}

}  // namespace

void A1111Api::add_to(httplib::Server& server) {
  server.Post("/sdapi/v1/txt2img", [this](const auto& request, auto& response) {
    draw(Fields::of_body(request.body), {}, request, response);
  });
  server.Post("/sdapi/v1/img2img", [this](const auto& request, auto& response) {
    const auto fields = Fields::of_body(request.body);
    const auto* pictures = fields.find("init_images");
    if (pictures == nullptr || !pictures->is_array() || pictures->empty())
      throw ApiError(422, "init_images is missing", "init_images");
    draw(fields,
         picture_in(file_in(pictures->front(), "init_images"), "init_images", services_.limits),
         request, response);
  });
  server.Post("/sdapi/v1/interrogate",
              [this](const auto& request, auto& response) { interrogate(request, response); });
  server.Get("/sdapi/v1/progress",
             [this](const auto&, auto& response) { respond(response, progress()); });
  server.Post("/sdapi/v1/interrupt", [this](const auto&, auto& response) {
    interrupt();
    respond(response, Json::object());
  });
  server.Get("/sdapi/v1/options",
             [this](const auto&, auto& response) { respond(response, options()); });
  server.Post("/sdapi/v1/options", [this](const auto& request, auto& response) {
    // There is nothing to set; the name of another model is refused.
    const auto model = Fields::of_body(request.body).text("sd_model_checkpoint");
    if (model && !services_.engine.models().has(*model))
      throw ApiError(422, "there is no such model", "sd_model_checkpoint");
    respond(response, Json());
  });
  server.Get("/sdapi/v1/sd-models",
             [this](const auto&, auto& response) { respond(response, models()); });
  server.Get("/sdapi/v1/samplers", [](const auto&, auto& response) {
    respond(
        response,
        Json::array(
            {{{"name", "MAR"}, {"aliases", Json::array({"mar"})}, {"options", Json::object()}}}));
  });
}

void A1111Api::draw(const Fields& fields, std::optional<Image> source,
                    const httplib::Request& request, httplib::Response& response) {
  const auto rules = services_.rules();
  auto images = generation_request(in_our_words(fields, rules), rules);
  auto& work = std::get<DrawWork>(images.work.what);
  const auto wanted = work.request;
  work.source = std::move(source);
  images.work.previews.count = kPreviewsAPicture;
  const auto current = std::make_shared<Current>();
  current->job = services_.admission.submit(request, images.work);
  {
    const std::scoped_lock lock(mutex_);
    current_ = current;
  }
  // Also when the work fails.
  const std::shared_ptr<void> forget(nullptr, [this, current](void*) {
    const std::scoped_lock lock(mutex_);
    if (current_ == current) current_.reset();
  });
  std::optional<Drawn> drawn;
  const auto is_gone = gone_check(request);
  const auto is_over = [&] {
    const std::scoped_lock lock(mutex_);
    return current->is_interrupted || is_gone();
  };
  follow(*current->job, is_over, [&](JobEvent& event) {
    const std::scoped_lock lock(mutex_);
    if (const auto* step = std::get_if<Step>(&event)) {
      current->step = step->step;
      current->num_steps = step->num_steps;
    }
    if (const auto* preview = std::get_if<Preview>(&event); preview && preview->picture == 0)
      current->preview = to_base64(encoded(preview->image, {}));
    if (auto* last = std::get_if<Drawn>(&event)) drawn = std::move(*last);
  });
  if (!drawn && is_gone()) return note_gone(response);
  Json pictures = Json::array();
  Json info = Json::object();
  Json parameters = {{"prompt", wanted.prompt},
                     {"negative_prompt", wanted.options.negative.value_or("")},
                     {"batch_size", wanted.options.count}};
  if (drawn) {
    parameters["cfg_scale"] = drawn->pictures.front().guidance;
    for (const auto& picture : keep(services_.history, *current->job, *drawn, ""))
      pictures.push_back(to_base64(picture.png));
    info = info_of(*drawn, wanted);
  }
  respond(response, {{"images", std::move(pictures)},
                     {"parameters", std::move(parameters)},
                     {"info", info.dump(-1, ' ', false, Json::error_handler_t::replace)}});
}

void A1111Api::interrogate(const httplib::Request& request, httplib::Response& response) {
  const auto fields = Fields::of_body(request.body);
  const auto* picture = fields.find("image");
  if (picture == nullptr) throw ApiError(422, "image is missing", "image");
  AskWork ask;
  ask.image = picture_in(file_in(*picture, "image"), "image", services_.limits);
  ask.question = "Describe the image in detail.";
  ask.options.max_tokens = kLongestCaption;
  const auto job = services_.admission.submit(
      request, {services_.engine.models().default_name(), std::move(ask)});
  std::string caption;
  const bool is_done = follow(*job, gone_check(request), [&](JobEvent& event) {
    if (const auto* piece = std::get_if<TextPiece>(&event)) caption += piece->text;
  });
  if (!is_done) return note_gone(response);
  respond(response, {{"caption", caption}});
}

Json A1111Api::progress() {
  const std::scoped_lock lock(mutex_);
  const Current none;
  const auto& current = current_ ? *current_ : none;
  const bool runs = current_ && current.num_steps > 0;
  const double share =
      runs ? static_cast<double>(current.step) / static_cast<double>(current.num_steps) : 0;
  double left = 0;
  if (share > 0) {
    const std::chrono::duration<double> since = Job::Clock::now() - current.job->since();
    left = since.count() * (1 - share) / share;
  }
  return {{"progress", share},
          {"eta_relative", left},
          {"state",
           {{"skipped", false},
            {"interrupted", current.is_interrupted},
            {"job", current_ ? current.job->id() : ""},
            {"job_count", current_ ? 1 : 0},
            {"job_no", 0},
            {"sampling_step", current.step},
            {"sampling_steps", current.num_steps}}},
          {"current_image", current.preview.empty() ? Json() : Json(current.preview)},
          {"textinfo", Json()}};
}

void A1111Api::interrupt() {
  const std::scoped_lock lock(mutex_);
  if (current_) current_->is_interrupted = true;
}

Json A1111Api::options() const {
  return {{"sd_model_checkpoint", services_.engine.models().default_name()},
          {"samples_format", "png"}};
}

Json A1111Api::models() const {
  Json list = Json::array();
  for (const auto& model : services_.engine.models().names()) {
    list.push_back({{"title", model.name},
                    {"model_name", model.name},
                    {"hash", Json()},
                    {"sha256", Json()},
                    {"filename", model.name},
                    {"config", Json()}});
  }
  return list;
}

}  // namespace unipic::serve
