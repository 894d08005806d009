#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "unipic/image.h"

namespace unipic {

// The arithmetic of the networks. The goldens are fp32; the authors run bf16. `kAuto` is fp32 for
// models of less than half a billion weights where the processor does not multiply bf16 in
// hardware, which takes several times longer then, and bf16 otherwise. With `kInt8` the weights of
// all stacked layers are kept in 8 bits, and on a CPU what they multiply is rounded to 8 bits, too;
// the rest is as with bf16. `kAuto` means that for a checkpoint that holds weights in 8 bits.
// `kInt4` is like `kInt8` with weights in 4 bits and a scale for 32 of them.
enum class DType { kAuto, kF32, kBF16, kInt8, kInt4 };

// What computes on a CPU: our own kernels where there are some for the type, or LibTorch's alone.
enum class Kernels { kOwn, kAten };

// Parts of UniPic2-SD3.5M-Kontext that lie elsewhere than its other parts: files as other programs
// have them, or folders of the published layout. Empty: as the model has them. A model that is a
// file has no tokenizers; one without T5 is told prompts by CLIP alone.
struct ModelParts {
  std::filesystem::path clip_l = {}, clip_g = {}, t5 = {}, vae = {};
  std::filesystem::path tokenizers = {};  // holds tokenizer/, tokenizer_2/ and tokenizer_3/
};

struct LoadOptions {
  DType dtype = DType::kAuto;
  Kernels kernels = Kernels::kOwn;
  std::string device = "cpu";  // "cpu", "cuda" or "cuda:N"
  int threads = 0;             // of this process for all models; 0: one a core
  // Qwen2.5-VL's folder for UniPic2-Metaquery, which is published without it. Empty: the folder
  // "Qwen2.5-VL-7B-Instruct" in the model's or beside it.
  std::filesystem::path lmm = {};
  ModelParts parts = {};
  // Bytes of memory that may be used; what by estimate takes more is refused before it begins. 0:
  // no limit.
  int64_t max_ram = 0;
  // Told in one line about what is odd but no error. May be empty.
  std::function<void(const std::string& line)> on_warning = {};
};

// How far a run is: `step` of `num_steps` of `stage` ("generate", "answer").
struct Progress {
  std::string stage;
  int64_t step = 0;
  int64_t num_steps = 0;
};

// What every task may be told. Callbacks run on the calling thread and may be empty.
struct RunOptions {
  std::stop_token stop = {};  // a requested stop ends the run with `Cancelled` within a moment
  std::function<void(const Progress& progress)> on_progress = {};
};

enum class GuidanceSchedule { kConstant, kLinear };

// A further pass that leaves layers of the transformer out, from whose result a picture is pushed
// away (UniPic 2).
struct SkippedLayers {
  std::vector<int64_t> layers = {};  // none: no such pass
  double scale = 2.8;
  double start = 0.01, stop = 0.2;  // shares of the steps between which it happens, both excluded

  bool operator==(const SkippedLayers&) const = default;
};

// Which of Tar's networks makes pixels of tokens: one that writes the tokens of a VQGAN, or a
// diffusion transformer. `kAuto`: the first that the model's files have for the picture's size.
enum class Detokenizer { kAuto, kAutoregressive, kDiffusion };

// How models that see and draw pictures as tokens do it.
struct PictureTokenOptions {
  int64_t scale = 0;           // 0, 1, 2: Tar has 729, 169 or 81 tokens of a picture
  bool samples_codes = false;  // the tokens of a given picture are drawn, not the likeliest
  // Of the tokens of a picture to draw; none: as the model's authors do.
  std::optional<int64_t> top_k = {};
  std::optional<double> top_p = {};
  Detokenizer detokenizer = Detokenizer::kAuto;

  bool operator==(const PictureTokenOptions&) const = default;
};

struct GenerateOptions : RunOptions {
  int64_t width = 0;   // pixels; 0: the model's default size
  int64_t height = 0;  // pixels; 0: as the width
  int64_t steps = 0;   // 0: the model's default, or fewer for a small picture
  // Classifier-free guidance scale, 1 turns it off; none: the model's default.
  std::optional<double> guidance = {};
  GuidanceSchedule guidance_schedule = GuidanceSchedule::kConstant;  // UniPic 1 has both
  // Of the noise in UniPic 1's diffusion head, or of the choice of a picture's tokens.
  double temperature = 1.0;
  SkippedLayers skipped_layers = {};
  int64_t max_prompt_tokens = 0;  // that UniPic 2's T5 reads; 0: 256
  PictureTokenOptions picture_tokens = {};
  // What the unconditional half is told; none: what the model's authors tell it, mostly nothing.
  std::optional<std::string> negative = {};
  int64_t count = 1;  // pictures, drawn together
  uint64_t seed = 0;  // of the first picture; the next has the next seed

  // The pictures as far as they are, called after every `preview_every` iterations; 0: never.
  int64_t preview_every = 0;
  std::function<void(int64_t step, const std::vector<Image>& so_far)> on_preview;
};

// Which way a picture takes to UniPic 1's language model: features of the MAR encoder, as the
// published code does it, or the SigLIP2 tower, as the paper says.
enum class VisionRoute { kMar, kSiglip2 };

struct DescribeOptions : RunOptions {
  int64_t size = 0;  // pixels a side the picture is resized to on the MAR route; 0: the default
  int64_t max_tokens = 1024;
  double temperature = 0;  // of the choice of the next token; 0: always the likeliest
  int64_t top_k = 0;       // only so many of the likeliest; 0: all
  double top_p = 1;        // only the likeliest that have this share of the probability together
  uint64_t seed = 0;       // of that choice
  VisionRoute route = VisionRoute::kMar;
  PictureTokenOptions picture_tokens = {};  // of the picture that is seen
  // The answer as it comes, piece by piece.
  std::function<void(const std::string& piece)> on_text;
};

}  // namespace unipic
