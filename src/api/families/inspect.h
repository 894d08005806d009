#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "convert/load_weights.h"
#include "convert/opened.h"
#include "unipic/checkpoint.h"

// What `inspect` says of each family's models, without loading them.

namespace unipic::api {

Inspection inspect_unipic1(const std::filesystem::path& folder);
Inspection inspect_kontext(const std::filesystem::path& folder);
Inspection inspect_metaquery(const std::filesystem::path& folder);
Inspection inspect_tar(const std::filesystem::path& folder);
Inspection inspect_unifork(const std::filesystem::path& folder);

// "a, b, c, ... (30 in all)".
std::string joined(const std::vector<std::string>& items);

// The types that the tensors of `weights` have in their files, joined.
std::string dtypes_of(const convert::WeightSource& weights);

// Adds what each tensor of `weights` is, its name after `prefix`.
void add_tensors(const convert::WeightSource& weights, const std::string& prefix,
                 std::vector<TensorInfo>& tensors);

// "complete", or how many tensors are missing or misshapen.
std::string fit_text(const convert::WeightFit& fit);

// Adds what a network is that takes its weights from `weights`: its `sizes`, how many weights of
// which types, and whether all are there.
void add_part(Inspection& found, const std::string& name, const std::string& sizes,
              const torch::nn::Module& network, const convert::WeightSource& weights);
// The same of an opened one.
template <typename Module>
void add_part(Inspection& found, const std::string& name, const std::string& sizes,
              const convert::Opened<Module>& part) {
  add_part(found, name, sizes, *part.module, part.weights);
}

}  // namespace unipic::api
