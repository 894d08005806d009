#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/options.h"

namespace unipic::cli {

// Loads the model, lets `draw` make the pictures with the options it is given, and writes them.
// What `generate` and `edit` have in common.
using Draw = std::function<std::vector<Picture>(const Pipeline&, const GenerateOptions&)>;
int draw_and_write(const DrawFlags& flags, const std::string& prompt, const Draw& draw);

}  // namespace unipic::cli
