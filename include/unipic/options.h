#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

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

struct LoadOptions {
  DType dtype = DType::kAuto;
  Kernels kernels = Kernels::kOwn;
  std::string device = "cpu";  // "cpu", "cuda" or "cuda:N"
  int threads = 0;             // of this process for all models; 0: one a core
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

struct GenerateOptions : RunOptions {
  int64_t width = 0;      // pixels; 0: the model's default size
  int64_t height = 0;     // pixels; 0: as the width
  int64_t steps = 0;      // iterations; 0: 32, or the number of tokens if that is less
  double guidance = 3.0;  // classifier-free guidance scale; 1 turns it off
  GuidanceSchedule guidance_schedule = GuidanceSchedule::kConstant;
  double temperature = 1.0;  // of the noise in the diffusion head
  std::string negative;      // what the unconditional half is told instead of nothing
  int64_t count = 1;         // pictures, drawn together
  uint64_t seed = 0;         // of the first picture; the next has the next seed

  // The pictures as far as they are, called after every `preview_every` iterations; 0: never.
  int64_t preview_every = 0;
  std::function<void(int64_t step, const std::vector<Image>& so_far)> on_preview;
};

// Which way a picture takes to the language model: features of the MAR encoder, as the published
// code does it, or the SigLIP2 tower, as the paper says.
enum class VisionRoute { kMar, kSiglip2 };

struct DescribeOptions : RunOptions {
  int64_t size = 0;  // pixels a side the picture is resized to on the MAR route; 0: the default
  int64_t max_tokens = 1024;
  VisionRoute route = VisionRoute::kMar;
  // The answer as it comes, piece by piece.
  std::function<void(const std::string& piece)> on_text;
};

}  // namespace unipic
