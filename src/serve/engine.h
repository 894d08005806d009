#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "serve/job.h"
#include "serve/models.h"
#include "unipic/error.h"
#include "unipic/model_facts.h"

namespace unipic::serve {

// There is no room for another request now.
class Busy : public Error {
 public:
  using Error::Error;
};

// The engine is about to end, or the request took too long.
class Unavailable : public Error {
 public:
  using Error::Error;
};

struct EngineOptions {
  size_t max_waiting = 64;    // requests
  int64_t max_pictures = 16;  // drawn at the same time
  size_t max_answers = 16;    // written at the same time
  int64_t max_seconds = 0;    // from a request to its end; 0: no limit
};

struct RunningJob {
  std::string id, kind;
  int64_t step = 0, num_steps = 0;
  double seconds = 0;
};

struct EngineState {
  bool is_ready = false;  // the default model is loaded
  std::vector<RunningJob> running;
  size_t num_waiting = 0;
};

// What the engine has done since it began.
struct EngineTotals {
  uint64_t pictures = 0, steps = 0, tokens = 0;  // a step is one of one picture
  uint64_t advances = 0;                         // of pictures together
  uint64_t finished = 0, failed = 0, cancelled = 0;
  double busy_seconds = 0;
};

// One thread that owns the models and carries out jobs: pictures step by step, those of waiting
// requests together where they fit, and answers token by token in as much time as the pictures
// take. Jobs join and leave between steps. Thread-safe.
class Engine {
 public:
  // Begins to load the default model; `on_failure` is called if that fails.
  Engine(ModelsOptions models, const EngineOptions& options,
         std::function<void(const std::string& message)> on_failure);
  // Cancels what is not done.
  ~Engine();

  const Models& models() const { return models_; }

  // Throws `Busy` when too many wait, `Unavailable` when the engine is about to end.
  std::shared_ptr<Job> submit(Work work);
  // Takes no more jobs; what was taken goes on.
  void close();
  // What was taken fails as `Unavailable`, within a step.
  void cancel_all() { must_cancel_ = true; }

  EngineState state() const;
  EngineTotals totals() const;
  // Those of the models that were loaded so far, by name.
  std::map<std::string, ModelFacts> facts() const;

 private:
  struct Pictures;  // begun together
  struct Text;

  void run();
  void load_default();
  const Pipeline& model_of(const std::string& name);
  bool wait_for_work();  // false: the engine ends
  std::vector<std::shared_ptr<Job>> take_waiting();
  void begin(std::vector<std::shared_ptr<Job>> jobs);
  void begin_pictures(const Pipeline& model, const std::vector<std::shared_ptr<Job>>& jobs);
  void begin_text(const Pipeline& model, const std::shared_ptr<Job>& job);
  void drop_those_over();
  void draw();
  void advance(const Pipeline& model, const std::vector<Pictures*>& together);
  void tell(Pictures& pictures);
  void finish(Pictures& pictures);
  void write(std::chrono::duration<double> time);
  void fail(Job& job, std::exception_ptr error);
  bool is_over(Job& job);
  bool is_used(const Pipeline& model) const;
  void publish(const std::vector<std::shared_ptr<Job>>& beginning = {});

  Models models_;
  const EngineOptions options_;
  const std::function<void(const std::string&)> on_failure_;

  mutable std::mutex mutex_;
  std::condition_variable has_work_;
  std::deque<std::shared_ptr<Job>> waiting_;
  bool is_closed_ = false, must_end_ = false;
  std::atomic<bool> must_cancel_ = false;
  uint64_t num_jobs_ = 0;
  EngineState state_;
  EngineTotals totals_;
  std::map<std::string, ModelFacts> facts_;

  // The engine's thread alone.
  std::list<Pictures> pictures_;
  std::list<Text> texts_;

  std::jthread thread_;
};

}  // namespace unipic::serve
