#pragma once

#include <string_view>

#include "models/unifork/config.h"

namespace unipic::unifork {

// The stages of training (specs/unifork.md §9.1): ImageNet and captions teach the connector and the
// depth transformer, then all but the tokenizer learns, at last each branch alone.
enum class Stage { kImageNet, kCaptions, kPretrain, kInstruct, kGeneration, kUnderstanding };

// The authors call them 1.0, 1.5, 2.0, 3.0, 4.0 and 5.0. Throws `Error` for other names.
Stage stage_named(std::string_view number);

// Whether a parameter of that name in the checkpoint learns in that stage.
bool learns(Stage stage, std::string_view name, const Config& config);

}  // namespace unipic::unifork
