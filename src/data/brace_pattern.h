#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace unipic::data {

// The names that a pattern stands for, in order: "a-{00..02}.tar" is a-00.tar, a-01.tar, a-02.tar
// (a leading zero keeps the width), "{a,b}" is a, b. Several braces vary from the last to the
// first. Throws `Error` for braces that are not closed, empty or nested, a range that goes down,
// or more than a million names.
std::vector<std::string> expand_braces(std::string_view pattern);

}  // namespace unipic::data
