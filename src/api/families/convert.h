#pragma once

#include <torch/types.h>

#include <filesystem>
#include <optional>

#include "unipic/checkpoint.h"

// What `convert_checkpoint` does with folders of each family.

namespace unipic::api {

// None: each tensor keeps its own.
std::optional<torch::ScalarType> target_type(ConvertOptions::Target target);

void convert_unipic1(const std::filesystem::path& in, const std::filesystem::path& out,
                     const ConvertOptions& options);
void write_random_unipic1(const std::filesystem::path& out, uint64_t seed,
                          const ConvertOptions& options);

// Merges a LoRA adapter into the transformer. Throws `UsageError` for other wishes.
void convert_unipic2(const std::filesystem::path& in, const std::filesystem::path& out,
                     const ConvertOptions& options);

// Throws `UsageError`: of this family nothing can be converted yet.
void convert_nothing(const std::filesystem::path& in, const std::filesystem::path& out,
                     const ConvertOptions& options);

}  // namespace unipic::api
