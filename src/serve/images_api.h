#pragma once

#include <httplib.h>

#include "serve/services.h"

namespace unipic::serve {

// `POST /v1/images/generations` and `POST /v1/images/edits`.
class ImagesApi {
 public:
  explicit ImagesApi(Services& services) : services_(services) {}
  void add_to(httplib::Server& server);

 private:
  void generate(const httplib::Request& request, httplib::Response& response);
  void edit(const httplib::Request& request, httplib::Response& response);
  void answer(const httplib::Request& request, ImagesRequest images, httplib::Response& response);

  Services& services_;
};

}  // namespace unipic::serve
