#include "unipic/version.h"

namespace unipic {

std::string_view version() { return UNIPIC_VERSION; }

}  // namespace unipic
