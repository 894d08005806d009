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

bool Job::replaces(const JobEvent& event, const JobEvent& unread) const {
  if (event.index() != unread.index()) return false;
  if (const auto* preview = std::get_if<Preview>(&event))
    return work_.previews.every > 0 && preview->picture == std::get<Preview>(unread).picture;
  return std::holds_alternative<Waiting>(event) || std::holds_alternative<Step>(event);
}

void Job::tell(JobEvent event) {
  {
    const std::scoped_lock lock(mutex_);
    std::erase_if(events_, [&](const JobEvent& unread) { return replaces(event, unread); });
    is_over_ = is_last(event);
    events_.push_back(std::move(event));
  }
  has_event_.notify_one();
}

}  // namespace unipic::serve
