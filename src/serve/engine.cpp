#include "serve/engine.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace unipic::serve {
namespace {

using Clock = Job::Clock;
using Seconds = std::chrono::duration<double>;

// How long answers may go on between two steps of pictures, at least.
constexpr Seconds kShortestTurn{0.02};

double seconds_since(Clock::time_point start) { return Seconds(Clock::now() - start).count(); }

const DrawWork* draw_work(const Job& job) { return std::get_if<DrawWork>(&job.work().what); }

int64_t num_pictures(const Job& job) {
  const auto* draw = draw_work(job);
  return draw == nullptr ? 0 : draw->request.options.count;
}

}  // namespace

struct Engine::Pictures {
  // A job's pictures are neighbours.
  struct Share {
    std::shared_ptr<Job> job;
    int64_t num_pictures, num_previews = 0;
  };

  const Pipeline& model;
  Drawing drawing;
  std::vector<Share> shares;
};

struct Engine::Text {
  const Pipeline& model;
  Answer answer;
  std::shared_ptr<Job> job;
};

Engine::Engine(ModelsOptions models, const EngineOptions& options,
               std::function<void(const std::string& message)> on_failure)
    : models_(std::move(models)),
      options_(options),
      on_failure_(std::move(on_failure)),
      thread_([this] { run(); }) {}

Engine::~Engine() {
  {
    const std::scoped_lock lock(mutex_);
    is_closed_ = must_end_ = true;
  }
  has_work_.notify_all();
}

std::shared_ptr<Job> Engine::submit(Work work) {
  std::shared_ptr<Job> job;
  {
    const std::scoped_lock lock(mutex_);
    if (is_closed_) throw Unavailable("the server is about to stop");
    if (waiting_.size() >= options_.max_waiting)
      throw Busy(fmt::format("{} requests are waiting already", waiting_.size()));
    job = std::make_shared<Job>(fmt::format("req_{:06}", ++num_jobs_), std::move(work));
    job->tell(Waiting{static_cast<int64_t>(waiting_.size())});
    waiting_.push_back(job);
    state_.num_waiting = waiting_.size();
  }
  has_work_.notify_one();
  return job;
}

void Engine::close() {
  const std::scoped_lock lock(mutex_);
  is_closed_ = true;
}

EngineState Engine::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

EngineTotals Engine::totals() const {
  const std::scoped_lock lock(mutex_);
  return totals_;
}

std::map<std::string, ModelFacts> Engine::facts() const {
  const std::scoped_lock lock(mutex_);
  return facts_;
}

void Engine::run() {
  load_default();
  while (wait_for_work()) {
    const auto start = Clock::now();
    drop_those_over();
    auto taken = take_waiting();
    publish(taken);
    begin(std::move(taken));
    publish();
    const auto drawing_since = Clock::now();
    draw();
    write(std::max(kShortestTurn, Seconds(Clock::now() - drawing_since)));
    publish();
    const std::scoped_lock lock(mutex_);
    totals_.busy_seconds += seconds_since(start);
  }
}

void Engine::load_default() {
  try {
    model_of(models_.default_name());
    const std::scoped_lock lock(mutex_);
    state_.is_ready = true;
  } catch (const std::exception& error) {
    on_failure_(error.what());
  }
}

const Pipeline& Engine::model_of(const std::string& name) {
  const auto& model = models_.get(name, [&](const Pipeline& loaded) { return is_used(loaded); });
  const std::scoped_lock lock(mutex_);
  facts_.insert_or_assign(name, model.facts());
  return model;
}

bool Engine::wait_for_work() {
  std::unique_lock lock(mutex_);
  has_work_.wait(lock, [&] {
    return must_end_ || !waiting_.empty() || !pictures_.empty() || !texts_.empty();
  });
  return !must_end_;
}

bool Engine::is_over(Job& job) {
  if (job.is_cancelled()) {
    const std::scoped_lock lock(mutex_);
    ++totals_.cancelled;
    return true;
  }
  if (must_cancel_) {
    fail(job, std::make_exception_ptr(Unavailable("the server is about to stop")));
    return true;
  }
  const bool is_late = options_.max_seconds != 0 &&
                       seconds_since(job.since()) > static_cast<double>(options_.max_seconds);
  if (is_late) {
    fail(job, std::make_exception_ptr(
                  Unavailable(fmt::format("it took longer than {} s", options_.max_seconds))));
  }
  return is_late;
}

