// Encoding and decoding with a made-up vocabulary of about 50000 merges, as large as a real one's
// words need: the merges spell made-up words letter by letter.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "text/byte_level.h"
#include "text/tokenizer.h"

namespace unipic::text {
namespace {

constexpr size_t kNumMerges = 50000;

std::string made_up_word(std::mt19937& random) {
  static constexpr const char* kSyllables[] = {
      "an", "be", "con", "der", "e",   "fi", "gra", "in",  "ka",           "lo",      "ment",
      "ne", "or", "pre", "ri",  "sta", "ti", "un",  "ver", "\xE7\x8C\xAB", "\xC3\xA9"};
  std::string word;
  for (size_t i = 1 + random() % 4; i > 0; --i)
    word += kSyllables[random() % std::size(kSyllables)];
  return word;
}

std::vector<std::string> made_up_words() {
  std::mt19937 random(1);
  std::vector<std::string> words(30000);
  for (auto& word : words) word = made_up_word(random);
  return words;
}

std::string spelled(std::string_view bytes) {
  std::string token;
  for (const char byte : bytes) token += byte_token(static_cast<uint8_t>(byte));
  return token;
}

// Merges for " word" and all that it begins with; shorter pieces first, as training finds them.
TokenizerParts made_up_parts(const std::vector<std::string>& words) {
  Vocabulary vocabulary;
  for (int byte = 0; byte < 256; ++byte) {
    vocabulary.add(byte_token(static_cast<uint8_t>(byte)), byte, "bench");
  }
  std::vector<BpeMerge> merges;
  for (size_t length = 2; length < 20; ++length) {
    for (const auto& word : words) {
      const auto text = " " + word;
      const auto whole = spelled(text.substr(0, length));
      const auto left = vocabulary.find(spelled(text.substr(0, length - 1)));
      if (text.size() < length || merges.size() == kNumMerges || vocabulary.find(whole)) continue;
      const auto id = static_cast<int32_t>(vocabulary.end_id());
      vocabulary.add(whole, id, "bench");
      merges.push_back({*left, *vocabulary.find(spelled(text.substr(length - 1, 1))), id});
    }
  }
  return {.vocabulary = std::move(vocabulary),
          .merges = std::move(merges),
          .added_tokens = {{.content = "<|im_start|>", .id = 1 << 20, .special = true}},
          .splitter = PreSplitter(PreSplitter::qwen2_pattern(), "bench")};
}

const Tokenizer& tokenizer() {
  static const Tokenizer made(made_up_parts(made_up_words()), "bench");
  return made;
}

// Words of which some are frequent, with punctuation, numbers, scripts, emoji and loose accents.
std::string mixed_text(size_t num_bytes) {
  static constexpr const char* kOthers[] = {".\n\n",
                                            ", ",
                                            " 2024",
                                            "'s",
                                            "\xE4\xB8\x80\xE5\x8F\xAA\xE7\x99\xBD\xE8\x89\xB2",
                                            " caf\x65\xCC\x81",
                                            " \xF0\x9F\x98\x80",
                                            " \xD0\xBF\xD1\x80\xD0\xB8",
                                            " {x_1};\n",
                                            "  "};
  const auto words = made_up_words();
  std::mt19937 random(2);
  std::string text;
  while (text.size() < num_bytes) {
    const double skew = static_cast<double>(random()) / static_cast<double>(std::mt19937::max());
    text +=
        " " +
        words[static_cast<size_t>(skew * skew * skew * 0.999 * static_cast<double>(words.size()))];
    if (random() % 4 == 0) text += kOthers[random() % std::size(kOthers)];
  }
  return text;
}

void encode(benchmark::State& state, const std::string& text) {
  tokenizer();
  for (auto _ : state) benchmark::DoNotOptimize(tokenizer().encode(text));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

void encode_mixed(benchmark::State& state) {
  encode(state, mixed_text(static_cast<size_t>(state.range(0))));
}
BENCHMARK(encode_mixed)->Arg(200)->Arg(1 << 20)->Unit(benchmark::kMicrosecond);

void encode_one_long_word(benchmark::State& state) {
  encode(state, std::string(static_cast<size_t>(state.range(0)), 'a'));
}
BENCHMARK(encode_one_long_word)->Arg(1 << 20)->Unit(benchmark::kMicrosecond);

void decode_mixed(benchmark::State& state) {
  const auto text = mixed_text(1 << 20);
  const auto ids = tokenizer().encode(text);
  for (auto _ : state) benchmark::DoNotOptimize(tokenizer().decode(ids));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(decode_mixed)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace unipic::text
