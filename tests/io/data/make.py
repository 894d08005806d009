"""Writes the torch fixtures of tests/io/torch_checkpoint_test.cpp beside itself (torch 2.13)."""

import argparse
import collections
import pathlib

import torch

here = pathlib.Path(__file__).parent
count = torch.arange(6.0)


class EasyDict(dict):
    """As easydict's: attributes are members, so a pickle holds both."""

    def __init__(self, **members):
        for name, value in members.items():
            self[name] = value
            setattr(self, name, value)


EasyDict.__module__ = "easydict"
EasyDict.__qualname__ = "EasyDict"

types = {
    "bool": torch.tensor([True, False, True]),
    "scalar": torch.tensor(2.5, dtype=torch.float64),
    "empty": torch.zeros(2, 0, 3),
    "fp8": torch.tensor([0.5, 1.0]).to(torch.float8_e4m3fn),
    "uint16": torch.tensor([1, 65535], dtype=torch.uint16),
}
for dtype in ("float32", "bfloat16", "float16", "int64", "int32", "int16", "int8", "uint8"):
    types[dtype] = count.to(getattr(torch, dtype))

matrix = count.reshape(2, 3)
linear = torch.nn.Linear(2, 1)
with torch.no_grad():
    linear.weight.copy_(torch.tensor([[1.0, 2.0]]))
    linear.bias.copy_(torch.tensor([3.0]))
nested = {
    "model": linear.state_dict(),
    "ema": [{"w": torch.nn.Parameter(torch.tensor([7.0]))}],
    "epoch": 12,
    "lr": 0.5,
    "args": argparse.Namespace(name="tiny", amp=True, seed=None, betas=(0.5, 0.75)),
}
views = {"base": matrix, "transposed": matrix.t(), "row": matrix[1], "expanded": count[:1].expand(4)}


def save_easydict():
    import sys
    import types as python_types

    module = python_types.ModuleType("easydict")
    module.EasyDict = EasyDict
    sys.modules["easydict"] = module
    args = EasyDict(dim=4, inner=EasyDict(name="vq"))
    torch.save({"model": {"args": args, "sd": {"w": count[:2].clone()}}}, here / "easydict.pth")


class Evil:
    def __reduce__(self):
        import os

        return os.system, ("echo owned",)


torch.save(types, here / "types.pt")
torch.save(views, here / "views.pt")
torch.save(nested, here / "nested.pt")
torch.save(collections.OrderedDict(views), here / "legacy.pt", _use_new_zipfile_serialization=False)
torch.save(views, here / "protocol5.pt", pickle_protocol=5)
torch.save(count, here / "lone.pt")
torch.save({"w": Evil()}, here / "evil.pt")
torch.jit.save(torch.jit.script(torch.nn.ReLU()), here / "script.pt")
save_easydict()
