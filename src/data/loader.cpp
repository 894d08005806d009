#include "data/loader.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <utility>

#include "base/background_threads.h"
#include "base/check.h"
#include "data/fetch.h"

namespace unipic::data {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kMaxThreads = 1024;
constexpr int64_t kMaxAhead = 1 << 20;
constexpr size_t kMaxErrors = 10;

// A sample that is being read, or lies ready.
struct Ahead {
  uint64_t number = 0;
  std::shared_ptr<Fetched> fetched;
  std::shared_ptr<BackgroundThreads::Job> job;
};

// A sample that waits for its batch to fill.
struct Waiting {
  uint64_t number = 0;
  Sample sample;
};

// One source on this rank.
struct Stream {
  std::deque<uint64_t>
      again;  // Numbers to read before `next`: unfinished when the state was saved.
  uint64_t next = 0;
  std::deque<Ahead> ahead;
  std::map<size_t, std::vector<Waiting>> waiting;  // By bucket.
};

StreamState state_of(const Stream& stream) {
  StreamState state{.next = stream.next, .unfinished = {stream.again.begin(), stream.again.end()}};
  for (const auto& ahead : stream.ahead) state.unfinished.push_back(ahead.number);
  for (const auto& [bucket, samples] : stream.waiting) {
    for (const auto& sample : samples) state.unfinished.push_back(sample.number);
  }
  std::ranges::sort(state.unfinished);
  // Nobody needs to know how far ahead this loader has read.
  while (!state.unfinished.empty() && state.unfinished.back() + 1 == state.next) {
    state.unfinished.pop_back();
    --state.next;
  }
  return state;
}

}  // namespace

void LoaderConfig::validate(const Mixture& mixture) const {
  check_usage(batch_size > 0 && batch_size <= kMaxAhead, "a batch cannot have {} samples",
              batch_size);
  check_usage(num_ranks > 0 && rank >= 0 && rank < num_ranks, "there is no rank {} of {}", rank,
              num_ranks);
  check_usage(num_threads > 0 && num_threads <= kMaxThreads,
              "samples cannot be read by {} threads; 1 to {} are possible", num_threads,
              kMaxThreads);
  check_usage(prefetch > 0 && prefetch <= kMaxAhead / batch_size,
              "{} batches of {} samples cannot be read ahead", prefetch, batch_size);
  check_usage(preparations.empty() || preparations.size() == mixture.sources().size(),
              "there are {} preparations for {} sources", preparations.size(),
              mixture.sources().size());
}

class Loader::Streams {
 public:
  Streams(std::shared_ptr<const Mixture> mixture, const LoaderConfig& config)
      : mixture_(std::move(mixture)), config_(config), threads_(config.num_threads) {
    config_.preparations.resize(mixture_->sources().size());
  }

  void start(const LoaderState& state) {
    identity_ = state;
    turn_ = state.turn;
    streams_.resize(state.streams.size());
    for (size_t source = 0; source < streams_.size(); ++source) {
      const auto& saved = state.streams[source];
      streams_[source].again.assign(saved.unfinished.begin(), saved.unfinished.end());
      streams_[source].next = saved.next;
    }
    read_ahead();
  }

  Batch next(const std::stop_token& stop) {
    const auto source = mixture_->source_of(turn_);
    auto& stream = streams_[source];
    for (;;) {
      read_ahead();
      wait(*stream.ahead.front().job, stop);
      const auto bucket = take_first(stream);
      auto& waiting = stream.waiting[bucket];
      if (std::ssize(waiting) < config_.batch_size) continue;
      Batch batch{.turn = turn_, .source = source, .bucket = bucket, .samples = {}};
      for (auto& sample : waiting) batch.samples.push_back(std::move(sample.sample));
      waiting.clear();
      ++turn_;
      read_ahead();
      return batch;
    }
  }

  LoaderState state() const {
    auto state = identity_;
    state.turn = turn_;
    for (size_t source = 0; source < streams_.size(); ++source) {
      state.streams[source] = state_of(streams_[source]);
    }
    return state;
  }

  const LoaderReport& report() const { return report_; }

 private:
  // Has enough samples read for the next turns, those needed first before the others.
  void read_ahead() {
    std::vector<int64_t> wanted(streams_.size(), 0);
    for (uint64_t turn = turn_; turn < turn_ + static_cast<uint64_t>(config_.prefetch); ++turn) {
      const auto source = mixture_->source_of(turn);
      wanted[source] += config_.batch_size;
      while (std::ssize(streams_[source].ahead) < wanted[source]) read_one(source);
    }
  }

  void read_one(uint32_t source) {
    auto& stream = streams_[source];
    Ahead ahead{.number = stream.next, .fetched = std::make_shared<Fetched>(), .job = nullptr};
    if (!stream.again.empty()) ahead.number = stream.again.front();
    const auto in_mixture = ahead.number * static_cast<uint64_t>(config_.num_ranks) +
                            static_cast<uint64_t>(config_.rank);
    ahead.job = threads_.start([this, source, in_mixture, result = ahead.fetched] {
      *result = fetch(*mixture_, source, in_mixture, config_.preparations[source]);
    });
    if (stream.again.empty()) {
      ++stream.next;
    } else {
      stream.again.pop_front();
    }
    stream.ahead.push_back(std::move(ahead));
  }

  void wait(const BackgroundThreads::Job& job, const std::stop_token& stop) {
    const auto start = Clock::now();
    threads_.wait(job, stop);
    report_.wait_seconds += std::chrono::duration<double>(Clock::now() - start).count();
  }

  // Moves the first sample ahead to those that wait and returns its bucket.
  size_t take_first(Stream& stream) {
    auto& first = stream.ahead.front();
    const auto bucket = first.fetched->bucket;
    stream.waiting[bucket].push_back({first.number, std::move(first.fetched->sample)});
    ++report_.num_samples;
    report_.num_skipped += first.fetched->errors.size();
    auto& errors = report_.last_errors;
    std::ranges::move(first.fetched->errors, std::back_inserter(errors));
    if (errors.size() > kMaxErrors) errors.erase(errors.begin(), errors.end() - kMaxErrors);
    stream.ahead.pop_front();
    return bucket;
  }

  const std::shared_ptr<const Mixture> mixture_;
  LoaderConfig config_;
  LoaderState identity_;
  uint64_t turn_ = 0;
  std::vector<Stream> streams_;
  LoaderReport report_;
  BackgroundThreads threads_;  // Last: its jobs use the others.
};

Loader::Loader(std::shared_ptr<const Mixture> mixture, const LoaderConfig& config)
    : Loader(mixture, config,
             first_state(*mixture, config.batch_size, config.rank, config.num_ranks)) {}

Loader::Loader(std::shared_ptr<const Mixture> mixture, const LoaderConfig& config,
               const LoaderState& saved) {
  config.validate(*mixture);
  const auto fresh = first_state(*mixture, config.batch_size, config.rank, config.num_ranks);
  const auto state = resume(saved, fresh, *mixture);
  streams_ = std::make_unique<Streams>(std::move(mixture), config);
  streams_->start(state);
}

Loader::~Loader() = default;

Batch Loader::next(const std::stop_token& stop) { return streams_->next(stop); }

LoaderState Loader::state() const { return streams_->state(); }

const LoaderReport& Loader::report() const { return streams_->report(); }

}  // namespace unipic::data
