#include "serve/chat_api.h"

#include <memory>
#include <utility>

#include "serve/chat_reply.h"
#include "serve/event_stream.h"
#include "serve/follow.h"
#include "serve/respond.h"

namespace unipic::serve {
namespace {

// Where there is nothing to compute.
void say(const ChatRequest& chat, httplib::Response& response) {
  ChatReply reply(chat, "0");
  if (!chat.streams) return respond(response, reply.whole_reply(chat.reply));
  auto events = reply.text(chat.reply);
  events += reply.end(/*is_complete=*/true, 0, 0);
  stream_events(response, [events](const EventSink& sink) { sink(events); });
}

}  // namespace

void ChatApi::add_to(httplib::Server& server) {
  server.Post("/v1/chat/completions",
              [this](const auto& request, auto& response) { answer(request, response); });
}

void ChatApi::answer(const httplib::Request& request, httplib::Response& response) {
  auto chat = chat_request(Fields::of_body(request.body), services_.rules(),
                           [this](const std::string& id) { return services_.history.png(id); });
  if (!chat.reply.empty()) return say(chat, response);
  const auto job = services_.admission.submit(request, chat.work);
  if (!chat.streams) return answer_at_once(chat, *job, gone_check(request), response);

  const auto wanted = std::make_shared<const ChatRequest>(std::move(chat));
  const auto reply = std::make_shared<ChatReply>(*wanted, job->id());
  stream_events(response, [this, job, is_gone = gone_check(request), wanted,
                           reply](const EventSink& sink) {
    follow(*job, is_gone, [&](JobEvent& event) {
      if (const auto* waiting = std::get_if<Waiting>(&event)) sink(reply->waiting(*waiting));
      if (const auto* step = std::get_if<Step>(&event)) sink(reply->progress(*step));
      if (const auto* preview = std::get_if<Preview>(&event)) sink(reply->preview(*preview));
      if (const auto* piece = std::get_if<TextPiece>(&event)) sink(reply->text(piece->text));
      if (const auto* answered = std::get_if<Answered>(&event)) {
        sink(reply->end(answered->is_complete, answered->num_prompt_tokens, answered->num_tokens));
      }
      if (const auto* drawn = std::get_if<Drawn>(&event)) {
        sink(reply->pictures(keep(services_.history, *job, *drawn, wanted->source_id)));
        sink(reply->end(/*is_complete=*/true, drawn->num_prompt_tokens, num_tokens_of(*drawn)));
      }
    });
  });
}

void ChatApi::answer_at_once(const ChatRequest& chat, Job& job,
                             const std::function<bool()>& is_gone, httplib::Response& response) {
  const ChatReply reply(chat, job.id());
  std::string text;
  const bool is_done = follow(job, is_gone, [&](JobEvent& event) {
    if (const auto* piece = std::get_if<TextPiece>(&event)) text += piece->text;
    if (const auto* answered = std::get_if<Answered>(&event))
      respond(response, reply.whole_text(text, *answered));
    if (const auto* drawn = std::get_if<Drawn>(&event)) {
      respond(response,
              reply.whole_pictures(keep(services_.history, job, *drawn, chat.source_id), *drawn));
    }
  });
  if (!is_done) note_gone(response);
}

}  // namespace unipic::serve
