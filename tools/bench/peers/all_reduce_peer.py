"""One of the two processes of the all-reduce table, on Python's torch.distributed with gloo: lines "KIB CALLS MODE" in, seconds a call out."""

import sys
import time

import torch
import torch.distributed as dist

torch.set_num_threads(1)
dist.init_process_group("gloo")
print("ready", flush=True)
for line in iter(sys.stdin.readline, ""):
    kib, calls, _mode = line.split()
    t = torch.zeros(int(kib) * 256)
    for _ in range(3):
        dist.all_reduce(t)
    dist.barrier()
    start = time.perf_counter()
    for _ in range(int(calls)):
        dist.all_reduce(t)
    print((time.perf_counter() - start) / int(calls), flush=True)
    del t
dist.destroy_process_group()
