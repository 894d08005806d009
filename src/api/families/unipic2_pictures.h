#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "api/model.h"
#include "models/unipic2/flow_model.h"
#include "ops/placement.h"

// What UniPic 2's two products have in common: pictures from noise by a flow model.

namespace unipic::api {

// How a flow model is to be loaded, and what its weights take then.
struct FlowPlan {
  ops::Placement placement;
  int64_t weight_bytes = 0;
};
FlowPlan plan_flow(const unipic2::FlowFiles& files, const LoadOptions& options);

// From now on `flow` computes as the options ask.
void prepare(unipic2::FlowModel& flow, const LoadOptions& options);

ModelFacts unipic2_facts(const unipic2::FlowModel& flow, bool can_describe);

// What drawing takes beside weights, by estimate.
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

// A `Product` that draws with its `flow()`, as a model.
template <typename Product>
class UniPic2Model : public Model {
 public:
  UniPic2Model(Product product, bool can_describe, const LoadOptions& options)
      : product_(std::move(product)),
        facts_(unipic2_facts(product_.flow(), can_describe)),
        dtype_(ops::dtype_name(flow().placement().dtype, ops::weight_bits(options.dtype))) {
    prepare(product_.flow(), options);
  }

  const ModelFacts& facts() const override { return facts_; }
  std::string dtype() const override { return dtype_; }
  void advance(std::span<PictureRun* const> runs) const override { advance_unipic2(runs); }

 protected:
  const Product& product() const { return product_; }
  const unipic2::FlowModel& flow() const { return product_.flow(); }

 private:
  Product product_;
  ModelFacts facts_;
  std::string dtype_;
};

}  // namespace unipic::api
