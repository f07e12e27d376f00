// Every collective, against values that each rank computes for itself from what the others have.
import * as torch from "@fabric/torch";
import { type Case, runCases } from "./cases.js";

const d = torch.distributed;
type Tensor = torch.Tensor;

await d.initProcessGroup({ timeoutMs: 20_000 });
const rank = d.getRank();
const size = d.getWorldSize();
const ranks = Array.from({ length: size }, (_, i) => i);
const last = size - 1;

/** What a rank has: small integers, so that every dtype holds their sums exactly. */
function valuesOf(of: number, dtype: torch.DType, shape: readonly number[] = [3, 2]): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = torch
    .arange(count)
    .add(of + 1)
    .remainder(dtype === "bool" ? 2 : 5);
  return values.reshape([...shape]).to(dtype);
}

function same(actual: Tensor, expected: Tensor): void {
  if (actual.dtype !== expected.dtype || !torch.equal(actual, expected))
    throw new Error(
      `got ${actual.dtype} ${JSON.stringify(plain(actual))}, expected ${expected.dtype} ${JSON.stringify(plain(expected))}`,
    );
}
function plain(t: Tensor): unknown {
  return JSON.parse(
    JSON.stringify(t.to(t.dtype.startsWith("complex") ? t.dtype : "float64").toArray()),
  );
}

const MOVED: torch.DType[] = [
  "float32",
  "float64",
  "bfloat16",
  "float16",
  "int64",
  "int16",
  "uint8",
  "bool",
  "complex64",
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
];

/** The reduction as ATen computes it on stacked values. */
function reduced(dtype: torch.DType, op: d.ReduceOp, shape?: readonly number[]): Tensor {
  const all = ranks.map((r) => valuesOf(r, dtype, shape));
  const stacked = torch.stack(all);
  if (op === "sum") return dtype === "bool" ? stacked.any(0) : stacked.sum(0).to(dtype);
  if (op === "avg") {
    const sum = stacked.to("float64").sum(0).div(size);
    return (dtype.startsWith("float") || dtype === "bfloat16" ? sum : sum.trunc()).to(dtype);
  }
  if (op === "product") return dtype === "bool" ? stacked.all(0) : stacked.prod(0).to(dtype);
  if (op === "min") return dtype === "bool" ? stacked.all(0) : stacked.amin(0);
  if (op === "max") return dtype === "bool" ? stacked.any(0) : stacked.amax(0);
  return all.slice(1).reduce((a, b) => {
    if (op === "band") return a.bitwiseAnd(b);
    return op === "bor" ? a.bitwiseOr(b) : a.bitwiseXor(b);
  }, all[0] as Tensor);
}

function opsOf(dtype: torch.DType): d.ReduceOp[] {
  const ops: d.ReduceOp[] = ["sum", "product", "min", "max"];
  if (dtype !== "bool") ops.push("avg");
  if (!/float/.test(dtype)) ops.push("band", "bor", "bxor");
  return ops;
}

