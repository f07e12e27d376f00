// One process a CUDA device. Collectives are compared with those of gloo on the CPU, training with one process that has the whole batch.
import * as torch from "@fabric/torch";
import { report } from "../../support/processes.js";
import { type Case, runCases } from "./cases.js";

const d = torch.distributed;
type Tensor = torch.Tensor;

const [mode = ""] = process.argv.slice(2);
const timeoutMs = mode === "absent" || mode === "killed" ? 15_000 : 60_000;
await d.initProcessGroup({ backend: "cpu:gloo,cuda:nccl", timeoutMs });
const rank = d.getRank();
const size = d.getWorldSize();
const ranks = Array.from({ length: size }, (_, i) => i);
const last = size - 1;
const device = `cuda:${d.group.world?.device}` as torch.Device;

/** Small integers, so that every dtype holds sums and products of them exactly. */
function valuesOf(of: number, dtype: torch.DType, shape: readonly number[] = [3, 2]): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return torch
    .arange(count)
    .add(of + 1)
    .remainder(dtype === "bool" ? 2 : 3)
    .reshape([...shape])
    .to(dtype);
}

function same(actual: Tensor, expected: Tensor): void {
  if (actual.device !== device) throw new Error(`the result is on ${actual.device}`);
  if (!torch.equal(actual.cpu(), expected))
    throw new Error(
      `got ${JSON.stringify(actual.cpu().toArray())}, expected ${JSON.stringify(expected.toArray())}`,
    );
}

/** Does the same on the CPU and on the device; what `run` returns has to be alike. */
function alike(name: string, run: (place: (t: Tensor) => Tensor) => Promise<Tensor[]>): Case {
  return [
    name,
    async () => {
      const expected = await run((t) => t.clone());
      const actual = await run((t) => t.to(device));
      expected.forEach((t, i) => {
        same(actual[i] as Tensor, t);
      });
    },
  ];
}

const MOVED: torch.DType[] = [
  "float32",
  "float64",
  "bfloat16",
  "float16",
  "int64",
  "uint8",
  "bool",
];
const REDUCED: torch.DType[] = [
  "float32",
  "float64",
  "bfloat16",
  "float16",
  "int64",
  "int32",
  "int16",
  "int8",
  "uint8",
  "bool",
];

function collectives(): Case[] {
  const cases: Case[] = [];
  for (const dtype of REDUCED) {
    const ops: d.ReduceOp[] = ["sum", "product", "min", "max"];
    if (dtype !== "bool") ops.push("avg");
    cases.push(
      alike(`allReduce ${dtype}`, async (place) => {
        const out: Tensor[] = [];
        for (const op of ops) {
          const t = place(valuesOf(rank, dtype));
          await d.allReduce(t, { op });
          out.push(t);
        }
        return out;
      }),
      alike(`reduce ${dtype}`, async (place) => {
        const t = place(valuesOf(rank, dtype));
        await d.reduce(t, last);
        return [t];
      }),
      alike(`reduceScatter ${dtype}`, async (place) => {
        const list = place(torch.zeros([3, 2], { dtype }));
        const parts = ranks.map((to) => place(valuesOf(rank + to, dtype)));
        await d.reduceScatter(list, parts);
        const whole = place(torch.zeros([3, 2], { dtype }));
        await d.reduceScatterTensor(whole, torch.cat(parts), { op: "max" });
        return [list, whole];
      }),
    );
  }
  for (const dtype of MOVED)
    cases.push(
      alike(`moves ${dtype}`, async (place) => {
        const t = place(valuesOf(rank, dtype));
        const sent = place(valuesOf(rank, dtype));
        await d.broadcast(sent, last);
        const rooms = (): Tensor[] => ranks.map(() => place(torch.zeros([3, 2], { dtype })));
        const gathered = rooms();
        await d.allGather(gathered, t);
        const all = place(torch.zeros([size * 3, 2], { dtype }));
        await d.allGatherIntoTensor(all, t);
        const collected = rank === 0 ? rooms() : null;
        await d.gather(t, collected, 0);
        const part = place(torch.zeros([3, 2], { dtype }));
        const parts = ranks.map((to) => place(valuesOf(to + 5, dtype)));
        await d.scatter(part, rank === 0 ? parts : null, 0);
        const exchanged = rooms();
        await d.allToAll(
          exchanged,
          ranks.map((to) => place(valuesOf(rank * size + to, dtype))),
        );
        const rows = place(torch.zeros([size, 2], { dtype }));
        await d.allToAllSingle(rows, place(valuesOf(rank, dtype, [size, 2])));
        return [sent, ...gathered, all, ...(collected ?? []), part, ...exchanged, rows];
      }),
    );
  cases.push(
    alike("a tensor that is not contiguous", async (place) => {
      const t = place(valuesOf(rank, "float32", [4, 6])).t();
      await d.allReduce(t);
      return [t.contiguous()];
    }),
    alike("several tensors at once", async (place) => {
      const list = [2, 5].map((n) => place(valuesOf(rank, "float32", [n])));
      await d.allReduceCoalesced(list);
      return list;
    }),
    alike("a sub-group", async (place) => {
      const group = (await d.newGroup([last])) as d.ProcessGroup | null;
      const t = place(valuesOf(rank, "float32"));
      if (group !== null) {
        await d.allReduce(t, { group, op: "avg" });
        await d.destroyProcessGroup(group);
      }
      return [t];
    }),
    [
      "wait() orders the stream, without waiting for the device",
      async () => {
        const t = torch.ones([1 << 20], { device });
        for (let i = 0; i < 10; i++) {
          d.allReduce(t).wait();
          t.div_(size);
        }
        same(t, torch.ones([1 << 20]));
      },
    ],
    [
      "a result that nobody waits for is there after the barrier",
      async () => {
        const t = torch.ones([8], { device });
        const work = d.allReduce(t);
        await d.barrier();
        await work;
        if (!work.isCompleted()) throw new Error("not completed");
        same(t, torch.ones([8]).mul(size));
      },
    ],
    [
      "objects",
      async () => {
        const all = await d.allGatherObject({ rank });
        if (JSON.stringify(all) !== JSON.stringify(ranks.map((r) => ({ rank: r }))))
          throw new Error(JSON.stringify(all));
      },
    ],
    [
      "what NCCL cannot do is refused",
      async () => {
        const bits = torch.ones([2], { device, dtype: "int32" });
        await rejects(() => d.allReduce(bits, { op: "bxor" }), "bitwise");
        if (size === 1) return;
        const other = (rank + 1) % size;
        await rejects(() => d.send(bits, other, { tag: 1 }), "no tags");
        await rejects(() => d.recv(bits, null), "named");
        await rejects(() => d.allGather([bits, bits.cpu()].slice(0, size), bits), "");
      },
    ],
  );
  if (size > 1)
    cases.push(
      alike("send and recv", async (place) => {
        const t = place(torch.zeros([3, 2]));
        const own = place(valuesOf(rank, "float32"));
        const from = (rank + size - 1) % size;
        const to = (rank + 1) % size;
        // NCCL's transfers of a pair of ranks meet in order: one side first.
        if (rank % 2 === 0) {
          await d.send(own, to);
          await d.recv(t, from);
        } else {
          await d.recv(t, from);
          await d.send(own, to);
        }
        return [t];
      }),
    );
  return cases;
}

