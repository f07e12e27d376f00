"""bitsandbytes' CPU build, for the rows of `npm run bench -- --only bits4,int8,optim8`. Imported when asked for; an ImportError is an answer."""

import bitsandbytes as bnb
import torch
from bitsandbytes import functional

WIDTH = 4096


def repeat(run):
    def calls(n):
        with torch.no_grad():
            for _ in range(n):
                run()

    return calls


def case(name):
    kind, *args = name.split(":")
    if kind == "adam8":
        parameter = torch.nn.Parameter(torch.randn(int(args[0])))
        parameter.grad = torch.randn(int(args[0]))
        return repeat(bnb.optim.Adam8bit([parameter]).step)
    weight = torch.randn(WIDTH, WIDTH)
    if kind == "quantize4":
        return repeat(lambda: functional.quantize_4bit(weight, blocksize=64, quant_type="nf4"))
    if kind == "quantize8":
        return repeat(lambda: functional.quantize_blockwise(weight))
    if kind == "quantizeRows":
        rows = torch.randn(512, WIDTH).half()
        return repeat(lambda: functional.int8_vectorwise_quant(rows))
    if kind == "int8":
        left, left_scales, _ = functional.int8_vectorwise_quant(torch.randn(int(args[0]), WIDTH).half())
        right, right_scales, _ = functional.int8_vectorwise_quant(weight.half())
        return repeat(lambda: functional.int8_mm_dequant(functional.int8_linear_matmul(left, right), left_scales, right_scales))
    dtype = getattr(torch, args[0])
    weight = weight.to(dtype)
    packed, state = functional.quantize_4bit(weight, blocksize=64, quant_type="nf4", compress_statistics=kind == "linear4dq")
    if kind == "dequantize4":
        return repeat(lambda: functional.dequantize_4bit(packed, state))
    x = torch.randn(int(args[1]), WIDTH, dtype=dtype)
    return repeat(lambda: bnb.matmul_4bit(x, packed.t(), state))
