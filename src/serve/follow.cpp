#include "serve/follow.h"

#include <utility>

namespace unipic::serve {
namespace {

constexpr std::chrono::milliseconds kLookInterval{50};

class CancelUnlessDone {
 public:
  explicit CancelUnlessDone(Job& job) : job_(job) {}
  ~CancelUnlessDone() {
    if (!is_done_) job_.cancel();
  }
  CancelUnlessDone(const CancelUnlessDone&) = delete;
  CancelUnlessDone& operator=(const CancelUnlessDone&) = delete;

  void done() { is_done_ = true; }

 private:
  Job& job_;
  bool is_done_ = false;
};

}  // namespace

bool follow(Job& job, const std::function<bool()>& is_gone,
            const std::function<void(JobEvent& event)>& on_event) {
  CancelUnlessDone guard(job);
  while (true) {
    auto event = job.wait_for_event(kLookInterval);
    if (is_gone()) return false;
    if (!event) continue;
    const bool last = is_last(*event);
    if (last) guard.done();
    if (const auto* failed = std::get_if<Failed>(&*event)) std::rethrow_exception(failed->error);
    on_event(*event);
    if (last) return true;
  }
}

std::optional<JobEvent> outcome_of(Job& job, const std::function<bool()>& is_gone) {
  std::optional<JobEvent> outcome;
  follow(job, is_gone, [&](JobEvent& event) {
    if (is_last(event)) outcome = std::move(event);
  });
  return outcome;
}

}  // namespace unipic::serve
