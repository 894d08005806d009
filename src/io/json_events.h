#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/check.h"

namespace unipic::io {

// Reads JSON as a sequence of events, so that a text of any size costs no tree. An event that a
// derived class does not override is an `Error`.
class JsonEvents : public nlohmann::json_sax<nlohmann::json> {
 public:
  // `where` begins every message.
  explicit JsonEvents(std::string where) : where_(std::move(where)) {}

  // Parses the whole of `text`. Messages count bytes from `first_byte`.
  void read(std::string_view text, size_t first_byte = 0);

  bool null() override { unexpected("null"); }
  bool boolean(bool) override { unexpected("true or false"); }
  bool number_integer(int64_t value) override { unexpected(std::to_string(value)); }
  bool number_unsigned(uint64_t value) override { unexpected(std::to_string(value)); }
  bool number_float(double, const std::string& text) override { unexpected(text); }
  bool string(std::string&) override { unexpected("a string"); }
  bool binary(nlohmann::json::binary_t&) override { unexpected("binary data"); }
  bool start_object(size_t) override { unexpected("an object"); }
  bool start_array(size_t) override { unexpected("an array"); }
  bool parse_error(size_t position, const std::string& token,
                   const nlohmann::json::exception& error) override;

 protected:
  const std::string& where() const { return where_; }
  // Throws `Error`: `what` has no place here.
  [[noreturn]] void unexpected(std::string_view what) const;
  // The place within the text, for `unexpected`: "tensor 'a', shape".
  virtual std::string place() const = 0;

 private:
  std::string where_;
  size_t first_byte_ = 0;
};

}  // namespace unipic::io
