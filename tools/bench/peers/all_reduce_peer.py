"""One of the two processes of the all-reduce table, on Python's torch.distributed with gloo."""

import json
import sys
import time

import torch
import torch.distributed as dist

torch.set_num_threads(1)
dist.init_process_group("gloo")
times = {}
for kib in (4, 64, 1024, 4096, 16384, 65536):
    t = torch.zeros(kib * 256)
    calls = max(3, min(400, round(65536 / kib)))
    for _ in range(3):
        dist.all_reduce(t)
    dist.barrier()
    start = time.perf_counter()
    for _ in range(calls):
        dist.all_reduce(t)
    times[kib * 1024] = (time.perf_counter() - start) / calls
if dist.get_rank() == 0:
    sys.stdout.write(json.dumps(times))
dist.barrier()
dist.destroy_process_group()