void Engine::fail(Job& job, std::exception_ptr error) {
  {
    const std::scoped_lock lock(mutex_);
    ++totals_.failed;
  }
  job.tell(Failed{std::move(error)});
}

bool Engine::is_used(const Pipeline& model) const {
  const auto uses = [&](const auto& work) { return &work.model == &model; };
  return std::ranges::any_of(pictures_, uses) || std::ranges::any_of(texts_, uses);
}

// As many of those that wait, in their order, as there is room for.
std::vector<std::shared_ptr<Job>> Engine::take_waiting() {
  int64_t pictures = 0;
  for (const auto& drawn : pictures_) pictures += drawn.drawing.num_pictures();
  size_t answers = texts_.size();
  std::vector<std::shared_ptr<Job>> taken, over;
  {
    const std::scoped_lock lock(mutex_);
    std::deque<std::shared_ptr<Job>> left;
    bool is_full = false;
    for (auto& job : waiting_) {
      const int64_t more = num_pictures(*job);
      if (job->is_cancelled()) {
        ++totals_.cancelled;
      } else if (more == 0 && answers < options_.max_answers) {
        ++answers;
        taken.push_back(job);
      } else if (more > 0 && !is_full &&
                 (pictures == 0 || pictures + more <= options_.max_pictures)) {
        pictures += more;
        taken.push_back(job);
      } else {
        is_full = is_full || more > 0;  // nobody overtakes a large request
        job->tell(Waiting{static_cast<int64_t>(left.size())});
        left.push_back(job);
      }
    }
    waiting_ = std::move(left);
    state_.num_waiting = waiting_.size();
  }
  return taken;
}

void Engine::begin(std::vector<std::shared_ptr<Job>> jobs) {
  std::erase_if(jobs, [&](const auto& job) { return is_over(*job); });
  while (!jobs.empty()) {
    const auto first = jobs.front();
    std::vector<std::shared_ptr<Job>> together = {first};
    try {
      const auto& model = model_of(first->work().model);
      const auto* draw = draw_work(*first);
      if (draw != nullptr && !draw->source) {
        for (size_t index = 1; index < jobs.size(); ++index) {
          const auto* other = draw_work(*jobs[index]);
          if (other != nullptr && !other->source &&
              jobs[index]->work().model == first->work().model &&
              model.fit_together(draw->request, other->request))
            together.push_back(jobs[index]);
        }
      }
      if (draw != nullptr) {
        begin_pictures(model, together);
      } else {
        begin_text(model, first);
      }
    } catch (const std::exception&) {
      for (const auto& job : together) fail(*job, std::current_exception());
    }
    std::erase_if(
        jobs, [&](const auto& job) { return std::ranges::find(together, job) != together.end(); });
  }
}

void Engine::begin_pictures(const Pipeline& model, const std::vector<std::shared_ptr<Job>>& jobs) {
  std::vector<DrawRequest> requests;
  std::vector<Pictures::Share> shares;
  for (const auto& job : jobs) {
    requests.push_back(draw_work(*job)->request);
    shares.push_back({job, num_pictures(*job)});
  }
  const auto& work = *draw_work(*jobs.front());
  auto drawing = work.source
                     ? model.begin_edit(*work.source, work.request.prompt, work.request.options)
                     : model.begin(requests);
  pictures_.push_back({model, std::move(drawing), std::move(shares)});
}

void Engine::begin_text(const Pipeline& model, const std::shared_ptr<Job>& job) {
  const auto& work = std::get<AskWork>(job->work().what);
  auto answer = model.begin_answer(work.image, work.question, work.options);
  texts_.push_back({model, std::move(answer), job});
}

void Engine::drop_those_over() {
  std::erase_if(texts_, [&](const Text& text) { return is_over(*text.job); });
  std::erase_if(pictures_, [&](Pictures& pictures) {
    std::vector<int64_t> kept;
    int64_t first = 0;
    std::erase_if(pictures.shares, [&](const Pictures::Share& share) {
      const bool goes = is_over(*share.job);
      for (int64_t picture = 0; picture < share.num_pictures && !goes; ++picture)
        kept.push_back(first + picture);
      first += share.num_pictures;
      return goes;
    });
    if (!kept.empty() && static_cast<int64_t>(kept.size()) < first) pictures.drawing.keep(kept);
    return kept.empty();
  });
}

