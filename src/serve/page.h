#pragma once

#include <httplib.h>

namespace unipic::serve {

// The web page at `/`, from the files of web/ that the build put into the program.
void add_page(httplib::Server& server);

}  // namespace unipic::serve
