#pragma once

#include <string>
#include <vector>

namespace unipic::train {

// Round numbers from `low` to `high`, both within the range, about `wanted` of them: steps of 1, 2
// or 5 times a power of ten. `low` must be below `high`.
std::vector<double> linear_ticks(double low, double high, int wanted);

// As above for a logarithmic axis, 0 < low < high: powers of ten, with their double and fivefold
// where the range spans few of them; linear ones where it spans less than one.
std::vector<double> log_ticks(double low, double high, int wanted);

// "0", "0.05", "12k", "3M", "1e-05".
std::string tick_text(double value);

}  // namespace unipic::train
