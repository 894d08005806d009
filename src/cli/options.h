#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/reporter.h"
#include "unipic/options.h"
#include "unipic/pipeline.h"

namespace unipic::cli {

// The flags that every command with a model has, in the spelling of stable-diffusion.cpp.
struct ModelFlags {
  std::string model;
  std::string dtype = "auto";
  std::string kernels = "own";
  std::string device = "cpu";
  std::string lmm;
  ModelParts parts;
  double max_gigabytes = 0;
  int threads = 0;
  bool json = false;
  bool quiet = false;

  void add_to(CLI::App& command);
  // Throws `UsageError` if there is no such model or the flags ask for what is not built yet.
  std::filesystem::path folder() const;
  LoadOptions load_options(Reporter& reporter) const;
};

// The flags of the commands that draw.
struct DrawFlags {
  ModelFlags common;
  std::string out = "out.png";
  std::string schedule = "constant";
  std::string detokenizer = "auto";
  std::string preview;
  int64_t seed = 42;
  GenerateOptions options;

  void add_to(CLI::App& command);
  // Throws `UsageError` or `Error` for what would fail after the work otherwise.
  void check(const std::string& prompt) const;
  // The options as the flags give them; a negative --seed becomes a random one.
  GenerateOptions generate_options() const;
};

// The DType that a --dtype says. Throws `UsageError`.
DType dtype_of(const std::string& name);

// --scale and --sample-codes, for commands that are given or draw pictures.
void add_picture_token_flags(CLI::App& command, PictureTokenOptions& options);

// --kernels, for commands that compute.
void add_kernels_flag(CLI::App& command, std::string& kernels);
Kernels kernels_of(const std::string& name);

// The folder of a model given by path or by name: names are folders below $UNIPIC_MODELS, or below
// ~/.local/share/unipic/models; an empty one is the program's own in the assets. Throws
// `UsageError` or `Error` if there is none.
std::filesystem::path find_model(const std::string& name);

}  // namespace unipic::cli
