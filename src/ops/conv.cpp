#include "ops/conv.h"

#include <ATen/ops/empty.h>

#include "base/check.h"
#include "ops/packing.h"

namespace unipic::ops {

kernels::SharedLinear pack_conv2d(const at::Tensor& weight, const at::Tensor& bias) {
  return pack_linear(weight.permute({0, 2, 3, 1}).flatten(1), bias);
}

at::Tensor packed_conv2d(const at::Tensor& x_BCHW, const kernels::PackedLinear& weight,
                         const ConvSteps& steps, const at::Tensor& added) {
  const auto x = x_BCHW.contiguous(at::MemoryFormat::ChannelsLast);
  const kernels::ConvShape shape{.batch = x.size(0),
                                 .height = x.size(2),
                                 .width = x.size(3),
                                 .channels = x.size(1),
                                 .kernel = steps.kernel,
                                 .stride = steps.stride,
                                 .padding = steps.padding,
                                 .repeat = steps.repeat};
  check(is_packable(x) && shape.num_inputs() == weight.num_inputs(),
        "a packed convolution takes bf16 pixels with its channels on a CPU");
  const auto sizes = {shape.batch, weight.num_outputs(), shape.out_height(), shape.out_width()};
  kernels::GemmFinish finish;
  at::Tensor out;
  if (added.defined()) {
    check(added.sizes() == at::IntArrayRef(sizes) && is_packable(added),
          "what is added to a convolution has the shape and type of its result");
    out = added.clone(at::MemoryFormat::ChannelsLast);
    finish.combine = kernels::Combine::kAdd;
  } else {
    out = at::empty(sizes, x.options(), at::MemoryFormat::ChannelsLast);
  }
  kernels::conv2d(bf16_data(x), shape, weight, finish, mutable_bf16_data(out), on_all_threads);
  return out;
}

}  // namespace unipic::ops
