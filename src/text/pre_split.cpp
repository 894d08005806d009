#include "text/pre_split.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/check.h"
#include "text/utf8.h"

namespace unipic::text {
namespace {

constexpr size_t kMaxPatternBytes = 4096;
constexpr size_t kMaxHeapKiB = 16 << 10;

struct Free {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

// PCRE2's `\s` also matches U+180E, which is no white space in Unicode.
std::string with_unicode_space(std::string_view pattern) {
  std::string translated;
  for (size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '\\' || at + 1 == pattern.size()) {
      translated += pattern[at];
      continue;
    }
    const char escaped = pattern[++at];
    if (escaped == 's') {
      translated += "\\p{White_Space}";
    } else if (escaped == 'S') {
      translated += "\\P{White_Space}";
    } else {
      translated.append({'\\', escaped});
    }
  }
  return translated;
}

std::string message_of(int code) {
  std::array<PCRE2_UCHAR, 200> text{};
  pcre2_get_error_message(code, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

// Each match is tried at one place, so that a limit on its steps is a limit on all that is done.
Owned<pcre2_code> compile(std::string_view pattern, std::string_view where) {
  check(pattern.size() <= kMaxPatternBytes,
        "{}: the split pattern has {} bytes, at most {} are read", where, pattern.size(),
        kMaxPatternBytes);
  const auto translated = with_unicode_space(pattern);
  int error = 0;
  size_t offset = 0;
  Owned<pcre2_code> code(pcre2_compile(
      reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(),
      PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_ANCHORED | PCRE2_NEVER_BACKSLASH_C, &error,
      &offset, nullptr));
  if (code == nullptr) {
    throw Error(fmt::format("{}: the split pattern '{}' does not compile: {}", where, pattern,
                            message_of(error)));
  }
  // Where it fails (no executable memory), matching is interpreted: slower, the same result.
  pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);
  return code;
}

struct Match {
  size_t begin, end;
};

// Matches over one text, with steps rationed: a few at each place, and for the places that need
// more a common store in proportion to the text.
class Matcher {
 public:
  Matcher(const pcre2_code* code, std::string_view where, std::string_view text)
      : code_(code),
        where_(where),
        text_(text),
        data_(pcre2_match_data_create(1, nullptr)),
        context_(pcre2_match_context_create(nullptr)),
        extra_steps_(kExtraSteps + kExtraStepsPerByte * text.size()) {
    check(data_ != nullptr && context_ != nullptr, "{}: no memory to match in", where);
    pcre2_set_heap_limit(context_.get(), kMaxHeapKiB);
  }

  std::optional<Match> match_at(size_t at) {
    for (size_t steps = kStepsPerPlace;; steps *= 16) {
      if (steps != limit_) pcre2_set_match_limit(context_.get(), static_cast<uint32_t>(steps));
      limit_ = steps;
      const int result =
          pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(text_.data()), text_.size(), at,
                      PCRE2_NO_UTF_CHECK, data_.get(), context_.get());
      if (result == PCRE2_ERROR_NOMATCH) return std::nullopt;
      if (result >= 0) return found(at);
      check(result == PCRE2_ERROR_MATCHLIMIT,
            "{}: the split pattern fails at byte {} of the text: {}", where_, at,
            message_of(result));
      check(steps * 16 <= extra_steps_,
            "{}: the split pattern needs too many steps at byte {} of the text", where_, at);
      extra_steps_ -= steps * 16;
    }
  }

 private:
  static constexpr size_t kStepsPerPlace = 256;
  static constexpr size_t kExtraSteps = size_t{1} << 20;
  static constexpr size_t kExtraStepsPerByte = 64;

  Match found(size_t at) const {
    const auto* offsets = pcre2_get_ovector_pointer(data_.get());
    check(offsets[0] >= at && offsets[0] <= offsets[1],
          "{}: the split pattern matches backwards at byte {} of the text", where_, at);
    return {offsets[0], offsets[1]};
  }

  const pcre2_code* code_;
  std::string_view where_;
  std::string_view text_;
  Owned<pcre2_match_data> data_;
  Owned<pcre2_match_context> context_;
  size_t extra_steps_;
  size_t limit_ = 0;
};

}  // namespace

struct PreSplitter::Pattern {
  Owned<pcre2_code> code;
  std::string where;
};

const char* PreSplitter::qwen2_pattern() {
  return R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|)"
         R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
}

const char* PreSplitter::clip_pattern() {
  return R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+)";
}

PreSplitter::PreSplitter(std::string_view pattern, std::string where) {
  auto code = compile(pattern, where);
  pattern_ = std::make_unique<const Pattern>(Pattern{std::move(code), std::move(where)});
}
PreSplitter::PreSplitter(PreSplitter&&) noexcept = default;
PreSplitter& PreSplitter::operator=(PreSplitter&&) noexcept = default;
PreSplitter::~PreSplitter() = default;

std::vector<std::string_view> PreSplitter::split(std::string_view text) const {
  std::vector<std::string_view> words;
  size_t done = 0;  // Everything before it is in `words`.
  const auto cut_at = [&](size_t end) {
    if (end > done) words.push_back(text.substr(done, end - done));
    done = end;
  };
  Matcher matcher(pattern_->code.get(), pattern_->where, text);
  std::optional<size_t> last_end;  // An empty match where the last one ended does not count.
  for (size_t at = 0; at <= text.size();) {
    const auto match = matcher.match_at(at);
    const bool counts = match && !(match->begin == match->end && match->end == last_end);
    if (counts) {
      cut_at(match->begin);
      cut_at(match->end);
      last_end = match->end;
    }
    if (counts && match->end > at) {
      at = match->end;
    } else {
      at += at < text.size() ? read_code_point(text.substr(at)).length : 1;
    }
  }
  cut_at(text.size());
  return words;
}

}  // namespace unipic::text
