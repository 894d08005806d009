#include "data/scenes/request.h"

#include "base/check.h"

namespace unipic::scenes {
namespace {

constexpr int64_t kMaxRequested = 16;
constexpr int kNumScenes = 50;  // tried

std::optional<std::pair<Relation, size_t>> read_position(const Json& clause, size_t index,
                                                         std::string_view where) {
  const auto found = clause.find("position");
  if (found == clause.end() || found->is_null()) return std::nullopt;
  check(found->is_array() && found->size() == 2 && (*found)[0].is_string() &&
            (*found)[1].is_number_unsigned(),
        "{}: position wants a relation and the number of a clause", where);
  const auto name = (*found)[0].get<std::string>();
  const auto relation = relation_named(name);
  check(relation.has_value(), "{}: '{}' is not a relation", where, name);
  const auto target = (*found)[1].get<size_t>();
  check(target < index, "{}: the position of clause {} refers to clause {}", where, index, target);
  return std::pair(*relation, target);
}

ObjectRequest read_request(const Json& clause, size_t index, const Catalogue& catalogue,
                           std::string_view where) {
  ObjectRequest request;
  request.class_name = json_get<std::string>(clause, "class", where);
  check(catalogue.find(request.class_name).has_value(), "{}: there is no class '{}'", where,
        request.class_name);
  const auto count = json_get<int64_t>(clause, "count", where);
  check(count >= 1 && count <= kMaxRequested, "{}: count {} is not from 1 to {}", where, count,
        kMaxRequested);
  request.count = static_cast<int>(count);
  const auto colour = json_get_or<std::string>(clause, "color", "", where);
  if (!colour.empty()) {
    request.colour = colour_named(colour);
    check(request.colour.has_value(), "{}: '{}' is not a color", where, colour);
  }
  request.position = read_position(clause, index, where);
  return request;
}

Content content_of(std::span<const ObjectRequest> requests, const Catalogue& catalogue,
                   RandomStream& random) {
  Content content;
  std::vector<size_t> firsts;
  for (const auto& request : requests) {
    const size_t first = content.objects.size();
    firsts.push_back(first);
    const auto class_index = catalogue.find(request.class_name);
    check(class_index.has_value(), "there is no class '{}'", request.class_name);
    ObjectSpec spec{*class_index, request.colour};
    if (!spec.colour && catalogue.at(*class_index).is_shape()) {
      spec.colour = colour_at(random.below(kNumColours));
    }
    content.objects.insert(content.objects.end(), static_cast<size_t>(request.count), spec);
    if (!request.position) continue;
    const auto& [relation, clause] = *request.position;
    const size_t target_end = clause + 1 < firsts.size() ? firsts[clause + 1] : first;
    for (size_t subject = first; subject < content.objects.size(); ++subject) {
      for (size_t target = firsts[clause]; target < target_end; ++target) {
        content.wishes.push_back({subject, target, relation});
      }
    }
  }
  return content;
}

}  // namespace

std::vector<ObjectRequest> read_requests(const Json& metadata, const Catalogue& catalogue,
                                         std::string_view where) {
  const auto include = metadata.is_object() ? metadata.find("include") : metadata.end();
  check(include != metadata.end() && include->is_array() && !include->empty(),
        "{}: 'include' is not a list of clauses", where);
  std::vector<ObjectRequest> requests;
  int64_t total = 0;
  for (const auto& clause : *include) {
    requests.push_back(read_request(clause, requests.size(), catalogue, where));
    total += requests.back().count;
  }
  check(total <= kMaxRequested, "{}: asks for {} objects, at most {} are shown", where, total,
        kMaxRequested);
  return requests;
}

Scene scene_for(std::span<const ObjectRequest> requests, const Catalogue& catalogue,
                const SampleKey& key) {
  RandomStream random(key);
  const auto content = content_of(requests, catalogue, random);
  check(!content.objects.empty(), "a scene was asked for that shows nothing");
  for (int i = 0; i < kNumScenes; ++i) {
    if (auto scene = compose(content, 1, 1, catalogue, random)) return *std::move(scene);
  }
  throw Error("no scene shows all that is asked for: too many objects, or contrary positions");
}

}  // namespace unipic::scenes
