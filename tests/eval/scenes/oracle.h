#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/check.h"
#include "data/scenes/request.h"
#include "data/scenes/shared.h"
#include "eval/scenes/items.h"

namespace unipic::test {

// A picture's bytes, to look it up by.
inline std::string bytes_of(const Image& image) {
  return {image.pixels.begin(), image.pixels.end()};
}

// Knows what the pictures show that it was told of, and sees nothing in others.
class Witness {
 public:
  void remember(const Image& image, std::vector<scenes::SeenObject> objects) {
    for (auto& object : objects) object.score = 0.95F;
    known_[bytes_of(image)] = std::move(objects);
  }
  eval::Look look() const {
    return [this](const Image& image) {
      const auto found = known_.find(bytes_of(image));
      return found == known_.end() ? std::vector<scenes::SeenObject>() : found->second;
    };
  }

 private:
  std::map<std::string, std::vector<scenes::SeenObject>> known_;
};

// Draws, edits and answers all items of the suite exactly, and tells the witness what it drew.
class Oracle : public eval::Subject {
 public:
  Oracle(const eval::SuiteOptions& options, int64_t size) : size_(size) {
    const auto& catalogue = scenes::test::catalogue();
    for (const auto& prompt : eval::scene_prompts(catalogue)) {
      prompts_[prompt.prompt.prompt] = prompt;
    }
    for (const auto& item : eval::edit_items(options)) {
      const auto edit = eval::edit_of(item, catalogue);
      edits_[{bytes_of(picture(edit.before)), edit.instruction}] = edit;
    }
    for (const auto& item : eval::question_items(options)) {
      const auto [scene, question] = eval::question_of(item, catalogue);
      answers_[{bytes_of(picture(scene)), question.text}] = question.answer;
    }
    // The pictures on which the judge is tested.
    for (int64_t i = 0; i < options.renders; ++i) picture(eval::test_scene(i, catalogue));
  }

  const Witness& witness() const { return witness_; }
  int64_t num_drawn() const { return num_drawn_; }

  int64_t size() override { return size_; }
  std::vector<Image> draw(const std::string& prompt, int64_t count, uint64_t seed) override {
    const auto& catalogue = scenes::test::catalogue();
    const auto requests = scenes::read_requests(
        parse_json(prompts_.at(prompt).prompt.line, "prompt"), catalogue, "prompt");
    std::vector<Image> images;
    for (int64_t i = 0; i < count; ++i) {
      images.push_back(picture(scenes::scene_for(
          requests, catalogue, {.seed = seed, .index = static_cast<uint64_t>(i)})));
    }
    num_drawn_ += count;
    return images;
  }
  Image edit(const Image& source, const std::string& instruction, uint64_t) override {
    return picture(edits_.at({bytes_of(source), instruction}).after);
  }
  std::string answer(const Image& image, const std::string& question) override {
    return " " + answers_.at({bytes_of(image), question}) + "\n";
  }

 private:
  Image picture(const scenes::Scene& scene) {
    const auto picture = scenes::render(scene, scenes::test::catalogue(), size_, size_);
    witness_.remember(picture.image, scenes::labels_of(scene, picture));
    return picture.image;
  }

  using Key = std::pair<std::string, std::string>;
  const int64_t size_;
  Witness witness_;
  std::map<std::string, eval::ScenePrompt> prompts_;
  std::map<Key, scenes::Edit> edits_;
  std::map<Key, std::string> answers_;
  int64_t num_drawn_ = 0;
};

}  // namespace unipic::test
