#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace unipic::kernels {

// Numbers that begin at a cache line; grows, never shrinks, and forgets its contents when it grows.
template <typename Number>
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(int64_t size) { resize(size); }

  void resize(int64_t size) {
    if (size <= size_) return;
    const auto bytes = static_cast<size_t>(size) * sizeof(Number);
    data_.reset(static_cast<Number*>(::operator new[](bytes, kCacheLine)));
    size_ = size;
  }
  Number* data() { return data_.get(); }
  const Number* data() const { return data_.get(); }

 private:
  static constexpr std::align_val_t kCacheLine{64};
  struct Free {
    void operator()(Number* data) const { ::operator delete[](data, kCacheLine); }
  };
  int64_t size_ = 0;
  std::unique_ptr<Number[], Free> data_;
};

}  // namespace unipic::kernels
