#include "support/places.h"

namespace unipic::test {

std::filesystem::path golden_folder() { return UNIPIC_GOLDEN_DIR; }

}  // namespace unipic::test
