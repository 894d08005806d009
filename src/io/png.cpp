#include "io/png.h"

#include <png.h>

#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "base/check.h"
#include "io/c_guard.h"
#include "io/exif.h"
#include "io/text_encoding.h"

namespace unipic::io {
namespace {

// What one ancillary chunk may cost; the picture is bounded by `ImageLimits`.
constexpr png_alloc_size_t kMaxChunkBytes = 8 << 20;
// Not for pixels, and a small file can inflate a thousand of them.
constexpr png_byte kSkippedChunks[] = "tEXt\0zTXt\0iTXt\0iCCP\0sPLT";
constexpr int kNumSkippedChunks = sizeof kSkippedChunks / 5;

// Where libpng reports to; plain, for it is written to between setjmp and longjmp.
struct Failure {
  std::jmp_buf jump;
  char message[160] = "";
};

void on_error(png_structp png, png_const_charp message) {
  auto& failure = *static_cast<Failure*>(png_get_error_ptr(png));
  std::strncpy(failure.message, message, sizeof failure.message - 1);
  std::longjmp(failure.jump, 1);
}

void on_warning(png_structp, png_const_charp) {}

struct Source {
  std::span<const std::byte> bytes;
  size_t at = 0;
};

void read_bytes(png_structp png, png_bytep out, size_t size) {
  auto& source = *static_cast<Source*>(png_get_io_ptr(png));
  if (source.bytes.size() - source.at < size) png_error(png, "the file ends early");
  std::memcpy(out, source.bytes.data() + source.at, size);
  source.at += size;
}

class Decoder {
 public:
  Decoder(std::span<const std::byte> bytes, std::string_view name) : name_(name), source_{bytes} {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &failure_, on_error, on_warning);
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { png_destroy_read_struct(&png_, &info_, nullptr); }

  Image decode(const ImageLimits& limits);
  RgbaImage decode_rgba(const ImageLimits& limits);

 private:
  void read_header(const ImageLimits& limits);
  void ask_for_8_bit_colour(bool with_alpha = false);
  void read_rows(std::vector<uint8_t>& pixels);
  int orientation();

  template <typename Action>
  void run(const Action& action) {
    check(guarded(failure_.jump, action), "{}: PNG is damaged near byte {}: {}", name_, source_.at,
          failure_.message);
  }

  std::string_view name_;
  Source source_;
  Failure failure_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  int64_t width_ = 0;
  int64_t height_ = 0;
};

void Decoder::read_header(const ImageLimits& limits) {
  run([&] {
    png_set_read_fn(png_, &source_, read_bytes);
    // The refusal is ours, and names the sides.
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_chunk_malloc_max(png_, kMaxChunkBytes);
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, kSkippedChunks, kNumSkippedChunks);
    png_read_info(png_, info_);
  });
  width_ = png_get_image_width(png_, info_);
  height_ = png_get_image_height(png_, info_);
  check_size(width_, height_, name_, limits);
}

void Decoder::ask_for_8_bit_colour(bool with_alpha) {
  run([&] {
    png_set_expand(png_);  // palettes, few-bit grey, and tRNS to alpha
    png_set_strip_16(png_);
    png_set_gray_to_rgb(png_);
    if (with_alpha) png_set_add_alpha(png_, 255, PNG_FILLER_AFTER);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
  });
}

void Decoder::read_rows(std::vector<uint8_t>& pixels) {
  const size_t stride = png_get_rowbytes(png_, info_);
  pixels.resize(stride * static_cast<size_t>(height_));
  uint8_t* const first = pixels.data();
  run([&] {
    const int num_passes = png_get_interlace_type(png_, info_) == PNG_INTERLACE_ADAM7 ? 7 : 1;
    for (int pass = 0; pass < num_passes; ++pass) {
      for (int64_t row = 0; row < height_; ++row) {
        png_read_row(png_, first + static_cast<size_t>(row) * stride, nullptr);
      }
    }
    png_read_end(png_, info_);
  });
}

int Decoder::orientation() {
  png_bytep exif = nullptr;
  png_uint_32 size = 0;
  run([&] { png_get_eXIf_1(png_, info_, &size, &exif); });
  return exif == nullptr ? 1 : exif_orientation(std::as_bytes(std::span(exif, size)));
}

Image Decoder::decode(const ImageLimits& limits) {
  read_header(limits);
  ask_for_8_bit_colour();
  Image image{.width = width_, .height = height_, .pixels = {}};
  read_rows(image.pixels);
  if (png_get_channels(png_, info_) == 4) composite_over_white(image.pixels);
  return upright(std::move(image), orientation());
}

RgbaImage Decoder::decode_rgba(const ImageLimits& limits) {
  read_header(limits);
  ask_for_8_bit_colour(/*with_alpha=*/true);
  RgbaImage image{.width = width_, .height = height_, .pixels = {}};
  read_rows(image.pixels);
  return image;
}

// Texts as libpng wants them: it borrows the strings below until the file is written.
struct PngTexts {
  explicit PngTexts(const std::vector<ImageText>& texts);

