#include "models/tar/training_sample.h"

#include <algorithm>
#include <string_view>

#include "base/check.h"

namespace unipic::tar {
namespace {

constexpr std::string_view kPicture = "<image>";

// "\n" of Qwen's vocabulary, as the reference has it.
constexpr int64_t kLineBreakId = 198;

// The ids of `text`, `kPictureMark` for each "<image>".
std::vector<int64_t> ids_with_pictures(const text::Tokenizer& tokenizer, std::string_view text) {
  std::vector<int64_t> ids;
  for (;;) {
    const auto at = text.find(kPicture);
    const auto piece = tokenizer.encode(text.substr(0, at));
    ids.insert(ids.end(), piece.begin(), piece.end());
    if (at == std::string_view::npos) return ids;
    ids.push_back(kPictureMark);
    text.remove_prefix(at + kPicture.size());
  }
}

// The model draws between the marks of a picture's beginning and end.
std::string with_picture_marks(std::string text) {
  constexpr std::string_view kMarked = "<im_start><image><im_end>";
  for (size_t at = text.find(kPicture); at != std::string::npos;
       at = text.find(kPicture, at + kMarked.size()))
    text.replace(at, kPicture.size(), kMarked);
  return text;
}

class SampleWriter {
 public:
  explicit SampleWriter(const PromptWriter& prompts)
      : tokenizer_(prompts.tokenizer()),
        turn_ids_{tokenizer_.token_id("<|im_start|>"), tokenizer_.token_id("<|im_end|>")} {}

  void add(std::string_view role, std::string_view text, bool is_learned) {
    for (const int64_t id :
         ids_with_pictures(tokenizer_, fmt::format("<|im_start|>{}\n{}<|im_end|>\n", role, text))) {
      sample_.ids.push_back(id);
      sample_.labels.push_back(label_of(id, is_learned));
    }
  }
  TrainingSample take() { return std::move(sample_); }

 private:
  int64_t label_of(int64_t id, bool is_learned) const {
    if (id == kPictureMark) return is_learned ? tokenizer_.vocab_size() : kIgnored;
    const bool is_everywhere = id == kLineBreakId || std::ranges::count(turn_ids_, id) > 0;
    return is_learned || is_everywhere ? id : kIgnored;
  }

  const text::Tokenizer& tokenizer_;
  std::vector<std::optional<int64_t>> turn_ids_;
  TrainingSample sample_;
};

}  // namespace

int64_t TrainingSample::num_pictures() const { return std::ranges::count(ids, kPictureMark); }

TrainingSample training_sample(const PromptWriter& prompts, const std::vector<Speech>& speeches) {
  const auto first = std::ranges::find(speeches, Speech::From::kHuman, &Speech::from);
  check(first != speeches.end(), "a conversation without a speech of the human");
  SampleWriter writer(prompts);
  writer.add("system", kSystemText, /*is_learned=*/false);
  for (auto speech = first; speech != speeches.end(); ++speech) {
    const bool is_model = speech->from == Speech::From::kModel;
    writer.add(is_model ? "assistant" : "user",
               is_model ? with_picture_marks(speech->text) : speech->text, is_model);
  }
  return writer.take();
}

}  // namespace unipic::tar
