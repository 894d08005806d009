#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "api/model.h"
#include "models/unipic2/flow_model.h"

// What UniPic 2's two products have in common: pictures from noise by a flow model.

namespace unipic::api {

// The type and place that the options ask for.
ops::Placement unipic2_placement(const LoadOptions& options, const unipic2::FlowFiles& files);

// From now on `flow` computes as the options ask.
void prepare(unipic2::FlowModel& flow, const LoadOptions& options);

ModelFacts unipic2_facts(const unipic2::FlowModel& flow, bool can_describe);

// What `flow` and what both products draw with beside the reading of prompts takes, by estimate.
int64_t flow_weight_bytes(const unipic2::FlowFiles& files, const ops::Placement& placement,
                          const LoadOptions& options);
int64_t flow_bytes_to_draw(const unipic2::FlowModel& flow, const GenerateOptions& options,
                           int64_t num_pictures, bool is_edit);

// `Model::filled_in` of both. An edit without a size keeps the aspect of its source.
GenerateOptions unipic2_filled_in(GenerateOptions options, const Image* source,
                                  const ModelFacts& facts);

unipic2::PromptTexts prompt_texts(std::span<const PictureSettings> pictures);

// `source` at the size of the options: as a whole where they keep its aspect, else its middle.
Image source_picture(const Image& source, const GenerateOptions& options);

// Pictures from noise of their seeds. `source`, already at its size, is the picture to edit; null:
// none. The model must outlive them.
std::unique_ptr<PictureRun> begin_unipic2(const unipic2::FlowModel& flow,
                                          const unipic2::PromptPair& prompts, const Image* source,
                                          std::span<const PictureSettings> pictures,
                                          const RunControl& control);
void advance_unipic2(std::span<PictureRun* const> runs);

}  // namespace unipic::api
