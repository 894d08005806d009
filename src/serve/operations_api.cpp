#include "serve/operations_api.h"

#include <algorithm>
#include <ctime>

#include "serve/api_error.h"
#include "serve/respond.h"
#include "unipic/version.h"

namespace unipic::serve {

void OperationsApi::add_to(httplib::Server& server) {
  server.Get("/health", [this](const auto&, auto& response) {
    const bool is_ready = services_.engine.state().is_ready;
    respond(response, {{"status", is_ready ? "ok" : "loading"}});
    if (!is_ready) response.status = 503;
  });
  server.Get("/props", [this](const auto&, auto& response) { respond(response, props()); });
  server.Get("/slots", [this](const auto&, auto& response) { respond(response, slots()); });
  server.Get("/metrics", [this](const auto&, auto& response) {
    response.set_content(metrics_.text(services_.engine.state(), services_.engine.totals(),
                                       services_.history.num_pictures()),
                         "text/plain; version=0.0.4");
  });
  server.Get("/v1/models", [this](const auto&, auto& response) { respond(response, models()); });
  server.Get("/v1/models/(.+)", [this](const auto& request, auto& response) {
    const auto& names = services_.engine.models().names();
    const auto found = std::ranges::find(names, request.matches[1].str(), &ModelName::name);
    if (found == names.end()) throw ApiError(404, "there is no such model", "model");
    respond(response, model(*found));
  });
}

Json OperationsApi::props() const {
  const auto rules = services_.rules();
  const auto* found = rules.facts_of(services_.engine.models().default_name());
  const auto facts = found == nullptr ? ModelFacts{} : *found;
  const auto& limits = services_.limits;
  return {{"version", version()},
          {"model", services_.engine.models().default_name()},
          {"default_size", facts.default_size},
          {"default_steps", facts.default_steps},
          {"default_guidance", facts.default_guidance},
          {"default_temperature", GenerateOptions().temperature},
          {"size_step", facts.size_step},
          {"pixels_per_step", facts.pixels_per_step},
          {"limits",
           {{"max_n", limits.max_pictures},
            {"max_pixels", limits.max_pixels},
            {"max_steps", limits.max_steps},
            {"max_prompt_bytes", limits.max_prompt_bytes},
            {"max_body_bytes", limits.max_body_bytes}}},
          {"needs_key", services_.needs_key}};
}

Json OperationsApi::slots() const {
  const auto state = services_.engine.state();
  Json running = Json::array();
  for (const auto& job : state.running) {
    running.push_back({{"id", job.id},
                       {"task", job.kind},
                       {"step", job.step},
                       {"steps", job.num_steps},
                       {"seconds", job.seconds}});
  }
  return {{"running", std::move(running)}, {"queued", state.num_waiting}};
}

Json OperationsApi::models() const {
  Json data = Json::array();
  for (const auto& name : services_.engine.models().names()) data.push_back(model(name));
  return {{"object", "list"}, {"data", std::move(data)}};
}

Json OperationsApi::model(const ModelName& model) const {
  Json json = {
      {"id", model.name}, {"object", "model"}, {"created", model.created}, {"owned_by", "unipic"}};
  const auto rules = services_.rules();
  if (const auto* facts = rules.facts_of(model.name))
    json["default_size"] = fmt::format("{0}x{0}", facts->default_size);
  return json;
}

}  // namespace unipic::serve
