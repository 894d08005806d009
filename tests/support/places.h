#pragma once

#include <filesystem>

namespace unipic::test {

// The folder of the golden folders, and that of the tests.
std::filesystem::path golden_folder();
inline std::filesystem::path tests_folder() { return golden_folder().parent_path(); }

}  // namespace unipic::test
