#pragma once

#include <httplib.h>

#include <functional>
#include <string>

namespace unipic::serve {

// Takes server-sent events for the one who asked; empty ones are nothing.
using EventSink = std::function<void(const std::string& events)>;

// Makes `response` a stream of what `write` gives. An exception in it becomes an "error" event.
void stream_events(httplib::Response& response, std::function<void(const EventSink& sink)> write);

}  // namespace unipic::serve
