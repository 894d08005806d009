#include "serve/admission.h"

#include <algorithm>
#include <utility>

#include "serve/api_error.h"

namespace unipic::serve {

std::shared_ptr<Job> Admission::submit(const httplib::Request& request, Work work) {
  const auto client = guard_.client_of(request);
  const std::scoped_lock lock(mutex_);
  std::erase_if(places_, [](const Place& place) {
    const auto job = place.job.lock();
    return job == nullptr || job->is_over();
  });
  const auto num_jobs = static_cast<size_t>(std::ranges::count(places_, client, &Place::client));
  if (num_jobs >= max_of_client_) {
    throw ApiError(429,
                   fmt::format("{} requests of this client are being served already", num_jobs));
  }
  auto job = engine_.submit(std::move(work));
  places_.push_back({client, job});
  return job;
}

}  // namespace unipic::serve
