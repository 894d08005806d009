#include "io/tensor_index.h"

#include <algorithm>

#include "io/json_events.h"
#include "io/printable.h"

namespace unipic::io {
namespace {

constexpr size_t kMaxBytes = size_t{64} << 20;
constexpr size_t kMaxShards = 10'000;

void check_plain(std::string_view shard, std::string_view name) {
  const bool is_plain = !shard.empty() && shard != "." && shard != ".." &&
                        shard.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
  check(is_plain, "{}: shard '{}' is not the name of a file in the same folder", name,
        printable(shard));
}

class IndexEvents : public JsonEvents {
 public:
  using JsonEvents::JsonEvents;

  bool key(std::string& text) override {
    if (depth_ == 1)
      section_ = std::move(text);
    else if (in_map())
      tensor_ = std::move(text);
    return true;
  }

  bool string(std::string& text) override {
    if (!in_map()) return skip("a string");
    check_plain(text, where());
    const bool is_new = shard_of.emplace(tensor_, std::move(text)).second;
    check(is_new, "{}: tensor '{}' appears twice", where(), printable(tensor_));
    return true;
  }

  bool start_object(size_t) override {
    if (in_section() && depth_ > 1) unexpected("an object");
    if (in_section()) has_map = true;
    ++depth_;
    return true;
  }

  bool start_array(size_t) override {
    skip("an array");
    ++depth_;
    return true;
  }

  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool null() override { return skip("null"); }
  bool boolean(bool) override { return skip("true or false"); }
  bool number_integer(int64_t value) override { return skip(std::to_string(value)); }
  bool number_unsigned(uint64_t value) override { return skip(std::to_string(value)); }
  bool number_float(double, const std::string& text) override { return skip(text); }

  ShardOfTensor shard_of;
  bool has_map = false;

 private:
  bool in_section() const { return depth_ >= 1 && section_ == "weight_map"; }
  bool in_map() const { return depth_ == 2 && in_section(); }

  // Whatever stands outside the map does not matter.
  bool skip(std::string_view what) const {
    if (depth_ == 0 || in_section()) unexpected(what);
    return true;
  }

  bool leave() {
    --depth_;
    return true;
  }

  std::string place() const override {
    if (depth_ == 0) return "place of the index";
    return fmt::format("place of the shard of '{}'", printable(tensor_));
  }

  size_t depth_ = 0;
  std::string section_;
  std::string tensor_;
};

}  // namespace

ShardOfTensor parse_tensor_index(std::string_view json, std::string_view name) {
  check(json.size() <= kMaxBytes, "{}: index of {} bytes, at most {} are read", name, json.size(),
        kMaxBytes);
  IndexEvents events{std::string(name)};
  events.read(json);
  check(events.has_map, "{}: is a JSON file without 'weight_map'", name);
  return std::move(events.shard_of);
}

TensorFile open_shards(const std::filesystem::path& index_path, const ShardOfTensor& shard_of,
                       TensorFile (*open_shard)(const std::filesystem::path&)) {
  std::map<std::string_view, TensorFile> shards;
  TensorFile whole;
  for (const auto& [tensor, shard] : shard_of) {
    auto found = shards.find(shard);
    if (found == shards.end()) {
      const auto path = index_path.parent_path() / shard;
      check(std::filesystem::exists(path), "{}: shard '{}' is missing", index_path.string(),
            printable(shard));
      check(shards.size() < kMaxShards, "{}: more than {} shards", index_path.string(), kMaxShards);
      found = shards.emplace(shard, open_shard(path)).first;
    }
    const auto view = found->second.tensors.find(tensor);
    check(view != found->second.tensors.end(), "{}: tensor '{}' is not in shard '{}'",
          index_path.string(), printable(tensor), printable(shard));
    whole.tensors.emplace(tensor, std::move(view->second));
  }
  for (auto& [name, shard] : shards) {
    whole.metadata.merge(shard.metadata);
    std::ranges::move(shard.files, std::back_inserter(whole.files));
  }
  return whole;
}

}  // namespace unipic::io
