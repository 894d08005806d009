#pragma once

#include <httplib.h>

#include "serve/services.h"

namespace unipic::serve {

// `/v1/pictures`: what was made, with its settings.
class PicturesApi {
 public:
  explicit PicturesApi(Services& services) : services_(services) {}
  void add_to(httplib::Server& server);

 private:
  void list(const httplib::Request& request, httplib::Response& response) const;
  void show(const std::string& id, httplib::Response& response) const;
  void show_image(const httplib::Request& request, httplib::Response& response) const;
  void remove(const std::string& id, httplib::Response& response) const;

  Services& services_;
};

}  // namespace unipic::serve
