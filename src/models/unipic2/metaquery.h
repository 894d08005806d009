#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/unipic2/flow_model.h"
#include "models/unipic2/query_rows.h"

namespace unipic::unipic2 {

// How the folder of Qwen2.5-VL is called where nothing else is said.
inline constexpr const char* kLmmFolder = "Qwen2.5-VL-7B-Instruct";

// That of a Metaquery in `folder`: `given`, or if that is empty, `kLmmFolder` in it or beside it.
// Throws `Error` if there is none.
std::filesystem::path find_lmm(const std::filesystem::path& folder,
                               const std::filesystem::path& given);

// UniPic2-Metaquery: Qwen2.5-VL reads prompts and pictures for learned queries, and a connector
// tells the transformer what they found (specs/unipic2.md §10). Questions about pictures are
// Qwen2.5-VL's alone.
class Metaquery {
 public:
  // Opens a published folder and that of Qwen2.5-VL. Throws `Error` for what is missing, malformed
  // or does not fit.
  Metaquery(const std::filesystem::path& folder, std::filesystem::path lmm_folder,
            const ops::Placement& placement);

  const ChatReader& reader() const { return reader_; }
  const Conditioner& conditioner() const { return conditioner_; }
  const FlowModel& flow() const { return flow_; }
  FlowModel& flow() { return flow_; }

  // Qwen2.5-VL's networks, to answer questions: they are larger than the rest together.
  VisionLanguageModel open_lmm() const { return {lmm_folder_, reader_, flow_.placement()}; }

  // What the transformer is told by texts (`text_to_draw`, `text_to_edit`), whose pictures are
  // `pictures`. Traces "input_ids", "attention_mask", "position_ids", "image_embeds" and
  // "query_states".
  EncodedPrompts encode(const std::vector<std::string>& texts,
                        const qwen25_vision::Patches& pictures, const RunControl& control = {},
                        const nn::Trace& trace = {}) const;

 private:
  std::filesystem::path lmm_folder_;
  ChatReader reader_;
  Conditioner conditioner_;
  FlowModel flow_;
};

}  // namespace unipic::unipic2
