#include "train/tasks/learn_texts.h"

#include <variant>

#include "data/fetch.h"

namespace unipic::train {
namespace {

void add_texts(text::BpeTrainer& trainer, const data::Sample& sample) {
  if (const auto* pair = std::get_if<data::TextToImage>(&sample)) {
    trainer.add(pair->caption);
  } else if (const auto* dialogue = std::get_if<data::Understanding>(&sample)) {
    trainer.add(dialogue->question);
    trainer.add(dialogue->answer);
  } else {
    trainer.add(std::get<data::Edit>(sample).instruction);
  }
}

}  // namespace

void learn_texts(text::BpeTrainer& trainer, const data::ShuffledSources& sources, int64_t count) {
  for (int64_t number = 0; number < count; ++number) {
    add_texts(trainer, data::fetch(sources, 0, static_cast<uint64_t>(number), {}).sample);
  }
}

}  // namespace unipic::train
