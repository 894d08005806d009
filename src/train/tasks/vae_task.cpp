#include "train/tasks/vae_task.h"

#include <cmath>

#include "backbones/kl_vae/initialize.h"
#include "backbones/scene_detector/detector.h"
#include "backbones/scene_detector/feature_distance.h"
#include "base/atomic_file.h"
#include "base/check.h"
#include "base/new_folder.h"
#include "base/philox.h"
#include "data/contact_sheet.h"
#include "models/unipic1/pixels.h"
#include "train/sources.h"
#include "train/tasks/batches.h"
#include "train/tasks/module_parameters.h"
#include "train/tasks/vae_files.h"

namespace unipic::train {
namespace fs = std::filesystem;
using torch::Tensor;

namespace {

// What a counter's last word says its numbers are for.
enum Purpose : uint32_t { kNoise = 96, kCrop };

Tensor normals(torch::IntArrayRef shape, uint64_t key, uint64_t draw) {
  auto noise = torch::empty(shape);
  philox_normals(key, static_cast<uint32_t>(draw), static_cast<uint32_t>(draw >> 32), kNoise,
                 {noise.data_ptr<float>(), static_cast<size_t>(noise.numel())});
  return noise;
}

// How much neighbours in a picture [3, H, W] differ.
double detail(const Tensor& pixels_3HW) {
  return (pixels_3HW.diff(1, 1).abs().mean() + pixels_3HW.diff(1, 2).abs().mean()).item<double>();
}

struct CropOptions {
  int64_t side = 64;
  bool prefer_detail = false;
};

// A part of each picture, elsewhere in each; they are the pictures from number `first` on of those
// of `draw`.
Tensor crops(const Tensor& pixels_B3PP, int64_t first, const CropOptions& options, uint64_t key,
             uint64_t draw) {
  const int64_t room = pixels_B3PP.size(2) - options.side;
  if (room <= 0) return pixels_B3PP;
  std::vector<Tensor> parts;
  for (int64_t picture = 0; picture < pixels_B3PP.size(0); ++picture) {
    const auto bits =
        philox(key, {static_cast<uint32_t>(first + picture), static_cast<uint32_t>(draw),
                     static_cast<uint32_t>(draw >> 32), kCrop});
    const auto offset = [&](uint32_t word) {
      return static_cast<int64_t>((uint64_t{word} * static_cast<uint64_t>(room + 1)) >> 32);
    };
    const auto part = [&](uint32_t top, uint32_t left) {
      return pixels_B3PP[picture]
          .narrow(1, offset(top), options.side)
          .narrow(2, offset(left), options.side);
    };
    parts.push_back(part(bits[0], bits[1]));
    if (!options.prefer_detail) continue;
    const auto other = part(bits[2], bits[3]);
    if (detail(other) > detail(parts.back())) parts.back() = other;
  }
  return torch::stack(parts);
}

// Those of the recipe, with the sizes of the VAE that is to be trained further.
VaeSettings completed(VaeSettings settings) {
  if (!settings.init.empty()) settings.config = vae_config_in(settings.init);
  settings.validate();
  return settings;
}

bool makes_latents(const std::string& parameter) {
  return parameter.starts_with("encoder.") || parameter.starts_with("quant_conv.");
}

kl_vae::Autoencoder make_vae(const VaeSettings& settings, uint64_t seed) {
  kl_vae::Autoencoder vae(settings.config);
  if (settings.init.empty()) {
    kl_vae::initialize(vae, seed);
  } else {
    load_vae(vae, settings.init);
    for (auto& parameter : vae->parameters()) parameter.set_data(parameter.detach().clone());
  }
  for (auto& parameter : vae->named_parameters()) {
    const bool is_frozen = settings.freeze_encoder && makes_latents(parameter.key());
    parameter.value().set_requires_grad(!is_frozen);
  }
  return vae;
}

}  // namespace

void VaeSettings::validate() const {
  config.validate("vae");
  check_usage(batch > 0 && held_out > 0, "vae.batch = {}, vae.held_out = {}: must be positive",
              batch, held_out);
  check_usage(size > 0 && size % config.stride() == 0, "vae.size = {}, not a multiple of {}", size,
              config.stride());
  check_usage(crop > 0 && crop % config.stride() == 0, "vae.crop = {}, not a multiple of {}", crop,
              config.stride());
  check_usage(!freeze_encoder || !init.empty(), "vae.freeze_encoder wants vae.init");
  check_usage(perceptual >= 0, "vae.perceptual = {}, must not be negative", perceptual);
  check_usage(latent_scale > 0, "vae.latent_scale = {}, must be positive", latent_scale);
}

VaeTask::VaeTask(const VaeSettings& settings, std::shared_ptr<const data::Source> source,
                 std::shared_ptr<const data::Source> held_out, int64_t steps, uint64_t seed,
                 const TaskResources& resources)
    : settings_(completed(settings)),
      reader_(shuffled(std::move(source), seed), 0,
              {.batch_size = settings.batch,
               .preparation = {.buckets = {{settings.size, settings.size}}},
               .threads = resources.readers}),
      held_out_(std::move(held_out)),
      steps_(steps),
      seed_(seed),
      device_(resources.device),
      vae_(make_vae(settings_, seed)) {
  vae_->to(device_);
  if (settings_.feature_net.empty()) return;
  feature_net_ = scene_detector::load_network(settings_.feature_net);
  (*feature_net_)->to(device_);
}

std::vector<optim::ParameterGroup> VaeTask::parameter_groups(double weight_decay) {
  return groups_by_decay(*vae_, weight_decay);
}

MicroBatchLoss VaeTask::compute(const BatchPosition& position) {
  const auto share = share_of(settings_.batch, position);
  const auto draw = static_cast<uint64_t>(position.step);
  auto read = reader_.read(draw, share);
  auto batch = square_pixels(images_of(read.samples), settings_.size);
  const bool whole =
      static_cast<double>(position.step) >= settings_.whole_from * static_cast<double>(steps_);
  if (!whole) {
    batch = crops(batch, share.first, {settings_.crop, settings_.prefer_detail}, seed_, draw);
  }

  const int64_t stride = settings_.config.stride();
  const auto noise = normals({settings_.batch, settings_.config.latent_channels,
                              batch.size(2) / stride, batch.size(3) / stride},
                             seed_, draw)
                         .narrow(0, share.first, share.count);
  const auto pixels = batch.to(device_);
  const auto parts = kl_vae::reconstruction_loss(vae_, pixels, noise.to(device_), settings_.loss);
  Figures figures = {{"absolute", parts.absolute.item<double>()},
                     {"squared", parts.squared.item<double>()},
                     {"edges", parts.edges.item<double>()},
                     {"kl", parts.kl.item<double>()}};
  auto loss = parts.total;
  if (feature_net_) {
    const auto distance = scene_detector::feature_distance(*feature_net_, parts.copy_B3HW, pixels);
    loss = loss + settings_.perceptual * distance;
    figures["perceptual"] = distance.item<double>();
  }
  return {.loss = loss,
          .figures = std::move(figures),
          .num_terms = share.count,
          .num_samples = share.count,
          .data_seconds = read.waited_seconds,
          .skipped = std::move(read.skipped)};
}

Tensor VaeTask::held_out_pixels() const {
  const auto samples = samples_of(*held_out_, 0, settings_.held_out);
  return square_pixels(images_of(samples), settings_.size).to(device_);
}

Figures VaeTask::evaluate() {
  torch::NoGradGuard no_grad;
  const auto pixels = held_out_pixels();
  const auto error = vae_->decode(vae_->encode(pixels)).clamp(-1, 1) - pixels;
  // Of a range of 2; the mean over pictures of each one's ratio.
  const auto squared_B = error.square().mean({1, 2, 3});
  return {{"psnr", (10.0 * (4.0 / squared_B).log10()).mean().item<double>()}};
}

std::optional<Image> VaeTask::show() {
  torch::NoGradGuard no_grad;
  const auto pixels = held_out_pixels().narrow(0, 0, std::min<int64_t>(8, settings_.held_out));
  const auto copies = vae_->decode(vae_->encode(pixels));
  std::vector<data::SheetCell> cells;
  for (int64_t picture = 0; picture < pixels.size(0); ++picture) {
    cells.push_back({{unipic1::to_image(pixels[picture]), unipic1::to_image(copies[picture])},
                     "original and copy"});
  }
  return data::contact_sheet(cells, 4, data::BitmapFont::load());
}

void VaeTask::write_model(const fs::path& folder) {
  kl_vae::Autoencoder whitened(settings_.config);
  const auto sources = vae_->named_parameters();
  for (auto& parameter : whitened->named_parameters()) {
    parameter.value().set_data(sources[parameter.key()].detach().clone());
  }
  if (!settings_.freeze_encoder) {
    kl_vae::whiten_latents(whitened, held_out_pixels(), 1.0 / settings_.latent_scale);
  }
  NewFolder out(folder);
  save_tensors(out.path() / kVaeWeightsFile, named_tensors(*whitened));
  write_file_atomically(out.path() / kVaeConfigFile,
                        kl_vae::config_to_json(settings_.config).dump(2) + "\n");
  out.commit();
}

}  // namespace unipic::train
