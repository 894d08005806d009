#include "serve/event_stream.h"

#include <utility>

#include "serve/api_error.h"
#include "serve/images_reply.h"

namespace unipic::serve {

void stream_events(httplib::Response& response, std::function<void(const EventSink& sink)> write) {
  response.set_header("Cache-Control", "no-store");
  response.set_chunked_content_provider(
      "text/event-stream", [write = std::move(write)](size_t /*offset*/, httplib::DataSink& sink) {
        const auto send = [&](const std::string& events) {
          if (!events.empty()) sink.write(events.data(), events.size());
        };
        try {
          write(send);
        } catch (const std::exception&) {
          send(server_sent("error", api_error_of(std::current_exception()).to_json()));
        }
        sink.done();
        return true;
      });
}

}  // namespace unipic::serve
