#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace unipic::tar {

// The scalars beside the tensors of a torch checkpoint by their names ("args.input_size"). Members
// give nothing for one that is missing or Python's None, and throw `Error` that names file and
// scalar for one of another type.
class CheckpointArgs {
 public:
  // `where` names the file in messages.
  CheckpointArgs(std::map<std::string, std::string> scalars, std::string where)
      : scalars_(std::move(scalars)), where_(std::move(where)) {}

  const std::string& where() const { return where_; }

  std::optional<int64_t> integer(const std::string& name) const;
  std::optional<double> number(const std::string& name) const;
  std::optional<bool> flag(const std::string& name) const;
  std::optional<std::string> text(const std::string& name) const;

  // Throws `Error` if the scalar is there and not `expected`.
  void expect(const std::string& name, const std::string& expected) const;

 private:
  std::map<std::string, std::string> scalars_;
  std::string where_;
};

}  // namespace unipic::tar
