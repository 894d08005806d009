#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "text/byte_level.h"
#include "text/pre_split.h"

namespace unipic::text::test {

// The 256 byte tokens with ids 0 to 255, "ab" and "abc".
inline Json small_vocab() {
  Json vocab = Json::object();
  for (int byte = 0; byte < 256; ++byte) vocab[byte_token(static_cast<uint8_t>(byte))] = byte;
  vocab["ab"] = 256;
  vocab["abc"] = 257;
  return vocab;
}

inline Json added_token(int id, std::string_view content, bool special = false) {
  return {{"id", id}, {"content", content}, {"special", special}};
}

// A tokenizer.json in the layout of Qwen2's.
inline Json small_tokenizer_json() {
  const Json split = {{"type", "Split"},
                      {"pattern", {{"Regex", PreSplitter::qwen2_pattern()}}},
                      {"behavior", "Isolated"},
                      {"invert", false}};
  const Json byte_level = {
      {"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
  return {{"added_tokens", Json::array({added_token(258, "<s>", true), added_token(259, "<sx>")})},
          {"normalizer", {{"type", "NFC"}}},
          {"pre_tokenizer",
           {{"type", "Sequence"}, {"pretokenizers", Json::array({split, byte_level})}}},
          {"model",
           {{"type", "BPE"},
            {"vocab", small_vocab()},
            {"merges", Json::array({"a b", Json::array({"ab", "c"})})}}}};
}

}  // namespace unipic::text::test
