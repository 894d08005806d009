#include "io/safetensors_header.h"

#include <optional>

#include "io/json_events.h"
#include "io/printable.h"
#include "io/tensor_shape.h"

namespace unipic::io {
namespace {

constexpr std::string_view kMetadataKey = "__metadata__";

class HeaderEvents : public JsonEvents {
 public:
  using JsonEvents::JsonEvents;

  bool start_object(size_t) override {
    if (level_ == Level::kOutside) {
      level_ = Level::kTop;
    } else if (level_ == Level::kTop) {
      level_ = name_ == kMetadataKey ? Level::kMetadata : Level::kTensor;
      tensor_ = {};
      field_.clear();
    } else {
      unexpected("an object");
    }
    return true;
  }

  bool key(std::string& text) override {
    if (level_ == Level::kTop) {
      name_ = std::move(text);
      check(name_ != kMetadataKey || !std::exchange(has_metadata_, true), "{}: '{}' appears twice",
            where(), kMetadataKey);
    } else {
      field_ = std::move(text);
    }
    return true;
  }

  bool string(std::string& text) override {
    if (level_ == Level::kMetadata) {
      const bool is_new = header.metadata.emplace(field_, std::move(text)).second;
      check(is_new, "{}: '{}' appears twice in {}", where(), printable(field_), kMetadataKey);
    } else if (level_ == Level::kTensor && field_ == "dtype") {
      check_first(!tensor_.dtype);
      tensor_.dtype = dtype_named(text);
      check(tensor_.dtype.has_value(), "{}: tensor '{}' has an unknown dtype '{}'", where(),
            printable(name_), printable(text));
    } else {
      unexpected("a string");
    }
    return true;
  }

  bool start_array(size_t) override {
    if (level_ == Level::kTensor && field_ == "shape") {
      check_first(!tensor_.shape);
      tensor_.shape.emplace();
      level_ = Level::kShape;
    } else if (level_ == Level::kTensor && field_ == "data_offsets") {
      check_first(!tensor_.offsets);
      tensor_.offsets.emplace();
      level_ = Level::kOffsets;
    } else {
      unexpected("an array");
    }
    return true;
  }

  bool number_unsigned(uint64_t value) override {
    if (level_ == Level::kOffsets) {
      tensor_.offsets->push_back(value);
      check(tensor_.offsets->size() <= 2, "{}: tensor '{}' has more than 2 data_offsets", where(),
            printable(name_));
      return true;
    }
    if (level_ != Level::kShape || value > INT64_MAX) unexpected(std::to_string(value));
    tensor_.shape->push_back(static_cast<int64_t>(value));
    check(tensor_.shape->size() <= kMaxRank, "{}: tensor '{}' has more than {} dimensions", where(),
          printable(name_), kMaxRank);
    return true;
  }

  bool end_array() override {
    level_ = Level::kTensor;
    return true;
  }

  bool end_object() override {
    if (level_ == Level::kTensor) add_tensor();
    level_ = level_ == Level::kTop ? Level::kOutside : Level::kTop;
    return true;
  }

  SafetensorsHeader header;

 private:
  enum class Level { kOutside, kTop, kMetadata, kTensor, kShape, kOffsets };
  struct Fields {
    std::optional<DType> dtype;
    std::optional<std::vector<int64_t>> shape;
    std::optional<std::vector<uint64_t>> offsets;
  };

  void check_first(bool is_first) const {
    check(is_first, "{}: tensor '{}' has two of '{}'", where(), printable(name_), field_);
  }

  void add_tensor() {
    const auto has = [&](bool has_it, std::string_view what) {
      check(has_it, "{}: tensor '{}' has no {}", where(), printable(name_), what);
    };
    has(tensor_.dtype.has_value(), "dtype");
    has(tensor_.shape.has_value(), "shape");
    has(tensor_.offsets.has_value() && tensor_.offsets->size() == 2, "pair of data_offsets");
    header.entries.push_back({std::move(name_), *tensor_.dtype, std::move(*tensor_.shape),
                              tensor_.offsets->front(), tensor_.offsets->back()});
  }

  std::string place() const override {
    if (level_ == Level::kOutside) return "place of the header";
    if (level_ == Level::kTop) return fmt::format("place of tensor '{}'", printable(name_));
    if (level_ == Level::kMetadata) return fmt::format("{} '{}'", kMetadataKey, printable(field_));
    return fmt::format("'{}' of tensor '{}'", printable(field_), printable(name_));
  }

  Level level_ = Level::kOutside;
  bool has_metadata_ = false;
  std::string name_;   // key of the outer object
  std::string field_;  // key of the inner object
  Fields tensor_;
};

}  // namespace

SafetensorsHeader parse_safetensors_header(std::string_view text, size_t first_byte,
                                           std::string_view name) {
  HeaderEvents events{std::string(name)};
  events.read(text, first_byte);
  return std::move(events.header);
}

}  // namespace unipic::io
