"""The Python side of `npm run bench -- --device cuda`: other libraries' kernels, timed with CUDA events around launches.

One JSON request a line: {"prepare": CASE, "sets": N}, {"burst": CASE, "launches": N} or {"forget": true}. Each is answered with one line; the
first line, unasked, has the versions of what can be imported.
"""

import importlib
import json
import os
import sys
import time

import torch

DEVICE = sys.argv[1]
BFLOAT16 = torch.bfloat16


def normal(*shape, dtype=BFLOAT16):
    return torch.randn(*shape, device=DEVICE).to(dtype)


def bitsandbytes_case(kind, args):
    import bitsandbytes as bnb
    from bitsandbytes import functional

    if kind == "adam8":
        count, size, dtype = int(args[0]), int(args[1]), getattr(torch, args[2])
        parameters = [torch.nn.Parameter(normal(size, dtype=dtype)) for _ in range(count)]
        for parameter in parameters:
            parameter.grad = normal(size, dtype=dtype)
        return bnb.optim.Adam8bit(parameters).step
    numbers = [int(arg) for arg in args]
    if kind == "quantizeRows":
        rows = normal(*numbers, dtype=torch.float16)
        return lambda: functional.int8_vectorwise_quant(rows)
    if kind == "int8":
        rows, inputs, outputs = numbers
        a, a_scales, _ = functional.int8_vectorwise_quant(normal(rows, inputs, dtype=torch.float16))
        b, b_scales, _ = functional.int8_vectorwise_quant(normal(outputs, inputs, dtype=torch.float16))
        return lambda: functional.int8_mm_dequant(functional.int8_linear_matmul(a, b), a_scales, b_scales)
    if kind == "linear8":
        rows, inputs, outputs = numbers
        layer = bnb.nn.Linear8bitLt(inputs, outputs, bias=False, has_fp16_weights=False, threshold=6.0).to(DEVICE)
        x = normal(rows, inputs, dtype=torch.float16)
        x[:, :: inputs // 8] = 20
        return lambda: layer(x)
    weight = normal(*numbers[:2])
    if kind == "quantize4":
        return lambda: functional.quantize_4bit(weight, blocksize=64, quant_type="nf4")
    packed, state = functional.quantize_4bit(weight, blocksize=64, quant_type="nf4")
    if kind == "dequantize4":
        return lambda: functional.dequantize_4bit(packed, state)
    x = normal(numbers[2], numbers[1])
    return lambda: bnb.matmul_4bit(x, packed.t(), state)


def transformer_engine_case(kind, args):
    import transformer_engine.pytorch as te
    from transformer_engine.common.recipe import DelayedScaling

    width, recipe = int(args[0]), DelayedScaling()
    layer = te.Linear(width, width, bias=False, params_dtype=BFLOAT16, device=DEVICE)
    x = normal(width, width)

    def run():
        with te.fp8_autocast(enabled=True, fp8_recipe=recipe):
            layer(x)

    return run


def gpt(args):
    from gpt import Gpt

    layers, width, heads, context, vocab, batch = (int(arg) for arg in args)
    net = Gpt(layers, width, heads, context, vocab).to(DEVICE)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-4, eps=1e-6, fused=True)
    tokens = torch.randint(0, vocab, (batch, context), device=DEVICE)
    target = torch.randint(0, vocab, (batch * context,), device=DEVICE)
    return net, optimizer, lambda model: torch.nn.functional.cross_entropy(model(tokens), target)


def lightning_case(kind, args):
    from lightning.fabric import Fabric

    fabric = Fabric(accelerator=DEVICE, devices=1, precision="bf16-mixed")
    net, optimizer, loss = gpt(args)
    model, optimizer = fabric.setup(net, optimizer)

    def step():
        with torch.enable_grad():
            optimizer.zero_grad()
            fabric.backward(loss(model))
            optimizer.step()

    return step


def torch_case(kind, args):
    net, optimizer, loss = gpt(args)

    def step():
        with torch.enable_grad():
            optimizer.zero_grad()
            with torch.autocast(DEVICE, torch.bfloat16):
                value = loss(net)
            value.backward()
            optimizer.step()

    return step


LIBRARIES = {"bnb": bitsandbytes_case, "te": transformer_engine_case, "lightning": lightning_case, "torch": torch_case}


def make(name):
    library, kind, *args = name.split(":")
    return LIBRARIES[library](kind, args)


def per_launch_ns(runs, launches):
    if DEVICE == "cpu":
        start = time.perf_counter_ns()
        for i in range(launches):
            runs[i % len(runs)]()
        return (time.perf_counter_ns() - start) / launches
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for i in range(launches):
        runs[i % len(runs)]()
    end.record()
    end.synchronize()
    return start.elapsed_time(end) * 1e6 / launches


def version(name):
    try:
        return getattr(importlib.import_module(name), "__version__", "unknown")
    except Exception:  # a library that is there and cannot be loaded is as good as absent
        return None


def main():
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers

    def answer(value):
        print(json.dumps(value), file=out, flush=True)

    answer({"versions": {name: version(name) for name in ("torch", "bitsandbytes", "transformer_engine", "lightning")}})
    cases = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            with torch.no_grad():
                if "prepare" in request:
                    name = request["prepare"]
                    cases[name] = [make(name) for _ in range(request["sets"])]
                    for run in cases[name]:
                        run()
                        run()
                    answer({})
                elif "burst" in request:
                    answer({"ns": per_launch_ns(cases[request["burst"]], request["launches"])})
                else:
                    cases.clear()
                    if DEVICE == "cuda":
                        torch.cuda.empty_cache()
                    answer({})
        except Exception as error:  # reported, and the other cases go on
            answer({"error": f"{type(error).__name__}: {error}"})


main()
