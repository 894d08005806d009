#include "serve/metrics.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/memory.h"

namespace unipic::serve {
namespace {

template <typename Number>
std::string single(const char* name, const char* type, const char* help, Number value) {
  return fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, type, value);
}

}  // namespace

void Metrics::count(const std::string& route, int status, double seconds) {
  const auto bucket =
      static_cast<size_t>(std::ranges::lower_bound(kBounds, seconds) - kBounds.begin());
  const std::scoped_lock lock(mutex_);
  ++requests_[{route, status}];
  auto& latencies = latencies_[route];
  ++latencies.counts[bucket];
  latencies.sum += seconds;
}

std::string Metrics::text(const EngineState& state, const EngineTotals& totals,
                          int64_t num_pictures_kept) const {
  std::string text =
      "# HELP unipic_requests_total Requests by route and status.\n"
      "# TYPE unipic_requests_total counter\n";
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [key, count] : requests_) {
      text += fmt::format("unipic_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", key.first,
                          key.second, count);
    }
    text +=
        "# HELP unipic_request_seconds Time from a request to the end of its answer.\n"
        "# TYPE unipic_request_seconds histogram\n";
    for (const auto& [route, latencies] : latencies_) {
      uint64_t count = 0;
      for (size_t bucket = 0; bucket < latencies.counts.size(); ++bucket) {
        count += latencies.counts[bucket];
        const auto bound =
            bucket < kBounds.size() ? fmt::format("{}", kBounds[bucket]) : std::string("+Inf");
        text += fmt::format("unipic_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route,
                            bound, count);
      }
      text += fmt::format(
          "unipic_request_seconds_sum{{route=\"{0}\"}} {1}\n"
          "unipic_request_seconds_count{{route=\"{0}\"}} {2}\n",
          route, latencies.sum, count);
    }
  }
  text += single("unipic_requests_waiting", "gauge", "Requests in the queue.", state.num_waiting);
  text += single("unipic_requests_running", "gauge", "Requests that share the model now.",
                 state.running.size());
  text += single("unipic_pictures_total", "counter", "Pictures drawn.", totals.pictures);
  text += single("unipic_picture_steps_total", "counter", "Iterations, each picture's by itself.",
                 totals.steps);
  text +=
      single("unipic_steps_total", "counter", "Iterations of pictures together.", totals.advances);
  text += single("unipic_answer_tokens_total", "counter", "Tokens of answers.", totals.tokens);
  text += single("unipic_jobs_finished_total", "counter", "Jobs that came to their end.",
                 totals.finished);
  text += single("unipic_jobs_failed_total", "counter", "Jobs that failed.", totals.failed);
  text +=
      single("unipic_jobs_cancelled_total", "counter", "Jobs whose client left.", totals.cancelled);
  text += single("unipic_busy_seconds_total", "counter", "Time the model was at work.",
                 totals.busy_seconds);
  text += single("unipic_pictures_kept", "gauge", "Pictures in the history.", num_pictures_kept);
  text += single("unipic_resident_bytes", "gauge", "Resident memory.", resident_bytes());
  return text;
}

}  // namespace unipic::serve
