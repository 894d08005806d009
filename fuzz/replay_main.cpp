// Runs a fuzz target over kept inputs when no fuzzing engine is linked in.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void run_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(in)), {});
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  size_t num_inputs = 0;
  for (int arg = 1; arg < argc; ++arg) {
    if (!std::filesystem::is_directory(argv[arg])) {
      run_file(argv[arg]);
      ++num_inputs;
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(argv[arg])) {
      run_file(entry.path());
      ++num_inputs;
    }
  }
  std::printf("%zu inputs replayed\n", num_inputs);
  return num_inputs == 0 ? 1 : 0;
}