async function rejects(run: () => PromiseLike<void>, text: string): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (String(error).includes(text)) return;
    throw error;
  }
  throw new Error(`it was not refused (${text})`);
}

class Net extends torch.nn.Module {
  fc1 = new torch.nn.Linear(6, 16);
  fc2 = new torch.nn.Linear(16, 3);
  override forward(x: Tensor): Tensor {
    return this.fc2.forward(torch.tanh(this.fc1.forward(x)));
  }
}

const ROWS = 4;

/** Trains on rows `[from, from + count)` of each batch, and returns the parameters. */
function train(make: (net: Net) => torch.nn.Module, from: number, count: number): Tensor[] {
  torch.manualSeed(1);
  const net = new Net().to(device);
  const model = make(net);
  const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
  torch.manualSeed(99);
  for (let step = 0; step < 8; step++) {
    const x = torch
      .randn([ROWS * size, 6])
      .narrow(0, from, count)
      .to(device);
    const y = torch
      .randn([ROWS * size, 3])
      .narrow(0, from, count)
      .to(device);
    optimizer.zeroGrad();
    torch.nn.functional.mseLoss(model.forward(x) as Tensor, y).backward();
    optimizer.step();
  }
  return net.parameters().map((p) => p.detach().cpu());
}

function training(): Case[] {
  const whole = train((net) => net, 0, ROWS * size);
  return [false, true].map((gradientAsBucketView) => [
    `gradientAsBucketView ${gradientAsBucketView}`,
    () => {
      const wrap = (net: Net): torch.nn.Module =>
        new torch.nn.parallel.DistributedDataParallel(net, { gradientAsBucketView });
      const shared = train(wrap, rank * ROWS, ROWS);
      shared.forEach((t, i) => {
        // Sums in another order: float32's epsilon times the values and the number of steps.
        if (!torch.allclose(t, whole[i] as Tensor, { rtol: 1e-5, atol: 1e-6 }))
          throw new Error(`parameter ${i} differs`);
      });
    },
  ]);
}

if (mode === "collectives") await runCases(collectives());
if (mode === "training") await runCases(training());
if (mode === "killed" || mode === "absent") {
  const t = torch.ones([1024], { device });
  await d.allReduce(t);
  if (rank === 1) {
    if (mode === "killed") process.kill(process.pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 40_000));
  } else {
    try {
      await d.allReduce(t);
      report("it went on");
    } catch (error) {
      report((error as torch.FabricError).code);
    }
  }
}
await d.destroyProcessGroup();
