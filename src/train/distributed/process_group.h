#pragma once

#include <torch/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/environment.h"

namespace unipic::train {

// How long to wait for the others before giving up.
struct ProcessPatience {
  std::chrono::milliseconds to_join = std::chrono::minutes(5);
  // In one exchange: meanwhile rank 0 may be measuring, drawing or writing.
  std::chrono::milliseconds to_exchange = std::chrono::minutes(30);
};

// The processes that train together, as one of them sees them. All make the same calls in the same
// order, with tensors of the same shapes and types; any dense or strided tensor will do, on any
// device. A call throws `Error` if another process ended or does not answer. Alone, which is what
// the default is, every call returns at once. Not for several threads at once.
class ProcessGroup {
 public:
  ProcessGroup();
  // Meets the others at rank 0's address. Tensors are exchanged on `device`: over Gloo on the CPU,
  // over NCCL on CUDA.
  ProcessGroup(const ProcessEnvironment& place, torch::Device device,
               const ProcessPatience& patience = {});
  ProcessGroup(ProcessGroup&&) noexcept;
  ProcessGroup& operator=(ProcessGroup&&) noexcept;
  ~ProcessGroup();

  int64_t rank() const { return rank_; }
  int64_t num_ranks() const { return num_ranks_; }
  bool is_alone() const { return connection_ == nullptr; }
  // Rank 0 writes, measures and shows for all.
  bool is_first() const { return rank_ == 0; }

  // Sums over all processes, the same bits on each.
  void sum(const at::Tensor& tensor);
  std::vector<double> sum(std::vector<double> numbers);
  // Begins to sum `tensor`, which is contiguous, on the group's device, and left alone until the
  // function returned was called: it waits for the sum.
  std::function<void()> start_sum(const at::Tensor& tensor);
  // Gives all others the tensor, or number, of `rank`.
  void broadcast(const at::Tensor& tensor, int64_t rank);
  int64_t broadcast(int64_t number, int64_t rank);
  // One call each on two processes.
  void send(const at::Tensor& tensor, int64_t to);
  void receive(const at::Tensor& tensor, int64_t from);
  // Whether any process says yes.
  bool any(bool mine);
  // Returns once all have come here.
  void meet();

 private:
  struct Connection;
  template <typename Exchange>
  void exchange(const at::Tensor& tensor, Exchange&& begin);

  int64_t rank_ = 0;
  int64_t num_ranks_ = 1;
  std::unique_ptr<Connection> connection_;
};

}  // namespace unipic::train
