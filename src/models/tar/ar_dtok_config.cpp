#include "models/tar/ar_dtok_config.h"

#include <cmath>
#include <string>

#include "base/config_check.h"

namespace unipic::tar {
namespace {

constexpr int64_t kMaxSize = int64_t{1} << 20;

struct NamedSize {
  std::string_view name;
  int64_t num_layers, dim, num_heads;
};
constexpr NamedSize kNamedSizes[] = {
    {"S", 12, 384, 6},    {"B", 12, 768, 12},    {"L", 24, 1024, 16},   {"LP", 30, 1280, 20},
    {"XL", 36, 1280, 20}, {"XXL", 48, 1536, 24}, {"XXXL", 48, 2560, 40}};

// Width, depth and heads.
void read_size(const CheckpointArgs& args, ArDtokConfig& config) {
  const auto name = args.text("name").value_or("");
  const auto size = name.substr(name.rfind('-') + 1);
  const NamedSize* known = nullptr;
  for (const auto& named : kNamedSizes)
    if (named.name == size) known = &named;
  const auto read = [&](const char* arg, int64_t NamedSize::*member) {
    const auto value = args.integer(arg);
    check(value || known != nullptr, "{}: the model '{}' has no known size and no '{}'",
          args.where(), name, arg);
    return value.value_or(known != nullptr ? known->*member : 0);
  };
  config.num_layers = read("args.n_layer", &NamedSize::num_layers);
  config.dim = read("args.dim", &NamedSize::dim);
  config.num_heads = read("args.n_head", &NamedSize::num_heads);
}

// 8/3 of the width, times a factor if there is one, rounded up to a multiple.
int64_t mlp_width(const CheckpointArgs& args, int64_t dim) {
  const SizeCheck check_size(args.where());
  check_size(dim, "args.dim", kMaxSize);
  const auto multiple = args.integer("args.multiple_of").value_or(256);
  check_size(multiple, "args.multiple_of", kMaxSize);
  const double factor = args.number("args.ffn_dim_multiplier").value_or(1.0);
  check(factor > 0 && factor <= 64, "{}: 'args.ffn_dim_multiplier' is {}, not within 0..64",
        args.where(), factor);
  const auto width = static_cast<int64_t>(factor * static_cast<double>(2 * 4 * dim / 3));
  return (width + multiple - 1) / multiple * multiple;
}

}  // namespace

int64_t ArDtokConfig::side() const {
  return std::llround(std::sqrt(static_cast<double>(num_picture_codes)));
}

void ArDtokConfig::validate(std::string_view where) const {
  const SizeCheck check_size(where);
  check_size(num_layers, "n_layer", 4096);
  check_size(dim, "dim", kMaxSize);
  check_size(num_heads, "n_head", dim);
  check_size(hidden_dim, "width of the MLPs", int64_t{1} << 28);
  check_size(feature_dim, "cond_dim", kMaxSize);
  check_size(max_features, "cls_token_num", kMaxSize);
  check_size(num_codes, "vocab_size", int64_t{1} << 24);
  check_size(num_picture_codes, "max_seq_len", kMaxSize);
  check(dim % num_heads == 0, "{}: dim {} is not a multiple of {} heads", where, dim, num_heads);
  check(side() * side() == num_picture_codes, "{}: 'max_seq_len' is {}, no square", where,
        num_picture_codes);
  check(norm_eps > 0, "{}: 'norm_eps' is {}, not positive", where, norm_eps);
  for (const double share : {feature_dropout, embedding_dropout, attention_dropout, mlp_dropout})
    check(share >= 0 && share < 1, "{}: a dropout of {}, not within 0..1", where, share);
}

ArDtokConfig ar_dtok_config(const CheckpointArgs& args, const ArDtokConfig& otherwise) {
  args.expect("args.model_type", "clip_cond");
  auto config = otherwise;
  read_size(args, config);
  const auto num_kv_heads = args.integer("args.n_kv_head").value_or(config.num_heads);
  check(num_kv_heads == config.num_heads, "{}: {} heads of keys for {} of queries", args.where(),
        num_kv_heads, config.num_heads);
  config.hidden_dim = mlp_width(args, config.dim);
  const auto integer = [&](const char* arg, int64_t& value) {
    value = args.integer(arg).value_or(value);
  };
  integer("args.cond_dim", config.feature_dim);
  integer("args.cls_token_num", config.max_features);
  integer("args.vocab_size", config.num_codes);
  integer("args.max_seq_len", config.num_picture_codes);
  const auto number = [&](const char* arg, double& value) {
    value = args.number(arg).value_or(value);
  };
  number("args.norm_eps", config.norm_eps);
  number("args.class_dropout_prob", config.feature_dropout);
  number("args.token_dropout_p", config.embedding_dropout);
  number("args.resid_dropout_p", config.attention_dropout);
  number("args.ffn_dropout_p", config.mlp_dropout);
  return config;
}

}  // namespace unipic::tar