void Engine::draw() {
  std::vector<const Pipeline*> models;
  for (const auto& pictures : pictures_) {
    if (std::ranges::find(models, &pictures.model) == models.end())
      models.push_back(&pictures.model);
  }
  for (const auto* model : models) {
    std::vector<Pictures*> together;
    for (auto& pictures : pictures_) {
      if (&pictures.model == model) together.push_back(&pictures);
    }
    advance(*model, together);
  }
  std::erase_if(pictures_, [](const Pictures& pictures) {
    return pictures.shares.empty() || pictures.drawing.is_done();
  });
}

void Engine::advance(const Pipeline& model, const std::vector<Pictures*>& together) {
  try {
    std::vector<Drawing*> drawings;
    int64_t pictures = 0;
    for (auto* each : together) {
      drawings.push_back(&each->drawing);
      pictures += each->drawing.num_pictures();
    }
    model.advance(drawings);
    {
      const std::scoped_lock lock(mutex_);
      ++totals_.advances;
      totals_.steps += static_cast<uint64_t>(pictures);
    }
    for (auto* each : together) each->drawing.is_done() ? finish(*each) : tell(*each);
  } catch (const std::exception&) {
    for (auto* each : together) {
      for (const auto& share : each->shares) fail(*share.job, std::current_exception());
      each->shares.clear();
    }
  }
}

void Engine::tell(Pictures& pictures) {
  const int64_t step = pictures.drawing.step(), num_steps = pictures.drawing.num_steps();
  int64_t first = 0;
  for (auto& share : pictures.shares) {
    share.job->tell(Step{step, num_steps});
    if (share.job->work().previews.are_due(step, num_steps)) {
      for (int64_t picture = 0; picture < share.num_pictures; ++picture) {
        share.job->tell(
            Preview{picture, share.num_previews, pictures.drawing.so_far(first + picture)});
      }
      ++share.num_previews;
    }
    first += share.num_pictures;
  }
}

void Engine::finish(Pictures& pictures) {
  auto all = pictures.drawing.finish();
  auto next = all.begin();
  for (const auto& share : pictures.shares) {
    Drawn drawn;
    drawn.num_prompt_tokens = pictures.model.num_tokens(draw_work(*share.job)->request.prompt);
    std::move(next, next + share.num_pictures, std::back_inserter(drawn.pictures));
    next += share.num_pictures;
    {
      const std::scoped_lock lock(mutex_);
      totals_.pictures += static_cast<uint64_t>(share.num_pictures);
      ++totals_.finished;
    }
    share.job->tell(std::move(drawn));
  }
}

void Engine::write(std::chrono::duration<double> time) {
  const auto start = Clock::now();
  while (!texts_.empty() && seconds_since(start) < time.count()) {
    std::erase_if(texts_, [&](Text& text) {
      try {
        const auto piece = text.answer.advance();
        {
          const std::scoped_lock lock(mutex_);
          ++totals_.tokens;
          if (text.answer.is_done()) ++totals_.finished;
        }
        if (!piece.empty()) text.job->tell(TextPiece{piece});
        if (!text.answer.is_done()) return text.job->is_cancelled() && is_over(*text.job);
        text.job->tell(Answered{text.answer.is_complete(), text.answer.num_prompt_tokens(),
                                text.answer.num_tokens()});
      } catch (const std::exception&) {
        fail(*text.job, std::current_exception());
      }
      return true;
    });
  }
}

void Engine::publish(const std::vector<std::shared_ptr<Job>>& beginning) {
  std::vector<RunningJob> running;
  const auto add = [&](const Job& job, int64_t step, int64_t num_steps) {
    running.push_back(
        {job.id(), std::string(job.work().kind()), step, num_steps, seconds_since(job.since())});
  };
  for (const auto& pictures : pictures_) {
    for (const auto& share : pictures.shares)
      add(*share.job, pictures.drawing.step(), pictures.drawing.num_steps());
  }
  for (const auto& text : texts_) {
    add(*text.job, text.answer.num_tokens(),
        std::get<AskWork>(text.job->work().what).options.max_tokens);
  }
  for (const auto& job : beginning) add(*job, 0, 0);
  const std::scoped_lock lock(mutex_);
  state_.running = std::move(running);
}

}  // namespace unipic::serve
