#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <utility>

namespace unipic::nn {

// Shows intermediate results to whoever wants them (`unipic verify`, debugging). Without a
// receiver it is empty, and code asks `if (trace)` before it makes a name.
class Trace {
 public:
  using Receiver = std::function<void(const std::string& name, const at::Tensor& value)>;

  Trace() = default;
  explicit Trace(Receiver receiver) : receiver_(std::move(receiver)) {}

  explicit operator bool() const { return static_cast<bool>(receiver_); }
  void operator()(const std::string& name, const at::Tensor& value) const {
    if (receiver_) receiver_(name, value);
  }

 private:
  Receiver receiver_;
};

}  // namespace unipic::nn
