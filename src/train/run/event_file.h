#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "train/run/append_file.h"
#include "unipic/image.h"

namespace unipic::train {

// One record as TensorBoard's event files frame it: length, payload and their masked CRC-32Cs.
std::string event_record(std::string_view payload);

// Writes a new TensorBoard event file, RUN/events.out.tfevents.<time>.<host>.<process>.
// Wall times are seconds since 1970.
class EventFile {
 public:
  // Tells TensorBoard to forget what earlier files of the folder say of `first_step` and later.
  EventFile(const std::filesystem::path& folder, int64_t first_step, double wall_time);

  void scalars(int64_t step, double wall_time, const std::map<std::string, double>& values);
  // Markdown.
  void text(int64_t step, double wall_time, std::string_view tag, std::string_view markdown);
  void picture(int64_t step, double wall_time, std::string_view tag, const Image& image);

  const std::filesystem::path& path() const { return file_.path(); }

 private:
  AppendFile file_;
};

}  // namespace unipic::train
