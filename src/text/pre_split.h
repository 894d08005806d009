#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace unipic::text {

// Cuts text into the words that merges do not cross: each match of a regular expression is a word,
// and so is each stretch between matches.
class PreSplitter {
 public:
  static const char* qwen2_pattern();
  static const char* clip_pattern();  // without the special tokens that CLIP's has

  // `pattern` is read as Hugging Face's tokenizers read it: `\s` is White_Space, `^` and `$` match
  // at lines. Throws `Error` that names `where` if it does not compile.
  PreSplitter(std::string_view pattern, std::string where);
  PreSplitter(PreSplitter&&) noexcept;
  PreSplitter& operator=(PreSplitter&&) noexcept;
  ~PreSplitter();

  // The words of valid UTF-8 `text`, none empty; joined, they are `text`. Takes time linear in the
  // text whatever the pattern: throws `Error` when one would need more. May be called from several
  // threads.
  std::vector<std::string_view> split(std::string_view text) const;

 private:
  struct Pattern;
  std::unique_ptr<const Pattern> pattern_;
};

}  // namespace unipic::text
