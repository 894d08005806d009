#include "io/webp.h"

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "io/exif.h"

namespace unipic::io {
namespace {

class Decoder {
 public:
  Decoder(std::span<const std::byte> bytes, std::string_view name) : name_(name) {
    const WebPData data{reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
    demuxer_.reset(WebPDemux(&data));
    check(demuxer_ != nullptr, "{}: WebP is damaged or cut short ({} bytes)", name_, bytes.size());
  }

  Image decode(const ImageLimits& limits);

 private:
  Image decode_frame(const WebPIterator& frame) const;
  int orientation() const;

  std::string_view name_;
  std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)> demuxer_{nullptr, WebPDemuxDelete};
};

Image Decoder::decode_frame(const WebPIterator& frame) const {
  const auto [bytes, size] = frame.fragment;
  WebPBitstreamFeatures features{};
  check(WebPGetFeatures(bytes, size, &features) == VP8_STATUS_OK && features.width == frame.width &&
            features.height == frame.height,
        "{}: the header of the WebP frame is damaged", name_);
  Image image{.width = frame.width, .height = frame.height, .pixels = {}};
  const int channels = features.has_alpha != 0 ? 4 : 3;
  const int stride = channels * frame.width;
  image.pixels.resize(static_cast<size_t>(stride) * static_cast<size_t>(frame.height));
  const auto decode_into = channels == 4 ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  check(decode_into(bytes, size, image.pixels.data(), image.pixels.size(), stride) != nullptr,
        "{}: the data of the WebP frame is damaged or cut short ({} bytes)", name_, size);
  if (channels == 4) composite_over_white(image.pixels);
  return image;
}

// `frame` at (left, top) of a white canvas, which it lies inside.
Image on_canvas(Image frame, int64_t left, int64_t top, int64_t width, int64_t height) {
  if (frame.width == width && frame.height == height) return frame;
  Image canvas{.width = width, .height = height, .pixels = {}};
  canvas.pixels.assign(static_cast<size_t>(3 * width * height), 255);
  for (int64_t row = 0; row < frame.height; ++row) {
    std::copy_n(&frame.pixels[static_cast<size_t>(3 * row * frame.width)], 3 * frame.width,
                &canvas.pixels[static_cast<size_t>(3 * ((top + row) * width + left))]);
  }
  return canvas;
}

int Decoder::orientation() const {
  WebPChunkIterator chunk{};
  int orientation = 1;
  if (WebPDemuxGetChunk(demuxer_.get(), "EXIF", 1, &chunk) != 0) {
    orientation = exif_orientation(std::as_bytes(std::span(chunk.chunk.bytes, chunk.chunk.size)));
  }
  WebPDemuxReleaseChunkIterator(&chunk);
  return orientation;
}

Image Decoder::decode(const ImageLimits& limits) {
  const int64_t width = WebPDemuxGetI(demuxer_.get(), WEBP_FF_CANVAS_WIDTH);
  const int64_t height = WebPDemuxGetI(demuxer_.get(), WEBP_FF_CANVAS_HEIGHT);
  check_size(width, height, name_, limits);
  WebPIterator frame{};
  const std::unique_ptr<WebPIterator, decltype(&WebPDemuxReleaseIterator)> release(
      &frame, WebPDemuxReleaseIterator);
  check(WebPDemuxGetFrame(demuxer_.get(), 1, &frame) != 0, "{}: WebP holds no picture", name_);
  const bool inside = frame.width > 0 && frame.height > 0 && frame.x_offset >= 0 &&
                      frame.y_offset >= 0 && frame.x_offset <= width - frame.width &&
                      frame.y_offset <= height - frame.height;
  check(inside, "{}: the first WebP frame lies outside of the {}x{} picture", name_, width, height);
  auto image = on_canvas(decode_frame(frame), frame.x_offset, frame.y_offset, width, height);
  return upright(std::move(image), orientation());
}

void append(std::vector<std::byte>& out, std::span<const std::byte> bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_little_endian(std::vector<std::byte>& out, size_t value, int num_bytes) {
  for (int byte = 0; byte < num_bytes; ++byte) {
    out.push_back(static_cast<std::byte>(value >> (8 * byte) & 0xFF));
  }
}

void append_chunk(std::vector<std::byte>& out, std::string_view type,
                  std::span<const std::byte> data) {
  append(out, std::as_bytes(std::span(type)));
  append_little_endian(out, data.size(), 4);
  append(out, data);
  if (data.size() % 2 != 0) out.push_back({});
}

// `webp`, a file of the simple format, in the extended format with `exif` behind the picture.
std::vector<std::byte> with_exif(std::span<const std::byte> webp, const Image& image,
                                 std::span<const std::byte> exif) {
  constexpr size_t kHeaderBytes = 12;
  constexpr std::byte kHasExif{0x08};
  std::vector<std::byte> extended{kHasExif, {}, {}, {}};
  append_little_endian(extended, static_cast<size_t>(image.width - 1), 3);
  append_little_endian(extended, static_cast<size_t>(image.height - 1), 3);

  std::vector<std::byte> body;
  append_chunk(body, "VP8X", extended);
  append(body, webp.subspan(kHeaderBytes));
  append_chunk(body, "EXIF", exif);

  std::vector<std::byte> out;
  append(out, std::as_bytes(std::span(std::string_view("RIFF"))));
  append_little_endian(out, body.size() + 4, 4);
  append(out, std::as_bytes(std::span(std::string_view("WEBP"))));
  append(out, body);
  return out;
}

}  // namespace

Image decode_webp(std::span<const std::byte> bytes, std::string_view name,
                  const ImageLimits& limits) {
  return Decoder(bytes, name).decode(limits);
}

std::vector<std::byte> encode_webp(const Image& image, const std::vector<ImageText>& texts,
                                   int quality) {
  check_well_formed(image, WEBP_MAX_DIMENSION);
  uint8_t* data = nullptr;
  const int width = static_cast<int>(image.width), height = static_cast<int>(image.height);
  const auto* pixels = image.pixels.data();
  const size_t size = quality == 0 ? WebPEncodeLosslessRGB(pixels, width, height, 3 * width, &data)
                                   : WebPEncodeRGB(pixels, width, height, 3 * width,
                                                   static_cast<float>(quality), &data);
  const std::unique_ptr<uint8_t, decltype(&WebPFree)> release(data, WebPFree);
  check(size > 0, "cannot encode a WebP of {}x{}", image.width, image.height);
  const auto webp = std::as_bytes(std::span(data, size));
  if (texts.empty()) return {webp.begin(), webp.end()};
  return with_exif(webp, image, exif_with_comment(texts.front().text));
}

}  // namespace unipic::io