  std::vector<std::string> strings;
  std::vector<png_text> entries;
};

bool is_keyword(std::string_view keyword) {
  return !keyword.empty() && keyword.size() <= 79 && keyword.front() != ' ' &&
         keyword.back() != ' ' && keyword.find("  ") == keyword.npos &&
         keyword.find_first_of("\n\t") == keyword.npos;
}

PngTexts::PngTexts(const std::vector<ImageText>& texts) {
  strings.reserve(2 * texts.size());
  for (const auto& [keyword, text] : texts) {
    const auto latin1_keyword = utf8_to_latin1(keyword);
    check(latin1_keyword && is_keyword(*latin1_keyword), "'{}' cannot name a text in a PNG",
          keyword);
    const auto latin1 = utf8_to_latin1(text);
    strings.push_back(*latin1_keyword);
    strings.push_back(latin1 ? *latin1 : encode_utf8(decode_utf8(text)));
    png_text entry{};
    entry.compression = latin1 ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
    entry.key = strings[strings.size() - 2].data();
    entry.text = strings.back().data();
    (latin1 ? entry.text_length : entry.itxt_length) = strings.back().size();
    entries.push_back(entry);
  }
}

// Throws nothing through libpng: its error is the longjmp.
void append_bytes(png_structp png, png_bytep bytes, size_t size) {
  auto& out = *static_cast<std::vector<std::byte>*>(png_get_io_ptr(png));
  bool full = false;
  try {
    const auto* start = reinterpret_cast<const std::byte*>(bytes);
    out.insert(out.end(), start, start + size);
  } catch (const std::bad_alloc&) {
    full = true;
  }
  if (full) png_error(png, "out of memory");
}

void flush_nothing(png_structp) {}

}  // namespace

Image decode_png(std::span<const std::byte> bytes, std::string_view name,
                 const ImageLimits& limits) {
  return Decoder(bytes, name).decode(limits);
}

RgbaImage decode_png_rgba(std::span<const std::byte> bytes, std::string_view name,
                          const ImageLimits& limits) {
  return Decoder(bytes, name).decode_rgba(limits);
}

std::vector<std::byte> encode_png(const Image& image, const std::vector<ImageText>& texts) {
  check_well_formed(image, PNG_UINT_31_MAX);
  const PngTexts png_texts(texts);
  std::vector<std::byte> out;
  Failure failure;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &failure, on_error, on_warning);
  png_infop info = png == nullptr ? nullptr : png_create_info_struct(png);
  const bool written =
      info != nullptr && guarded(failure.jump, [&] {
        png_set_write_fn(png, &out, append_bytes, flush_nothing);
        png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
        png_set_IHDR(png, info, static_cast<png_uint_32>(image.width),
                     static_cast<png_uint_32>(image.height), 8, PNG_COLOR_TYPE_RGB,
                     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_set_text(png, info, png_texts.entries.data(),
                     static_cast<int>(png_texts.entries.size()));
        png_set_compression_level(png, 6);
        png_write_info(png, info);
        for (int64_t row = 0; row < image.height; ++row) {
          png_write_row(png, image.pixels.data() + 3 * row * image.width);
        }
        png_write_end(png, nullptr);
      });
  png_destroy_write_struct(&png, &info);
  check(written, "cannot encode a PNG of {}x{}: {}", image.width, image.height, failure.message);
  return out;
}

}  // namespace unipic::io