const cases: Case[] = [];
for (const dtype of [...REDUCED, "bool" as const]) {
  cases.push([
    `allReduce ${dtype}`,
    async () => {
      for (const op of opsOf(dtype)) {
        const t = valuesOf(rank, dtype);
        await d.allReduce(t, { op });
        same(t, reduced(dtype, op));
      }
    },
  ]);
  cases.push([
    `reduce ${dtype}`,
    async () => {
      const t = valuesOf(rank, dtype);
      await d.reduce(t, last);
      same(t, rank === last ? reduced(dtype, "sum") : valuesOf(rank, dtype));
    },
  ]);
  cases.push([
    `reduceScatter ${dtype}`,
    async () => {
      for (const op of opsOf(dtype)) {
        const output = torch.empty([3, 2], { dtype });
        await d.reduceScatter(
          output,
          ranks.map((to) => valuesOf(rank + to * size, dtype)),
          { op },
        );
        const whole = torch.empty([3, 2], { dtype });
        await d.reduceScatterTensor(
          whole,
          torch.cat(ranks.map((to) => valuesOf(rank + to * size, dtype))),
          { op },
        );
        same(output, whole);
        if (op === "sum" && dtype !== "bool")
          same(
            output,
            torch
              .stack(ranks.map((from) => valuesOf(from + rank * size, dtype)))
              .sum(0)
              .to(dtype),
          );
      }
    },
  ]);
}
for (const dtype of MOVED) {
  cases.push([
    `broadcast ${dtype}`,
    async () => {
      const t = valuesOf(rank, dtype);
      await d.broadcast(t, last);
      same(t, valuesOf(last, dtype));
    },
  ]);
  cases.push([
    `allGather ${dtype}`,
    async () => {
      const outputs = ranks.map(() => torch.empty([3, 2], { dtype }));
      await d.allGather(outputs, valuesOf(rank, dtype));
      for (const r of ranks) same(outputs[r] as Tensor, valuesOf(r, dtype));
      const whole = torch.empty([3 * size, 2], { dtype });
      await d.allGatherIntoTensor(whole, valuesOf(rank, dtype));
      same(whole, torch.cat(ranks.map((r) => valuesOf(r, dtype))));
    },
  ]);
  cases.push([
    `gather and scatter ${dtype}`,
    async () => {
      const outputs = rank === 1 ? ranks.map(() => torch.empty([3, 2], { dtype })) : null;
      await d.gather(valuesOf(rank, dtype), outputs, 1);
      for (const [r, t] of (outputs ?? []).entries()) same(t, valuesOf(r, dtype));
      const mine = torch.empty([3, 2], { dtype });
      await d.scatter(mine, rank === 0 ? ranks.map((r) => valuesOf(r + 3, dtype)) : null, 0);
      same(mine, valuesOf(rank + 3, dtype));
    },
  ]);
  cases.push([
    `allToAll ${dtype}`,
    async () => {
      // Rank a sends rank b a tensor of a + 2 b + 1 rows.
      const from = (a: number, b: number): Tensor =>
        valuesOf(a + 10 * b, dtype, [a + 2 * b + 1, 2]);
      const outputs = ranks.map((a) => torch.empty([a + 2 * rank + 1, 2], { dtype }));
      await d.allToAll(
        outputs,
        ranks.map((b) => from(rank, b)),
      );
      for (const a of ranks) same(outputs[a] as Tensor, from(a, rank));
      const inputSplits = ranks.map((b) => rank + 2 * b + 1);
      const outputSplits = ranks.map((a) => a + 2 * rank + 1);
      const whole = torch.empty([outputSplits.reduce((a, b) => a + b), 2], { dtype });
      await d.allToAllSingle(whole, torch.cat(ranks.map((b) => from(rank, b))), {
        inputSplits,
        outputSplits,
      });
      same(whole, torch.cat(ranks.map((a) => from(a, rank))));
    },
  ]);
  cases.push([
    `send and recv ${dtype}`,
    async () => {
      const to = (rank + 1) % size;
      const from = (rank + last) % size;
      const received = torch.empty([3, 2], { dtype });
      const work = d.recv(received, from, { tag: 7 });
      await d.send(valuesOf(rank, dtype), to, { tag: 7 });
      if ((await work.source()) !== from) throw new Error("came from another rank");
      same(received, valuesOf(from, dtype));
    },
  ]);
}

