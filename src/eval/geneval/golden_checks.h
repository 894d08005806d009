#pragma once

#include "base/json.h"

namespace unipic::eval {

// GenEval's golden cases that are JSON: each computes what `data` asks for and throws `Error`,
// naming the item, at the first difference from what the official code computed. Numbers agree
// within one millionth. Throws `Json::exception` if `data` is not of the expected form.
void check_geneval_geometry(const Json& data);
void check_geneval_score(const Json& data);
void check_geneval_summary(const Json& data);

}  // namespace unipic::eval
