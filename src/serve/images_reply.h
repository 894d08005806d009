#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "serve/images_request.h"
#include "serve/pictures.h"

// What comes back from the requests for pictures, in OpenAI's words.

namespace unipic::serve {

// Server-sent events: "event: NAME\ndata: JSON\n\n", the name also as the object's "type".
std::string server_sent(const std::string& name, Json data);

class ImagesReply {
 public:
  // `base_url` begins the URLs of kept pictures.
  ImagesReply(const ImagesRequest& request, std::string base_url);

  // The body of a reply at once.
  Json whole(const std::vector<KeptPicture>& pictures, const Drawn& drawn) const;

  // The events of a stream; empty where the request does not want them.
  std::string waiting(const Waiting& waiting) const;
  std::string progress(const Step& step) const;
  std::string partial(const Preview& preview) const;
  std::string completed(const std::vector<KeptPicture>& pictures, const Drawn& drawn) const;

 private:
  Json shared(const Image& image) const;  // what every event says
  void add_picture(Json& to, const KeptPicture& picture) const;
  std::string event(const std::string& what, Json data) const;

  const ImagesRequest& request_;
  std::string base_url_;
  int64_t created_;
  bool is_edit_;
  int64_t num_pictures_;
};

}  // namespace unipic::serve
