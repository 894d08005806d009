#pragma once

#include <torch/types.h>

#include <cstdint>

// D width, S scales, C codes.

namespace unipic::tar {

struct VocabularyExtension {
  int64_t num_base_tokens = 0;  // of the tokenizer, less than there may be rows
  torch::Tensor scale_rows_SD;  // what "<S…>" begin with
  int64_t num_codes = 0;        // C
  // What "<I…>" begin with, [C, D]; undefined: the mean of all rows before them.
  torch::Tensor code_rows_CD;
};

// The rows of an embedding or output head of Qwen2.5 for Tar's vocabulary (specs/tar.md §3.2):
// those of the base tokens, of "<im_start>" and "<im_end>" (unused rows that the base has), "<S…>"
// and "<I…>". Throws `Error` if the base has too few rows or widths differ.
torch::Tensor extended_rows(const torch::Tensor& base_rows, const VocabularyExtension& extension);

}  // namespace unipic::tar
