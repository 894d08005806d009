#include "train/batch_reader.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <set>
#include <span>
#include <utility>

#include "base/philox.h"

namespace unipic::train {
namespace {

using Clock = std::chrono::steady_clock;

// Batches ahead of the one that was asked for.
constexpr uint64_t kAhead = 3;

// What a counter's last word says its numbers are for; the source's number is added.
constexpr uint32_t kBatchOrder = 0x62617463;

// Cuts samples, by their buckets in the order of shape, into batches of neighbours.
std::vector<std::vector<size_t>> batches_of_neighbours(
    const std::vector<std::shared_ptr<data::Fetched>>& samples, size_t batch_size) {
  std::vector<size_t> order(samples.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t index) { return samples[index]->bucket; });
  std::vector<std::vector<size_t>> batches;
  for (size_t first = 0; first < order.size(); first += batch_size) {
    const auto begin = order.begin() + static_cast<std::ptrdiff_t>(first);
    batches.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(batch_size));
  }
  return batches;
}

// Brings all pictures of `sample` to one size.
void refit(data::Sample& sample, const data::Bucket& bucket, data::Fit fit) {
  data::prepare(sample, {.buckets = {bucket}, .fit = fit});
}

}  // namespace

BatchReader::BatchReader(std::shared_ptr<const data::ShuffledSources> sources, uint32_t source,
                         BatchReaderOptions options)
    : sources_(std::move(sources)), source_(source), options_(std::move(options)) {}

uint64_t BatchReader::batches_a_window() const { return has_shapes() ? kBatchesAWindow : 1; }

// Which batch a sample comes into depends on the shapes of all; without shapes, only those of the
// share are read.
void BatchReader::start(uint64_t window_number, const BatchShare& share) {
  if (windows_.contains(window_number)) return;
  Window window;
  const uint64_t size = batches_a_window() * static_cast<uint64_t>(options_.batch_size);
  for (uint64_t sample = window_number * size; sample < (window_number + 1) * size; ++sample) {
    auto fetched = std::make_shared<data::Fetched>();
    window.samples.push_back(fetched);
    const auto place = static_cast<int64_t>(sample - window_number * size) - share.first;
    if (!has_shapes() && (place < 0 || place >= share.count)) continue;
    auto read = [fetched, sample, sources = sources_, source = source_,
                 preparation = options_.preparation] {
      *fetched = data::fetch(*sources, source, sample, preparation);
    };
    if (options_.threads) {
      window.jobs.push_back(options_.threads->start(std::move(read)));
    } else {
      read();
    }
  }
  windows_.emplace(window_number, std::move(window));
}

void BatchReader::read_ahead(uint64_t number, const BatchShare& share) {
  std::set<uint64_t> wanted = {number / batches_a_window()};
  for (uint64_t step = 1; options_.threads && step <= kAhead; ++step) {
    wanted.insert((number + step) / batches_a_window());
  }
  std::erase_if(windows_, [&](const auto& entry) { return !wanted.contains(entry.first); });
  for (const uint64_t window : wanted) start(window, share);
}

void BatchReader::finish(Window& window) {
  for (const auto& job : window.jobs) options_.threads->wait(*job);
  window.batches = batches_of_neighbours(window.samples, static_cast<size_t>(options_.batch_size));
}

SampleBatch BatchReader::read(uint64_t number, const BatchShare& share) {
  const auto start = Clock::now();
  read_ahead(number, share);
  const uint64_t window_number = number / batches_a_window();
  auto& window = windows_.at(window_number);
  if (window.batches.empty()) finish(window);

  // Tall and wide batches come in a random order.
  std::vector<int64_t> turns(window.batches.size());
  philox_permutation(sources_->seed(), static_cast<uint32_t>(window_number),
                     static_cast<uint32_t>(window_number >> 32), kBatchOrder + source_, turns);
  const auto& members = window.batches[static_cast<size_t>(turns[number % batches_a_window()])];
  SampleBatch batch;
  const auto& buckets = options_.preparation.buckets;
  for (const size_t index : std::span(members).subspan(static_cast<size_t>(share.first),
                                                       static_cast<size_t>(share.count))) {
    auto& fetched = *window.samples[index];
    batch.samples.push_back(fetched.sample);
    batch.skipped.insert(batch.skipped.end(), fetched.errors.begin(), fetched.errors.end());
    if (buckets.empty()) continue;
    const size_t middle = window.samples[members[members.size() / 2]]->bucket;
    if (fetched.bucket != middle) {
      refit(batch.samples.back(), buckets[middle], options_.preparation.fit);
    }
  }
  batch.waited_seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return batch;
}

}  // namespace unipic::train
