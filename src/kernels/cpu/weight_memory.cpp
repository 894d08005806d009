#include "kernels/cpu/weight_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <new>

namespace unipic::kernels {
namespace {

constexpr size_t kCacheLine = 64;
constexpr size_t kLargePage = size_t{2} << 20;
constexpr size_t kChunkSize = 32 * kLargePage;  // what is not used of it costs no memory

size_t round_up(size_t size, size_t unit) { return (size + unit - 1) / unit * unit; }

// Address space in large pages of which beginnings are handed out.
class Chunk {
 public:
  explicit Chunk(size_t size) : size_(size), data_(std::aligned_alloc(kLargePage, size)) {
    if (data_ == nullptr) throw std::bad_alloc();
    madvise(data_, size_, MADV_HUGEPAGE);  // only a wish
  }
  ~Chunk() { std::free(data_); }
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;

  // Null if there is not enough left.
  void* take(size_t size) {
    if (size > size_ - used_) return nullptr;
    void* part = static_cast<std::byte*>(data_) + used_;
    used_ += round_up(size, kCacheLine);
    return part;
  }

 private:
  size_t size_;
  size_t used_ = 0;
  void* data_;
};

}  // namespace

std::shared_ptr<void> allocate_weight_bytes(size_t num_bytes) {
  static std::mutex mutex;
  static std::weak_ptr<Chunk> last_chunk;
  const size_t bytes = round_up(std::max<size_t>(num_bytes, 1), kCacheLine);
  const std::lock_guard lock(mutex);
  auto chunk = last_chunk.lock();
  void* data = chunk ? chunk->take(bytes) : nullptr;
  if (data == nullptr) {
    chunk = std::make_shared<Chunk>(std::max(kChunkSize, round_up(bytes, kLargePage)));
    data = chunk->take(bytes);
    last_chunk = chunk;
  }
  return {chunk, data};
}

}  // namespace unipic::kernels
