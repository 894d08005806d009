#include "train/run/event_file.h"

#include <unistd.h>

#include <bit>
#include <span>

#include "base/check.h"
#include "io/png.h"
#include "train/run/crc32c.h"
#include "train/run/protobuf.h"

// Field numbers are those of event.proto, summary.proto and tensor.proto of TensorBoard.

namespace unipic::train {
namespace {

constexpr uint32_t kEventFileVersion = 3, kEventSummary = 5, kEventSessionLog = 7;
constexpr uint32_t kSummaryValue = 1;
constexpr uint32_t kValueTag = 1, kValueScalar = 2, kValueImage = 4, kValueTensor = 8,
                   kValueMetadata = 9;

// An Event that still lacks its content.
ProtobufMessage event(int64_t step, double wall_time) {
  return ProtobufMessage().real(1, wall_time).integer(2, step);
}

std::string summary(int64_t step, double wall_time, const ProtobufMessage& value) {
  const auto summary = ProtobufMessage().message(kSummaryValue, value);
  return event_record(event(step, wall_time).message(kEventSummary, summary).encoded());
}

std::string little_endian(uint64_t value, size_t num_bytes) {
  static_assert(std::endian::native == std::endian::little);
  return {reinterpret_cast<const char*>(&value), num_bytes};
}

// So that a CRC over data that holds CRCs stays useful (TFRecord format).
uint32_t masked_crc(std::string_view bytes) {
  constexpr uint32_t kMaskDelta = 0xa282ead8;
  return std::rotr(crc32c(std::as_bytes(std::span(bytes))), 15) + kMaskDelta;
}

std::filesystem::path new_path(const std::filesystem::path& folder, double wall_time) {
  char host[256] = {};
  if (::gethostname(host, sizeof(host) - 1) != 0) host[0] = '\0';
  const auto stem = fmt::format("events.out.tfevents.{:010}.{}.{}", static_cast<int64_t>(wall_time),
                                host, ::getpid());
  for (int number = 0;; ++number) {
    auto path = folder / fmt::format("{}.{}", stem, number);
    if (!std::filesystem::exists(path)) return path;
  }
}

}  // namespace

std::string event_record(std::string_view payload) {
  const auto length = little_endian(payload.size(), sizeof(uint64_t));
  return fmt::format("{}{}{}{}", length, little_endian(masked_crc(length), sizeof(uint32_t)),
                     payload, little_endian(masked_crc(payload), sizeof(uint32_t)));
}

EventFile::EventFile(const std::filesystem::path& folder, int64_t first_step, double wall_time)
    : file_(new_path(folder, wall_time)) {
  constexpr int64_t kStart = 1;
  const auto version = event(0, wall_time).bytes(kEventFileVersion, "brain.Event:2");
  const auto start =
      event(first_step, wall_time).message(kEventSessionLog, ProtobufMessage().integer(1, kStart));
  file_.append(event_record(version.encoded()) + event_record(start.encoded()));
}

void EventFile::scalars(int64_t step, double wall_time,
                        const std::map<std::string, double>& values) {
  ProtobufMessage summary;
  for (const auto& [tag, value] : values) {
    summary.message(
        kSummaryValue,
        ProtobufMessage().bytes(kValueTag, tag).real(kValueScalar, static_cast<float>(value)));
  }
  file_.append(event_record(event(step, wall_time).message(kEventSummary, summary).encoded()));
}

void EventFile::text(int64_t step, double wall_time, std::string_view tag,
                     std::string_view markdown) {
  constexpr int64_t kDataClassTensor = 2, kTypeString = 7;
  const auto plugin = ProtobufMessage().bytes(1, "text");
  const auto metadata = ProtobufMessage().message(1, plugin).integer(4, kDataClassTensor);
  const auto tensor = ProtobufMessage()
                          .integer(1, kTypeString)
                          .message(2, ProtobufMessage())  // a shape of no dimensions
                          .bytes(8, markdown);
  file_.append(summary(step, wall_time,
                       ProtobufMessage()
                           .bytes(kValueTag, tag)
                           .message(kValueTensor, tensor)
                           .message(kValueMetadata, metadata)));
}

void EventFile::picture(int64_t step, double wall_time, std::string_view tag, const Image& image) {
  constexpr int64_t kRgb = 3;
  const auto png = io::encode_png(image);
  const auto content = ProtobufMessage()
                           .integer(1, image.height)
                           .integer(2, image.width)
                           .integer(3, kRgb)
                           .bytes(4, {reinterpret_cast<const char*>(png.data()), png.size()});
  file_.append(summary(step, wall_time,
                       ProtobufMessage().bytes(kValueTag, tag).message(kValueImage, content)));
}

}  // namespace unipic::train
