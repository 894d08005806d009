#include "serve/job.h"

#include <utility>

namespace unipic::serve {

bool Previews::are_due(int64_t step, int64_t num_steps) const {
  if (step >= num_steps) return false;
  if (every > 0) return step % every == 0;
  const auto number_by = [&](int64_t at) { return at * (count + 1) / num_steps; };
  return number_by(step) > number_by(step - 1);
}

std::string_view Work::kind() const {
  const auto* draw = std::get_if<DrawWork>(&what);
  if (draw == nullptr) return "describe";
  return draw->source ? "edit" : "generate";
}

bool is_last(const JobEvent& event) {
  return std::holds_alternative<Drawn>(event) || std::holds_alternative<Answered>(event) ||
         std::holds_alternative<Failed>(event);
}

std::optional<JobEvent> Job::wait_for_event(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  if (!has_event_.wait_for(lock, timeout, [&] { return !events_.empty(); })) return {};
  auto event = std::move(events_.front());
  events_.pop_front();
  return event;
}

void Job::tell(JobEvent event) {
  const auto is_passing = [](const JobEvent& of) {
    return std::holds_alternative<Waiting>(of) || std::holds_alternative<Step>(of);
  };
  {
    const std::scoped_lock lock(mutex_);
    if (!events_.empty() && is_passing(events_.back()) && events_.back().index() == event.index())
      events_.pop_back();
    events_.push_back(std::move(event));
  }
  has_event_.notify_one();
}

}  // namespace unipic::serve
