#!/usr/bin/env python3
"""Writes a checkpoint file of SD3.5-medium with both CLIPs and random bf16 weights, for measuring.

    python3 bench/sd3_checkpoint.py sd35.safetensors            # 6.8 GB, as large as the published one
    python3 bench/sd3_checkpoint.py tiny.safetensors --layers 2 --positions 64

Names and shapes are those of the single file that Stability AI publishes (docs/formats.md). A
network of fewer layers is as narrow as its family would have it, 64 channels a layer; the CLIPs and
the autoencoder are always whole, because other programs know no other.
"""
import argparse
import json
import os
import struct

POOL_BYTES = 1 << 24
ONE, ZERO = b"\x80\x3f", b"\x00\x00"  # in bf16


def linear(name, rows, columns):
    return [(f"{name}.weight", [rows, columns]), (f"{name}.bias", [rows])]


def norm(name, width):
    return [(f"{name}.weight", [width]), (f"{name}.bias", [width])]


def conv(name, rows, columns, kernel=3):
    return [(f"{name}.weight", [rows, columns, kernel, kernel]), (f"{name}.bias", [rows])]


def attention(name, dim, has_output=True):
    tensors = linear(f"{name}.qkv", 3 * dim, dim)
    tensors += [(f"{name}.ln_q.weight", [64]), (f"{name}.ln_k.weight", [64])]
    return tensors + (linear(f"{name}.proj", dim, dim) if has_output else [])


def mlp(name, dim, hidden):
    return linear(f"{name}.fc1", hidden, dim) + linear(f"{name}.fc2", dim, hidden)


def transformer(layers, dual_layers, positions):
    dim = 64 * layers
    tensors = [("pos_embed", [1, positions**2, dim])] + conv("x_embedder.proj", dim, 16, kernel=2)
    for embedder, width in (("t_embedder", 256), ("y_embedder", 2048)):
        tensors += linear(f"{embedder}.mlp.0", dim, width) + linear(f"{embedder}.mlp.2", dim, dim)
    tensors += linear("context_embedder", dim, 4096)
    for layer in range(layers):
        picture, context = (f"joint_blocks.{layer}.{s}" for s in ("x_block", "context_block"))
        is_dual, goes_on = layer < dual_layers, layer + 1 < layers
        tensors += linear(f"{picture}.adaLN_modulation.1", (9 if is_dual else 6) * dim, dim)
        tensors += attention(f"{picture}.attn", dim) + mlp(f"{picture}.mlp", dim, 4 * dim)
        tensors += attention(f"{picture}.attn2", dim) if is_dual else []
        tensors += linear(f"{context}.adaLN_modulation.1", (6 if goes_on else 2) * dim, dim)
        tensors += attention(f"{context}.attn", dim, has_output=goes_on)
        tensors += mlp(f"{context}.mlp", dim, 4 * dim) if goes_on else []
    tensors += linear("final_layer.adaLN_modulation.1", 2 * dim, dim)
    return tensors + linear("final_layer.linear", 64, dim)


def resnet(name, inputs, outputs):
    tensors = norm(f"{name}.norm1", inputs) + conv(f"{name}.conv1", outputs, inputs)
    tensors += norm(f"{name}.norm2", outputs) + conv(f"{name}.conv2", outputs, outputs)
    return tensors + (conv(f"{name}.nin_shortcut", outputs, inputs, 1) if inputs != outputs else [])


def middle(name, width):
    tensors = resnet(f"{name}.block_1", width, width) + norm(f"{name}.attn_1.norm", width)
    for part in ("q", "k", "v", "proj_out"):
        tensors += conv(f"{name}.attn_1.{part}", width, width, 1)
    return tensors + resnet(f"{name}.block_2", width, width)


def half_of_vae(half, widths, blocks, resampling):
    """The levels of encoder or decoder in the order in which they compute."""
    tensors, inputs = [], widths[0][1]
    for place, (level, width) in enumerate(widths):
        name = f"{half}.{level}"
        for block in range(blocks):
            tensors += resnet(f"{name}.block.{block}", inputs if block == 0 else width, width)
        if place + 1 < len(widths):
            tensors += conv(f"{name}.{resampling}.conv", width, width)
        inputs = width
    return tensors


def vae():
    widths = list(enumerate((128, 256, 512, 512)))
    tensors = conv("encoder.conv_in", 128, 3) + half_of_vae("encoder.down", widths, 2, "downsample")
    tensors += middle("encoder.mid", 512) + norm("encoder.norm_out", 512)
    tensors += conv("encoder.conv_out", 32, 512) + conv("decoder.conv_in", 512, 16)
    tensors += middle("decoder.mid", 512) + half_of_vae("decoder.up", widths[::-1], 3, "upsample")
    return tensors + norm("decoder.norm_out", 128) + conv("decoder.conv_out", 3, 128)


def clip(layers, dim, has_projection):
    tensors = [("text_model.embeddings.token_embedding.weight", [49408, dim]),
               ("text_model.embeddings.position_embedding.weight", [77, dim])]
    for layer in range(layers):
        name = f"text_model.encoder.layers.{layer}"
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            tensors += linear(f"{name}.self_attn.{part}", dim, dim)
        tensors += norm(f"{name}.layer_norm1", dim) + norm(f"{name}.layer_norm2", dim)
        tensors += mlp(f"{name}.mlp", dim, 4 * dim)
    tensors += norm("text_model.final_layer_norm", dim)
    return tensors + ([("text_projection.weight", [dim, dim])] if has_projection else [])


def checkpoint(layers, dual_layers, positions):
    """Names to shapes."""
    parts = {"model.diffusion_model.": transformer(layers, min(dual_layers, layers), positions),
             "first_stage_model.": vae(),
             "text_encoders.clip_l.transformer.": clip(12, 768, has_projection=False),
             "text_encoders.clip_g.transformer.": clip(32, 1280, has_projection=True)}
    return {prefix + name: shape for prefix, part in parts.items() for name, shape in part}


def num_elements(shape):
    count = 1
    for size in shape:
        count *= size
    return count


def random_pool():
    """bf16 numbers of either sign between 1/64 and 1/32."""
    high = bytes(0x3C | (byte & 0x80) for byte in range(256))
    low = bytes(0x80 | byte for byte in range(256))
    pool = bytearray(os.urandom(POOL_BYTES))
    pool[0::2], pool[1::2] = pool[0::2].translate(low), pool[1::2].translate(high)
    return bytes(pool)


def write_tensor(file, name, shape, pool):
    left = 2 * num_elements(shape)
    is_norm = name.endswith(".weight") and len(shape) == 1
    if is_norm or name.endswith(".bias"):
        file.write((ONE if is_norm else ZERO) * (left // 2))
        return
    begin = 2 * (hash(name) % (len(pool) // 4))
    while left > 0:
        written = file.write(pool[begin:begin + min(left, len(pool))])
        left, begin = left - written, 0


def write(path, tensors):
    header, end = {}, 0
    for name, shape in tensors.items():
        begin, end = end, end + 2 * num_elements(shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    pool = random_pool()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in tensors.items():
            write_tensor(file, name, shape, pool)


def add_size_flags(parser):
    parser.add_argument("--layers", type=int, default=24)
    parser.add_argument("--dual-layers", type=int, default=13)
    parser.add_argument("--positions", type=int, default=384, help="tokens a side")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    add_size_flags(parser)
    args = parser.parse_args()
    write(args.file, checkpoint(args.layers, args.dual_layers, args.positions))


if __name__ == "__main__":
    main()
