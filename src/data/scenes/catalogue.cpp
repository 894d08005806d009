#include "data/scenes/catalogue.h"

#include <array>

#include "base/assets.h"
#include "base/check.h"
#include "base/json.h"
#include "base/mapped_file.h"

namespace unipic::scenes {
namespace {

constexpr int64_t kMaxSpriteSide = 1024;

const Json& array_of(const Json& object, const char* key, const std::string& where) {
  const auto member = object.is_object() ? object.find(key) : object.end();
  check(member != object.end() && member->is_array(), "{}: '{}' is not an array", where, key);
  return *member;
}

// Of an array of them; `Error` for any other.
template <typename T>
std::vector<T> values_of(const Json& array, const char* key, const std::string& where) {
  std::vector<T> values;
  for (const auto& value : array) values.push_back(json_get<T>({{key, value}}, key, where));
  return values;
}

Sprite read_sprite(const Json& record, const io::RgbaImage& atlas, const std::string& where) {
  const auto rect = values_of<int64_t>(array_of(record, "rect", where), "rect", where);
  check(rect.size() == 4, "{}: rect has {} numbers, not 4", where, rect.size());
  const auto inside = [](int64_t start, int64_t length, int64_t side) {
    return start >= 0 && length > 0 && length <= kMaxSpriteSide && start <= side - length;
  };
  check(inside(rect[0], rect[2], atlas.width) && inside(rect[1], rect[3], atlas.height),
        "{}: rect {} {} {} {} is not inside the atlas of {}x{}", where, rect[0], rect[1], rect[2],
        rect[3], atlas.width, atlas.height);
  return Sprite(atlas, static_cast<int>(rect[0]), static_cast<int>(rect[1]),
                static_cast<int>(rect[2]), static_cast<int>(rect[3]));
}

ObjectClass read_class(const Json& record, const io::RgbaImage& atlas, const std::string& table) {
  ObjectClass result;
  result.name = json_get<std::string>(record, "name", table);
  const auto where = fmt::format("{}: {}", table, result.name);
  result.plural = json_get<std::string>(record, "plural", where);
  const auto measure = values_of<std::string>(array_of(record, "measure", where), "measure", where);
  check(measure.empty() || measure.size() == 2, "{}: measure wants one and several", where);
  if (!measure.empty()) {
    result.measure = measure[0];
    result.measures = measure[1];
  }
  result.kind = json_get<std::string>(record, "kind", where);
  result.coco = json_get<bool>(record, "coco", where);
  result.popular = json_get<bool>(record, "popular", where);
  result.recolour = json_get<bool>(record, "recolour", where);
  result.mirror = json_get<bool>(record, "mirror", where);
  for (const auto& sprite : array_of(record, "sprites", where))
    result.sprites.push_back(read_sprite(sprite, atlas, where));
  check(!result.sprites.empty(), "{}: has no sprite", where);
  check(result.recolour || !result.is_shape(), "{}: a shape that may not be coloured", where);
  return result;
}

}  // namespace

Catalogue::Catalogue() {
  for (size_t i = 0; i < kNumColours; ++i) ramps_.push_back(ramp_of(colour_at(i)));
}

Catalogue Catalogue::load() {
  return load(find_asset("scenes/sprites.json"), find_asset("scenes/sprites.png"));
}

Catalogue Catalogue::load(const std::filesystem::path& table, const std::filesystem::path& atlas) {
  const auto file = MappedFile::open(atlas);
  const auto pixels = io::decode_png_rgba(file->bytes(), atlas.string());
  const auto json = read_json(table);
  Catalogue catalogue;
  for (const auto& record : array_of(json, "classes", table.string())) {
    auto object_class = read_class(record, pixels, table.string());
    check(!catalogue.find(object_class.name), "{}: {} is there twice", table.string(),
          object_class.name);
    catalogue.classes_.push_back(std::move(object_class));
  }
  check(!catalogue.classes_.empty(), "{}: has no classes", table.string());
  return catalogue;
}

std::optional<size_t> Catalogue::find(std::string_view name) const {
  for (size_t i = 0; i < classes_.size(); ++i) {
    if (classes_[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace unipic::scenes
