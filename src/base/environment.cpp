#include "base/environment.h"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <map>

#include "base/check.h"

namespace unipic {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The whole number `name` holds, from `smallest` to `largest`.
int64_t number(const char* name, int64_t smallest, int64_t largest) {
  const auto text = variable(name);
  check_usage(!text.empty(), "WORLD_SIZE is set, but not {}", name);
  int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  check_usage(failure == std::errc() && end == text.data() + text.size() && value >= smallest &&
                  value <= largest,
              "{} = '{}', not a number from {} to {}", name, text, smallest, largest);
  return value;
}

}  // namespace

std::filesystem::path models_folder() {
  if (const auto folder = variable("UNIPIC_MODELS"); !folder.empty()) return folder;
  auto data = std::filesystem::path(variable("XDG_DATA_HOME"));
  if (data.empty()) data = std::filesystem::path(variable("HOME")) / ".local/share";
  return data / "unipic/models";
}

std::filesystem::path assets_folder() { return variable("UNIPIC_ASSETS"); }

std::string wanted_isa() { return variable("UNIPIC_ISA"); }

void restart_with_short_spins() {
  if (!variable("GOMP_SPINCOUNT").empty() || !variable("OMP_WAIT_POLICY").empty()) return;
  setenv("GOMP_SPINCOUNT", "10000", /*overwrite=*/1);  // libgomp looks when it is loaded
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> texts;
  for (std::string text; std::getline(file, text, '\0');) texts.push_back(text);
  if (unknown || texts.empty()) return;
  std::vector<char*> arguments;
  for (auto& text : texts) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  execv(program.c_str(), arguments.data());  // comes back only if it fails: then all is as it was
}

std::optional<ProcessEnvironment> process_environment() {
  if (variable("WORLD_SIZE").empty()) return {};
  ProcessEnvironment place;
  place.num_ranks = number("WORLD_SIZE", 1, 1'000'000);
  place.rank = number("RANK", 0, place.num_ranks - 1);
  place.local_rank = number("LOCAL_RANK", 0, place.num_ranks - 1);
  place.master_address = variable("MASTER_ADDR");
  check_usage(!place.master_address.empty(), "WORLD_SIZE is set, but not MASTER_ADDR");
  place.master_port = static_cast<uint16_t>(number("MASTER_PORT", 1, 65535));
  return place;
}

std::vector<std::string> variables_of_process(const ProcessEnvironment& place,
                                              int64_t num_threads) {
  std::map<std::string, std::string> variables = {{"OMP_NUM_THREADS", std::to_string(num_threads)},
                                                  {"TORCH_CPP_LOG_LEVEL", "FATAL"}};
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  variables["RANK"] = std::to_string(place.rank);
  variables["WORLD_SIZE"] = std::to_string(place.num_ranks);
  variables["LOCAL_RANK"] = std::to_string(place.local_rank);
  variables["MASTER_ADDR"] = place.master_address;
  variables["MASTER_PORT"] = std::to_string(place.master_port);
  std::vector<std::string> entries;
  for (const auto& [name, value] : variables) entries.push_back(name + "=" + value);
  return entries;
}

}  // namespace unipic