cases.push([
  "equal parts of allToAllSingle",
  async () => {
    const output = torch.empty([size]);
    await d.allToAllSingle(output, torch.full([size], rank));
    same(output, torch.arange(size).to("float32"));
  },
]);
cases.push([
  "complex sums",
  async () => {
    const t = torch.complex(torch.full([2], rank), torch.full([2], 2 * rank));
    await d.allReduce(t);
    const sum = ranks.reduce((a, b) => a + b, 0);
    same(t, torch.complex(torch.full([2], sum), torch.full([2], 2 * sum)));
    const mean = torch.complex(torch.full([2], rank), torch.full([2], 2 * rank));
    await d.allReduce(mean, { op: "avg" });
    same(mean, torch.complex(torch.full([2], sum / size), torch.full([2], (2 * sum) / size)));
    // What only says that it is a conjugate.
    const conjugate = torch.complex(torch.full([2], rank), torch.full([2], 2 * rank)).conj();
    await d.allReduce(conjugate);
    same(conjugate, torch.complex(torch.full([2], sum), torch.full([2], -2 * sum)));
    await d.broadcast(conjugate, 0);
    same(conjugate, torch.complex(torch.full([2], sum), torch.full([2], -2 * sum)));
  },
]);
cases.push([
  "non-contiguous tensors",
  async () => {
    const t = valuesOf(rank, "float32").t();
    await d.allReduce(t);
    same(t, reduced("float32", "sum").t());
    const base = torch.zeros([4, 4]);
    const column = base.narrow(1, 1, 1);
    column.copy_(torch.full([4, 1], rank));
    await d.broadcast(column, last);
    same(base.narrow(1, 1, 1), torch.full([4, 1], last));
    same(base.narrow(1, 0, 1), torch.zeros([4, 1]));
    const outputs = ranks.map(() => torch.empty([2, 3]).t());
    await d.allGather(outputs, valuesOf(rank, "float32", [2, 3]).t());
    for (const r of ranks) same(outputs[r] as Tensor, valuesOf(r, "float32", [2, 3]).t());
    const output = torch.empty([2, 3]).t();
    await d.reduceScatter(
      output,
      ranks.map(() => valuesOf(rank, "float32", [2, 3]).t()),
    );
    same(output, reduced("float32", "sum", [2, 3]).t());
    const received = torch.zeros([2, 3]).t();
    const work = d.recv(received, (rank + last) % size);
    await d.send(valuesOf(rank, "float32", [2, 3]).t(), (rank + 1) % size);
    await work;
    same(received, valuesOf((rank + last) % size, "float32", [2, 3]).t());
  },
]);
cases.push([
  "empty tensors and scalars",
  async () => {
    const empty = torch.empty([0, 3]);
    await d.allReduce(empty);
    await d.broadcast(empty, 0);
    await d.allGather(
      ranks.map(() => torch.empty([0])),
      torch.empty([0]),
    );
    await d.reduceScatterTensor(torch.empty([0]), torch.empty([0]));
    const scalar = torch.tensor(rank + 1);
    await d.allReduce(scalar);
    same(scalar, torch.tensor((size * (size + 1)) / 2));
    // Nothing for some ranks.
    const inputSplits = ranks.map((b) => (b === 0 ? 2 : 0));
    const outputSplits = ranks.map(() => (rank === 0 ? 2 : 0));
    const output = torch.empty([rank === 0 ? 2 * size : 0]);
    await d.allToAllSingle(output, torch.full([2], rank), { inputSplits, outputSplits });
    if (rank === 0) same(output, torch.arange(size).to("float32").repeatInterleave(2));
  },
]);
cases.push([
  "several tensors at once",
  async () => {
    const a = valuesOf(rank, "float32");
    const b = valuesOf(rank, "float32", [5]);
    await d.allReduceCoalesced([a, b.narrow(0, 0, 3)], { op: "avg" });
    same(a, reduced("float32", "avg"));
    same(b.narrow(0, 0, 3), reduced("float32", "avg", [5]).narrow(0, 0, 3));
    same(b.narrow(0, 3, 2), valuesOf(rank, "float32", [5]).narrow(0, 3, 2));
  },
]);
cases.push([
  "from whoever sends first",
  async () => {
    if (rank > 0) return d.send(torch.full([1], rank), 0);
    const seen = new Set<number>();
    for (const _ of ranks.slice(1)) {
      const t = torch.empty([1]);
      const source = await d.recv(t, null).source();
      same(t, torch.full([1], source));
      seen.add(source);
    }
    if (seen.size !== size - 1) throw new Error(`came from ${[...seen]}`);
  },
]);
cases.push([
  "blocking, and many at once in any order of waiting",
  async () => {
    const tensors = Array.from({ length: 50 }, (_, i) => torch.full([i + 1], rank + i));
    const works = tensors.map((t) => d.allReduce(t));
    for (const work of [...works].reverse()) {
      work.wait();
      if (!work.isCompleted()) throw new Error("not completed");
    }
    await Promise.all(works);
    const sum = ranks.reduce((a, b) => a + b, 0);
    for (const [i, t] of tensors.entries()) same(t, torch.full([i + 1], sum + size * i));
  },
]);
cases.push([
  "tensors of a scope that has ended",
  async () => {
    const outside = torch.zeros([1000 * size]);
    const work: d.Work[] = [];
    torch.scope(() => {
      const inside = torch.full([1000], rank + 1);
      work.push(d.allGatherIntoTensor(outside, inside));
    });
    // What was freed is used again, unless the operation holds it.
    torch.scope(() => Array.from({ length: 100 }, () => torch.full([1000], -1)).length);
    await work[0];
    same(outside, torch.cat(ranks.map((r) => torch.full([1000], r + 1))));
  },
]);
cases.push([
  "parameters and autograd",
  async () => {
    const p = torch.full([2], rank + 1, { requiresGrad: true });
    const loss = p.mul(p).sum();
    await d.allReduce(p);
    same(p.detach(), torch.full([2], (size * (size + 1)) / 2));
    let message = "";
    try {
      loss.backward();
    } catch (error) {
      message = (error as Error).message;
    }
    if (!/modified by an inplace operation/.test(message))
      throw new Error(`backward used changed values: ${message}`);
  },
]);
cases.push([
  "objects",
  async () => {
    const value = {
      rank,
      map: new Map([["a", new Date(rank)]]),
      bytes: new Uint8Array(rank * 1000),
    };
    const got = await d.broadcastObject(value, last);
    if (
      got.rank !== last ||
      got.map.get("a")?.getTime() !== last ||
      got.bytes.length !== last * 1000
    )
      throw new Error("broadcastObject");
    const all = await d.allGatherObject(value);
    if (all.some((v, r) => v.rank !== r || v.bytes.length !== r * 1000))
      throw new Error("allGatherObject");
    const gathered = await d.gatherObject(value, 1);
    if ((rank === 1) !== (gathered !== null) || gathered?.some((v, r) => v.rank !== r))
      throw new Error("gatherObject");
    const mine = await d.scatterObject(rank === 0 ? ranks.map((r) => "x".repeat(r * 10)) : null, 0);
    if (mine !== "x".repeat(rank * 10)) throw new Error("scatterObject");
    // Others may start between the two steps of an object.
    const t = torch.full([1], 1);
    const [, both] = await Promise.all([
      d.allReduce(t),
      Promise.all([d.broadcastObject({ n: rank }, 0), d.allGatherObject(rank)]),
    ]);
    same(t, torch.full([1], size));
    if (both[0].n !== 0 || String(both[1]) !== String(ranks)) throw new Error("mixed");
    const next = (rank + 1) % size;
    const received = [
      d.recvObject<string>((rank + last) % size),
      d.recvObject<string>((rank + last) % size),
    ];
    await d.sendObject(`first of ${rank}`, next);
    await d.sendObject(`second of ${rank}`, next);
    const texts = (await Promise.all(received)).map((r) => r.value);
    const from = (rank + last) % size;
    if (texts[0] !== `first of ${from}` || texts[1] !== `second of ${from}`)
      throw new Error(`sendObject: ${texts}`);
  },
]);
cases.push([
  "sub-groups",
  async () => {
    const pairs = await d.newGroup([last, 0]);
    const others = await d.newGroup(
      ranks.filter((r) => r !== last),
      { timeoutMs: 5000 },
    );
    const isPaired = rank === 0 || rank === last;
    if ((pairs !== null) !== isPaired) throw new Error("membership");
    if (pairs !== null) {
      if (
        pairs.size !== 2 ||
        String(pairs.ranks) !== `0,${last}` ||
        pairs.rank !== (rank === 0 ? 0 : 1)
      )
        throw new Error("facts");
      const t = torch.full([1], rank);
      await d.allReduce(t, { group: pairs });
      same(t, torch.full([1], last));
      const b = torch.full([1], rank);
      // A global rank, though it is the second of the group.
      await d.broadcast(b, last, { group: pairs });
      same(b, torch.full([1], last));
      const all = await d.allGatherObject(rank, { group: pairs });
      if (String(all) !== `0,${last}`) throw new Error("objects");
      await d.destroyProcessGroup(pairs);
    }
    if (others !== null) {
      if (others.timeoutMs !== 5000 || d.getWorldSize(others) !== size - 1)
        throw new Error("facts");
      const t = torch.full([1], rank);
      await d.allReduce(t, { group: others, op: "max" });
      same(t, torch.full([1], last - 1));
    }
  },
]);
cases.push([
  "our declarations of gloo fit the loaded libtorch",
  async () => {
    const world = d.group.world as d.ProcessGroup;
    const info = torch.ops.fabric_distributed?.group_info?.(world.nativeId());
    const expected = [rank, size, size, 20_000];
    if (String(info) !== String(expected))
      throw new Error(`${String(info)}, expected ${String(expected)}`);
  },
]);
cases.push([
  "monitoredBarrier",
  async () => {
    await d.monitoredBarrier();
    await d.monitoredBarrier({ timeoutMs: 5000, waitAllRanks: true });
  },
]);
cases.push([
  "barrier waits for the last",
  async () => {
    if (rank === last) await new Promise((resolve) => setTimeout(resolve, 150));
    const before = performance.now();
    await d.barrier();
    const ms = performance.now() - before;
    if (rank !== last && ms < 100) throw new Error(`passed after ${ms} ms`);
  },
]);

await runCases(cases);
await d.destroyProcessGroup();
