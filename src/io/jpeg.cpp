#include "io/jpeg.h"

// jpeglib.h needs size_t and FILE declared before it.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include <jpeglib.h>

#include <jerror.h>

#include "base/check.h"
#include "io/c_guard.h"
#include "io/exif.h"

namespace unipic::io {
namespace {

constexpr int kQuality = 95;

// A progressive file may repeat its scans without end, each over the whole picture; the finest
// division into useful ones that encoders make has about a dozen.
constexpr int kMaxScans = 100;
constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr std::string_view kExifStart{"Exif\0\0", 6};
constexpr size_t kMaxMarkerBytes = 65533;

// The error manager with where it jumps to; libjpeg sees the first member.
struct Failure {
  jpeg_error_mgr manager;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

void fail(j_common_ptr jpeg) {
  auto& failure = *reinterpret_cast<Failure*>(jpeg->err);
  jpeg->err->format_message(jpeg, failure.message);
  std::longjmp(failure.jump, 1);
}

// libjpeg fills in grey for damaged data and only warns; that is no picture. The warnings that
// lose nothing are the ones let pass.
void on_message(j_common_ptr jpeg, int level) {
  const int code = jpeg->err->msg_code;
  const bool harmless = code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM ||
                        code == JWRN_JFIF_MAJOR || code == JWRN_TOO_MUCH_DATA;
  if (level < 0 && !harmless) fail(jpeg);
}

void on_progress(j_common_ptr jpeg) {
  if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= kMaxScans) return;
  std::snprintf(reinterpret_cast<Failure*>(jpeg->err)->message, JMSG_LENGTH_MAX,
                "more than %d scans", kMaxScans);
  std::longjmp(reinterpret_cast<Failure*>(jpeg->err)->jump, 1);
}

jpeg_error_mgr* error_manager(Failure& failure) {
  jpeg_std_error(&failure.manager);
  failure.manager.error_exit = fail;
  failure.manager.emit_message = on_message;
  return &failure.manager;
}

class Decoder {
 public:
  Decoder(std::span<const std::byte> bytes, std::string_view name) : bytes_(bytes), name_(name) {
    jpeg_.err = error_manager(failure_);
    progress_.progress_monitor = on_progress;
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { jpeg_destroy_decompress(&jpeg_); }

  Image decode(const ImageLimits& limits);

 private:
  void read_header(const ImageLimits& limits);
  void read_rows(std::vector<uint8_t>& pixels);
  int orientation() const;

  template <typename Action>
  void run(const Action& action) {
    check(guarded(failure_.jump, action), "{}: JPEG is damaged near byte {}: {}", name_,
          bytes_.size() - (jpeg_.src == nullptr ? 0 : jpeg_.src->bytes_in_buffer),
          failure_.message);
  }

  std::span<const std::byte> bytes_;
  std::string_view name_;
  Failure failure_{};
  jpeg_progress_mgr progress_{};
  jpeg_decompress_struct jpeg_{};
};

void Decoder::read_header(const ImageLimits& limits) {
  run([&] {
    jpeg_create_decompress(&jpeg_);
    jpeg_.progress = &progress_;
    jpeg_mem_src(&jpeg_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
    jpeg_save_markers(&jpeg_, kExifMarker, 0xFFFF);
    jpeg_read_header(&jpeg_, TRUE);
  });
  check_size(jpeg_.image_width, jpeg_.image_height, name_, limits);
  const auto space = jpeg_.jpeg_color_space;
  const bool is_cmyk = space == JCS_CMYK || space == JCS_YCCK;
  check(is_cmyk || jpeg_.num_components == 1 || jpeg_.num_components == 3,
        "{}: a JPEG of {} channels is no picture", name_, jpeg_.num_components);
  jpeg_.out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
}

void Decoder::read_rows(std::vector<uint8_t>& pixels) {
  run([&] { jpeg_start_decompress(&jpeg_); });
  const size_t stride = size_t{jpeg_.output_width} * static_cast<size_t>(jpeg_.output_components);
  pixels.resize(stride * jpeg_.output_height);
  uint8_t* const first = pixels.data();
  run([&] {
    while (jpeg_.output_scanline < jpeg_.output_height) {
      JSAMPROW row = first + stride * jpeg_.output_scanline;
      jpeg_read_scanlines(&jpeg_, &row, 1);
    }
  });
}

// Of channels stored inverted (255 is no ink), as Adobe's are and Pillow takes all to be; the
// colour is ((255 - ink) - ink of black), rounded as Pillow rounds it.
void cmyk_to_rgb(std::vector<uint8_t>& pixels) {
  const size_t count = pixels.size() / 4;
  for (size_t pixel = 0; pixel < count; ++pixel) {
    const int white = pixels[4 * pixel + 3];
    for (size_t c = 0; c < 3; ++c) {
      const int ink = (255 - pixels[4 * pixel + c]) * white;
      pixels[3 * pixel + c] = static_cast<uint8_t>(white - (ink + 127) / 255);
    }
  }
  pixels.resize(3 * count);
}

int Decoder::orientation() const {
  for (const auto* marker = jpeg_.marker_list; marker != nullptr; marker = marker->next) {
    const auto data = std::as_bytes(std::span(marker->data, marker->data_length));
    const std::string_view start(reinterpret_cast<const char*>(data.data()), data.size());
    if (marker->marker == kExifMarker && start.starts_with(kExifStart))
      return exif_orientation(data);
  }
  return 1;
}

Image Decoder::decode(const ImageLimits& limits) {
  read_header(limits);
  Image image{.width = jpeg_.image_width, .height = jpeg_.image_height, .pixels = {}};
  read_rows(image.pixels);
  if (jpeg_.out_color_space == JCS_CMYK) cmyk_to_rgb(image.pixels);
  return upright(std::move(image), orientation());
}

// The content of an APP1 marker that holds the first text; empty if there is none or it is too
// long.
std::vector<std::byte> exif_marker(const std::vector<ImageText>& texts) {
  if (texts.empty()) return {};
  auto exif = exif_with_comment(texts.front().text);
  if (exif.size() + kExifStart.size() > kMaxMarkerBytes) return {};
  const auto start = std::as_bytes(std::span(kExifStart));
  exif.insert(exif.begin(), start.begin(), start.end());
  return exif;
}

// What libjpeg allocates with malloc and hands over.
struct Output {
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { std::free(data); }

  unsigned char* data = nullptr;
  unsigned long size = 0;
};

void write_jpeg(jpeg_compress_struct& jpeg, const Image& image, Output& out,
                const std::vector<std::byte>& exif, int quality) {
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &out.data, &out.size);
  jpeg.image_width = static_cast<JDIMENSION>(image.width);
  jpeg.image_height = static_cast<JDIMENSION>(image.height);
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
  jpeg.optimize_coding = TRUE;
  jpeg_start_compress(&jpeg, TRUE);
  if (!exif.empty()) {
    jpeg_write_marker(&jpeg, kExifMarker, reinterpret_cast<const JOCTET*>(exif.data()),
                      static_cast<unsigned>(exif.size()));
  }
  while (jpeg.next_scanline < jpeg.image_height) {
    auto* row = const_cast<uint8_t*>(image.pixels.data()) + 3 * image.width * jpeg.next_scanline;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
}

}  // namespace

Image decode_jpeg(std::span<const std::byte> bytes, std::string_view name,
                  const ImageLimits& limits) {
  return Decoder(bytes, name).decode(limits);
}

std::vector<std::byte> encode_jpeg(const Image& image, const std::vector<ImageText>& texts,
                                   int quality) {
  check_well_formed(image, JPEG_MAX_DIMENSION);
  const auto exif = exif_marker(texts);
  Output out;
  Failure failure{};
  jpeg_compress_struct jpeg{};
  jpeg.err = error_manager(failure);
  const bool written = guarded(
      failure.jump, [&] { write_jpeg(jpeg, image, out, exif, quality == 0 ? kQuality : quality); });
  jpeg_destroy_compress(&jpeg);
  check(written, "cannot encode a JPEG of {}x{}: {}", image.width, image.height, failure.message);
  const auto bytes = std::as_bytes(std::span(out.data, out.size));
  return {bytes.begin(), bytes.end()};
}

}  // namespace unipic::io
