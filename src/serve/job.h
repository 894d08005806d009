#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "unipic/drawing.h"
#include "unipic/image.h"
#include "unipic/options.h"

// What requests ask of the engine, and what comes back.

namespace unipic::serve {

struct DrawWork {
  DrawRequest request;
  std::optional<Image> source;  // a picture to edit
};

struct AskWork {
  Image image;
  std::string question;
  DescribeOptions options;
};

// When pictures are shown before they are done.
struct Previews {
  int64_t count = 0;  // evenly spread over the steps
  int64_t every = 0;  // after so many steps, instead; 0: not

  // Whether a picture is due after `step` of `num_steps`.
  bool are_due(int64_t step, int64_t num_steps) const;
};

struct Work {
  std::string model;
  std::variant<DrawWork, AskWork> what;
  Previews previews = {};

  std::string_view kind() const;  // "generate", "edit" or "describe"
};

// What a job tells, in this order: `Waiting`s, steps and what they bring, one of the last three.
struct Waiting {
  int64_t position;  // 0: next
};
struct Step {
  int64_t step, num_steps;
};
struct Preview {
  int64_t picture, index;
  Image image;
};
struct TextPiece {
  std::string text;
};
struct Drawn {
  std::vector<Picture> pictures;
  int64_t num_prompt_tokens = 0;
};
struct Answered {
  bool is_complete;  // or cut by its limit
  int64_t num_prompt_tokens, num_tokens;
};
struct Failed {
  std::exception_ptr error;
};
using JobEvent = std::variant<Waiting, Step, Preview, TextPiece, Drawn, Answered, Failed>;

// Whether nothing comes after it.
bool is_last(const JobEvent& event);

// One request's work. The one who asked reads events; the engine writes them. Thread-safe.
class Job {
 public:
  using Clock = std::chrono::steady_clock;

  Job(std::string id, Work work) : id_(std::move(id)), work_(std::move(work)) {}

  const std::string& id() const { return id_; }
  const Work& work() const { return work_; }
  Clock::time_point since() const { return since_; }

  // The next event, or nothing if none comes in time.
  std::optional<JobEvent> wait_for_event(std::chrono::milliseconds timeout);
  // The work ends, soon, without another event.
  void cancel() { is_cancelled_ = true; }
  bool is_cancelled() const { return is_cancelled_; }

  // An unread event gives way to the next that says the same anew: a `Waiting`, a `Step` and, where
  // previews come `every` so many steps, one of the same picture.
  void tell(JobEvent event);
  // The last event was told.
  bool is_over() const { return is_over_; }

 private:
  bool replaces(const JobEvent& event, const JobEvent& unread) const;

  const std::string id_;
  const Work work_;
  const Clock::time_point since_ = Clock::now();
  std::atomic<bool> is_cancelled_ = false, is_over_ = false;
  std::mutex mutex_;
  std::condition_variable has_event_;
  std::deque<JobEvent> events_;
};

}  // namespace unipic::serve
