#pragma once

#include <httplib.h>

#include <memory>
#include <mutex>
#include <string>

#include "serve/services.h"

namespace unipic::serve {

// The part of the A1111 web UI's interface that drawing programs use: /sdapi/v1/txt2img, img2img,
// progress, interrupt, options, sd-models, samplers and interrogate.
class A1111Api {
 public:
  explicit A1111Api(Services& services) : services_(services) {}
  void add_to(httplib::Server& server);

 private:
  // The request that runs, as `progress` shows it and `interrupt` ends it.
  struct Current {
    std::shared_ptr<Job> job;
    int64_t step = 0, num_steps = 0;
    std::string preview;  // base64
    bool is_interrupted = false;
  };

  void draw(const Fields& fields, std::optional<Image> source, const httplib::Request& request,
            httplib::Response& response);
  void interrogate(const httplib::Request& request, httplib::Response& response);
  Json progress();
  void interrupt();
  Json options() const;
  Json models() const;

  Services& services_;
  std::mutex mutex_;
  std::shared_ptr<Current> current_;
};

}  // namespace unipic::serve
