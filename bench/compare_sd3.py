#!/usr/bin/env python3
"""Seconds a step of SD3.5-medium: unipic, stable-diffusion.cpp and diffusers in turn, all in bf16.

    python3 bench/sd3_checkpoint.py /tmp/sd35.safetensors
    python3 bench/compare_sd3.py /tmp/sd35.safetensors --sd-cli ~/sd/build/bin/sd-cli \\
        --diffusers-python ~/venv/bin/python --size 512 --steps 5 --threads 2 --json results.json

Prompts are read by both CLIPs without T5. Programs run one after the other, --rounds times; a step
is the time between the ends of two steps of one picture, so the first one is only waited for. What
is left out is not measured.

sd-cli comes with the source package stable-diffusion-cpp-python of PyPI (outside this repository):
    pip download --no-deps --no-binary :all: stable-diffusion-cpp-python && tar xf stable*.tar.gz
    cmake -S stable*/vendor/stable-diffusion.cpp -B build -DCMAKE_BUILD_TYPE=Release
    cmake --build build --target sd-cli
diffusers needs an environment with torch, diffusers, transformers and accelerate; it gets a network of the same
sizes with weights of its own.
"""
import argparse
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time

import sd3_checkpoint

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
TOKENIZERS = REPOSITORY / "tests/golden/unipic2/checkpoint/UniPic2-SD3.5M-Kontext-2B"
PROMPT = "a red fox sits beside a quiet lake"
# "3/5 - 12.34s/it" of sd-cli, {"event":"progress",...,"step":3,"steps":5} of unipic.
STEP = re.compile(rb'(\d+)/(\d+) - [\d.]+ ?(?:s/it|it/s)|"step":(\d+),"steps":(\d+)')


def step_ends(command, steps, environment):
    """When each step of the picture ended, by what the program prints."""
    ends, seen, line = {}, [], b""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0,
                          env={**os.environ, **environment}) as process:
        while chunk := process.stdout.read(1 << 16):
            now = time.monotonic()
            seen.append(chunk)
            line = (line + chunk)[-4096:]
            for match in STEP.finditer(line):
                numbers = [int(group) for group in match.groups() if group]
                if numbers[1] == steps:
                    ends.setdefault(numbers[0], now)
    if process.returncode != 0 or len(ends) < steps:
        sys.exit(f"{' '.join(map(str, command))}: exit {process.returncode}, {len(ends)} of "
                 f"{steps} steps seen\n{b''.join(seen)[-2000:].decode(errors='replace')}")
    return [ends[step] for step in range(1, steps + 1)]


def unipic_command(args, out):
    return [args.unipic, "generate", PROMPT, "-m", args.checkpoint, "--tokenizers",
            args.tokenizers, "-W", args.size, "-H", args.size, "--steps", args.steps,
            "--cfg-scale", args.guidance, "--dtype", "bf16", "-t", args.threads, "-s", 1,
            "--json", "-o", f"{out}/unipic.png"]


def sd_cli_command(args, out):
    return [args.sd_cli, "-m", args.checkpoint, "-p", PROMPT, "-W", args.size, "-H", args.size,
            "--steps", args.steps, "--cfg-scale", args.guidance, "-t", args.threads, "-s", 1,
            "--sampling-method", "euler", "-o", f"{out}/sd.png"]


def diffusers_command(args, _out):
    return [args.diffusers_python, __file__, args.checkpoint, "--run-diffusers",
            *(f"--{name}={getattr(args, name)}" for name in
              ("size", "steps", "guidance", "threads", "layers", "positions")),
            f"--dual-layers={args.dual_layers}"]


