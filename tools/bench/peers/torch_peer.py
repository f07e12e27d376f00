"""The Python side of `npm run bench`: answers one JSON request a line on stdin with one JSON line on stdout.

Started once and kept, so that the interpreter, torch and its caches are as warm as the other side's.
"""

import json
import sys
import time

import torch
from gpt import Gpt


def per_call_ns(run, calls):
    run(max(1, calls // 10))
    start = time.perf_counter_ns()
    run(calls)
    return (time.perf_counter_ns() - start) / calls


def operators():
    one, other = torch.ones(1), torch.ones(1)
    left, right = torch.ones(2, 2), torch.ones(2, 2)
    target = torch.zeros(1)

    def add(calls):
        op = torch.add
        for _ in range(calls):
            op(one, other)

    def add_method(calls):
        for _ in range(calls):
            one.add(other)

    def add_in_place(calls):
        for _ in range(calls):
            target.add_(other)

    def mm(calls):
        op = torch.mm
        for _ in range(calls):
            op(left, right)

    def chain(calls):
        for _ in range(calls):
            x = one
            for _ in range(50):
                x = x.mul(other)
                x = x.add(other)

    return {"add": add, "addMethod": add_method, "addInPlace": add_in_place, "mm": mm, "chain": chain}


class Mlp(torch.nn.Module):
    def __init__(self, inputs=784, width=512):
        super().__init__()
        self.fc1 = torch.nn.Linear(inputs, width)
        self.fc2 = torch.nn.Linear(width, width)
        self.fc3 = torch.nn.Linear(width, 10)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


def product(n, dtype):
    left = torch.randn(n, n).to(getattr(torch, dtype))
    right = torch.randn(n, n).to(getattr(torch, dtype))

    def run(calls):
        for _ in range(calls):
            torch.mm(left, right)

    return run


def training(fused, kind="mlp", precision="32-true", through_fabric=True):
    torch.manual_seed(1)
    net = {"mlp": Mlp, "gpt": Gpt, "tinyMlp": lambda: Mlp(8, 8), "millisecond": lambda: Mlp(192, 256), "tinyGpt": lambda: Gpt(4, 8, 2, 8)}[kind]()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-4, eps=1e-6, fused=fused)
    if through_fabric:
        from lightning.fabric import Fabric

        fabric = Fabric(accelerator="cpu", devices=1, precision=precision)
        model, optimizer = fabric.setup(net, optimizer)
        backward = fabric.backward
    else:
        model, backward = net, torch.Tensor.backward
    if kind == "gpt":
        images, labels = torch.randint(0, 65, (8, 128)), torch.randint(0, 65, (8 * 128,))
    elif kind == "tinyGpt":
        images, labels = torch.randint(0, 65, (2, 8)), torch.randint(0, 65, (16,))
    elif kind == "tinyMlp":
        images, labels = torch.randn(8, 8), torch.randint(0, 10, (8,))
    elif kind == "millisecond":
        images, labels = torch.randn(64, 192), torch.randint(0, 10, (64,))
    else:
        images, labels = torch.randn(128, 784), torch.randint(0, 10, (128,))

    def steps(calls):
        for _ in range(calls):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(images), labels)
            backward(loss)
            optimizer.step()
            loss.item()

    return steps


def model_files(kind, path):
    """Saves or loads the model of the checkpoint cases; `kind` says how."""
    import os

    from safetensors.torch import load_file, save_file

    # As the other side's: weights of a model of 256 MB.
    net = torch.nn.ModuleList(torch.nn.Linear(2048, 2048, bias=False) for _ in range(16))

    def save(calls):
        for _ in range(calls):
            save_file(net.state_dict(), path)
            if kind == "saveDurable":
                fd = os.open(path, os.O_RDONLY)
                os.fsync(fd)
                os.close(fd)

    def load(calls):
        for _ in range(calls):
            net.load_state_dict(load_file(path))

    save_file(net.state_dict(), path)
    return load if kind == "load" else save


def loader(kind, workers):
    """One call is one batch of 32; workers are kept, as the other side's."""
    import os

    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from loader_data import Pictures

    if kind == "pictures":
        dataset = Pictures(1 << 20)
    else:
        dataset = torch.utils.data.TensorDataset(torch.randn(1 << 14, 784), torch.arange(1 << 14))
    batches = torch.utils.data.DataLoader(
        dataset, batch_size=32, shuffle=kind != "pictures", num_workers=workers, persistent_workers=workers > 0
    )
    iterator = iter(batches)

    def run(calls):
        nonlocal iterator
        for _ in range(calls):
            try:
                next(iterator)
            except StopIteration:
                iterator = iter(batches)
                next(iterator)

    return run


def main():
    import os

    sys.stdout = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    cases = {}
    for line in sys.stdin:
        request = json.loads(line)
        name, answer = request["name"], {}
        try:
            if name == "hello":
                torch.set_num_threads(request["threads"])
                answer["torch"] = torch.__version__
                answer["cpu"] = torch.backends.cpu.get_cpu_capability()
                try:
                    import lightning

                    answer["lightning"] = lightning.__version__
                except ImportError:
                    answer["lightning"] = None
            else:
                if name not in cases:
                    if name == "mlp":
                        cases[name] = training(False)
                    elif name == "mlpFused":
                        cases[name] = training(True)
                    elif name.startswith("product:"):
                        _, n, dtype = name.split(":")
                        cases[name] = product(int(n), dtype)
                    elif name.startswith("loader:"):
                        _, kind, workers = name.split(":")
                        cases[name] = loader(kind, int(workers))
                    elif name.startswith("end:"):
                        cases.pop(name[4:], None)
                        cases[name] = lambda calls: None
                    elif name == "plain":
                        cases[name] = training(True, "millisecond", through_fabric=False)
                    elif name.startswith("files:"):
                        _, kind, path = name.split(":", 2)
                        cases[name] = model_files(kind, path)
                    elif name.startswith("bnb:"):
                        from bitsandbytes_peer import case

                        cases[name] = case(name[4:])
                    elif name.startswith("step:"):
                        _, kind, precision, adam = name.split(":")
                        cases[name] = training(adam == "fused", kind, precision)
                    else:
                        cases[name] = operators()[name]
                answer["ns"] = per_call_ns(cases[name], request["calls"])
        except Exception as error:  # reported, and the other cases go on
            answer["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(answer), flush=True)


main()
