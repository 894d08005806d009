#include "train/distributed/process_group.h"

#include <string_view>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include "base/check.h"

namespace unipic::train {
namespace {

using WorkPtr = c10::intrusive_ptr<c10d::Work>;

// An exception of c10d or Gloo says where in their sources it was thrown, and may hold a stack.
std::string reason_of(const std::exception& failure) {
  const auto* from_torch = dynamic_cast<const c10::Error*>(&failure);
  std::string text = from_torch ? from_torch->what_without_backtrace() : failure.what();
  text = text.substr(0, text.find('\n'));
  const auto source_ends = text.starts_with('[') ? text.find("] ") : std::string::npos;
  return source_ends == std::string::npos ? text : text.substr(source_ends + 2);
}

bool is_this_machine(std::string_view address) {
  return address == "localhost" || address.starts_with("127.") || address == "::1";
}

c10::intrusive_ptr<c10d::Backend> connect_gloo(const ProcessEnvironment& place,
                                               const c10::intrusive_ptr<c10d::Store>& store,
                                               const ProcessPatience& patience) {
  using c10d::ProcessGroupGloo;
  auto options = ProcessGroupGloo::Options::create(patience.to_exchange);
  options->devices.push_back(is_this_machine(place.master_address)
                                 ? ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                 : ProcessGroupGloo::createDefaultDevice());
  return c10::make_intrusive<ProcessGroupGloo>(store, static_cast<int>(place.rank),
                                               static_cast<int>(place.num_ranks), options);
}

c10::intrusive_ptr<c10d::Backend> connect(const ProcessEnvironment& place, torch::Device device,
                                          const ProcessPatience& patience) {
  c10d::TCPStoreOptions options;
  options.port = place.master_port;
  options.isServer = place.rank == 0;
  options.numWorkers = static_cast<size_t>(place.num_ranks);
  options.timeout = patience.to_join;
  const auto store = c10::make_intrusive<c10d::TCPStore>(place.master_address, options);
#ifdef USE_C10D_NCCL
  if (device.is_cuda()) {
    auto nccl = c10d::ProcessGroupNCCL::Options::create();
    nccl->timeout = patience.to_exchange;
    return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, static_cast<int>(place.rank),
                                                       static_cast<int>(place.num_ranks), nccl);
  }
#else
  check_usage(!device.is_cuda(), "this build has no NCCL: it cannot train on {} in {} processes",
              device.str(), place.num_ranks);
#endif
  return connect_gloo(place, store, patience);
}

}  // namespace

struct ProcessGroup::Connection {
  c10::intrusive_ptr<c10d::Backend> backend;
  torch::Device device;
  std::string name;  // "process 1 of 2"

  // Runs `call`, whose exceptions are of many kinds and lines.
  template <typename Call>
  auto guarded(Call&& call) const {
    try {
      return call();
    } catch (const std::exception& failure) {
      throw Error(fmt::format("{} cannot go on with the others: {}", name, reason_of(failure)));
    }
  }
};

ProcessGroup::ProcessGroup() = default;
ProcessGroup::ProcessGroup(ProcessGroup&&) noexcept = default;
ProcessGroup& ProcessGroup::operator=(ProcessGroup&&) noexcept = default;
ProcessGroup::~ProcessGroup() = default;

ProcessGroup::ProcessGroup(const ProcessEnvironment& place, torch::Device device,
                           const ProcessPatience& patience)
    : rank_(place.rank), num_ranks_(place.num_ranks) {
  if (num_ranks_ == 1) return;
  const auto name = fmt::format("process {} of {}", rank_, num_ranks_);
  try {
    connection_ =
        std::make_unique<Connection>(Connection{connect(place, device, patience), device, name});
  } catch (const Error&) {
    throw;
  } catch (const std::exception& failure) {
    throw Error(fmt::format("{} cannot join the others at {}:{}: {}", name, place.master_address,
                            place.master_port, reason_of(failure)));
  }
}

// Backends take what is contiguous and on their device.
template <typename Exchange>
void ProcessGroup::exchange(const at::Tensor& tensor, Exchange&& begin) {
  if (is_alone()) return;
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> exchanged = {tensor.detach().to(connection_->device).contiguous()};
  connection_->guarded([&] { begin(*connection_->backend, exchanged)->wait(); });
  if (!exchanged[0].is_alias_of(tensor)) tensor.detach().copy_(exchanged[0]);
}

void ProcessGroup::sum(const at::Tensor& tensor) {
  exchange(tensor, [](c10d::Backend& backend, std::vector<at::Tensor>& tensors) {
    return backend.allreduce(tensors);
  });
}

std::vector<double> ProcessGroup::sum(std::vector<double> numbers) {
  sum(torch::from_blob(numbers.data(), {static_cast<int64_t>(numbers.size())}, torch::kDouble));
  return numbers;
}

std::function<void()> ProcessGroup::start_sum(const at::Tensor& tensor) {
  if (is_alone()) return [] {};
  std::vector<at::Tensor> tensors = {tensor.detach()};
  const auto work = connection_->guarded([&] { return connection_->backend->allreduce(tensors); });
  return [connection = connection_.get(), work] { connection->guarded([&] { work->wait(); }); };
}

void ProcessGroup::broadcast(const at::Tensor& tensor, int64_t rank) {
  exchange(tensor, [&](c10d::Backend& backend, std::vector<at::Tensor>& tensors) {
    c10d::BroadcastOptions options;
    options.rootRank = rank;
    return backend.broadcast(tensors, options);
  });
}

int64_t ProcessGroup::broadcast(int64_t number, int64_t rank) {
  const auto tensor = torch::tensor({number});
  broadcast(tensor, rank);
  return tensor.item<int64_t>();
}

void ProcessGroup::send(const at::Tensor& tensor, int64_t to) {
  exchange(tensor, [&](c10d::Backend& backend, std::vector<at::Tensor>& tensors) {
    return backend.send(tensors, static_cast<int>(to), /*tag=*/0);
  });
}

void ProcessGroup::receive(const at::Tensor& tensor, int64_t from) {
  exchange(tensor, [&](c10d::Backend& backend, std::vector<at::Tensor>& tensors) {
    return backend.recv(tensors, static_cast<int>(from), /*tag=*/0);
  });
}

bool ProcessGroup::any(bool mine) { return sum({mine ? 1.0 : 0.0})[0] > 0; }

void ProcessGroup::meet() { any(false); }

}  // namespace unipic::train