def run_diffusers(args):
    """Runs diffusers' pipeline in this process and prints its steps as unipic does."""
    import torch
    from diffusers import (AutoencoderKL, FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel,
                           StableDiffusion3Pipeline)
    torch.set_num_threads(args.threads)
    torch.set_default_dtype(torch.bfloat16)
    transformer = SD3Transformer2DModel(
        sample_size=128, num_layers=args.layers, num_attention_heads=args.layers,
        attention_head_dim=64, caption_projection_dim=64 * args.layers,
        pos_embed_max_size=args.positions, qk_norm="rms_norm",
        dual_attention_layers=tuple(range(min(args.dual_layers, args.layers))))
    vae = AutoencoderKL(block_out_channels=(8,) * 4, norm_num_groups=8, latent_channels=16,
                        down_block_types=("DownEncoderBlock2D",) * 4,
                        up_block_types=("UpDecoderBlock2D",) * 4)
    pipeline = StableDiffusion3Pipeline(transformer.bfloat16(),
                                        FlowMatchEulerDiscreteScheduler(shift=3.0), vae,
                                        *[None] * 6)
    pipeline.set_progress_bar_config(disable=True)

    def on_step_end(_pipeline, step, _timestep, tensors):
        print(f'"step":{step + 1},"steps":{args.steps}', flush=True)
        return tensors

    embeds, pooled = torch.randn(1, 154, 4096), torch.randn(1, 2048)
    pipeline(prompt_embeds=embeds, pooled_prompt_embeds=pooled, negative_prompt_embeds=embeds,
             negative_pooled_prompt_embeds=pooled, height=args.size, width=args.size,
             num_inference_steps=args.steps, guidance_scale=args.guidance, output_type="latent",
             callback_on_step_end=on_step_end)


def measure(args):
    """Seconds of all steps by program."""
    programs = {"unipic": (args.unipic, unipic_command), "sd-cli": (args.sd_cli, sd_cli_command),
                "diffusers": (args.diffusers_python, diffusers_command)}
    seconds = {}
    threads = {"OMP_NUM_THREADS": str(args.threads)}
    with tempfile.TemporaryDirectory() as out:
        for number in range(args.rounds):
            for name, (program, command) in programs.items():
                if program is None:
                    continue
                ends = step_ends([str(part) for part in command(args, out)], args.steps, threads)
                steps = [end - start for start, end in zip(ends, ends[1:])]
                seconds.setdefault(name, []).extend(steps)
                print(f"round {number + 1}, {name}: {min(steps):.3f} s", file=sys.stderr)
    return seconds


def report(args, seconds):
    rows = {name: {"best": min(steps), "median": statistics.median(steps), "steps": steps}
            for name, steps in seconds.items()}
    print(f"{'':12} {'best':>9} {'median':>9}   seconds a step, {args.size}x{args.size}, guidance "
          f"{args.guidance}, {args.threads} threads, {args.layers} layers")
    for name, row in rows.items():
        print(f"{name:12} {row['best']:9.3f} {row['median']:9.3f}")
    if args.json:
        facts = {"machine": platform.processor() or platform.machine(), "size": args.size,
                 "steps": args.steps, "guidance": args.guidance, "threads": args.threads,
                 "layers": args.layers, "rounds": args.rounds, "date": time.strftime("%Y-%m-%d")}
        pathlib.Path(args.json).write_text(json.dumps({**facts, "programs": rows}, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", help="a file that bench/sd3_checkpoint.py has written")
    parser.add_argument("--unipic", default=REPOSITORY / "build/release/bin/unipic")
    parser.add_argument("--tokenizers", default=TOKENIZERS)
    parser.add_argument("--sd-cli", help="stable-diffusion.cpp's program")
    parser.add_argument("--diffusers-python", help="a Python with diffusers")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--guidance", type=float, default=3.5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", help="file to write")
    parser.add_argument("--run-diffusers", action="store_true", help=argparse.SUPPRESS)
    sd3_checkpoint.add_size_flags(parser)
    args = parser.parse_args()
    if args.steps < 2:
        parser.error("--steps is at least 2: the first is not measured")
    if args.run_diffusers:
        run_diffusers(args)
    else:
        report(args, measure(args))


if __name__ == "__main__":
    main()
