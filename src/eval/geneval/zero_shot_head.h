#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace unipic::eval {

// CLIP's classifier for classes that are known only by captions (Radford et al. 2021, section 3.1):
// each class is the mean direction of the embeddings of its captions.
class ZeroShotHead {
 public:
  // `captions` holds the embeddings class by class, caption by caption, each `dim` long. Throws
  // `Error` if it has another length, or an embedding is zero or not finite.
  ZeroShotHead(std::span<const float> captions, size_t num_classes, size_t captions_per_class,
               size_t dim);

  // 100 times the cosine between an image's embedding and each class. Throws `Error` if the
  // embedding is of another length, zero or not finite.
  std::vector<float> logits(std::span<const float> image) const;

  // The class of the largest logit; of equal ones the first.
  size_t classify(std::span<const float> image) const;

  // Unit vectors, class by class.
  std::span<const float> weights() const { return weights_; }

 private:
  size_t dim_;
  std::vector<float> weights_;
};

}  // namespace unipic::eval
