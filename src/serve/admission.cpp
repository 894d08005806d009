#include "serve/admission.h"

#include <utility>

#include "serve/api_error.h"

namespace unipic::serve {
namespace {

std::string client_of(const httplib::Request& request) {
  for (const char* header : {"Authorization", "x-api-key"}) {
    if (request.has_header(header)) return request.get_header_value(header);
  }
  return request.remote_addr;
}

}  // namespace

std::shared_ptr<Job> Admission::submit(const httplib::Request& request, Work work) {
  auto place = place_of(client_of(request));
  auto job = engine_.submit(std::move(work));
  auto* const of_client = job.get();
  return {of_client, [job = std::move(job), place = std::move(place)](Job*) {}};
}

std::shared_ptr<void> Admission::place_of(const std::string& client) {
  const std::scoped_lock lock(mutex_);
  size_t& num_jobs = num_of_client_[client];
  if (num_jobs >= max_of_client_) {
    throw ApiError(429,
                   fmt::format("{} requests of this client are being served already", num_jobs));
  }
  ++num_jobs;
  return {nullptr, [this, client](void*) {
            const std::scoped_lock lock(mutex_);
            const auto found = num_of_client_.find(client);
            if (--found->second == 0) num_of_client_.erase(found);
          }};
}

}  // namespace unipic::serve
