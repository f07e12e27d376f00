// What Fabric does in several processes besides training: exchange, order, loaders, checkpoints.
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  DDPStrategy,
  data,
  functional as F,
  Fabric,
  FabricError,
  nn,
  optim,
  type Tensor,
  torch,
} from "@fabric/core";
import { MixedPrecision } from "@fabric/precision-mixed";

import {
  type Case,
  runCases,
} from "../../../../../packages/torch/test/distributed/scripts/cases.js";

const size = Number(process.env["WORLD_SIZE"]);
const rank = Number(process.env["RANK"]);
const folder = process.argv[2] as string;
const ROWS = 4;

const fabric = new Fabric({
  accelerator: "cpu",
  devices: size,
  strategy: new DDPStrategy({ timeoutMs: 20_000, bucketCapMb: 1 }),
});
await fabric.launch();

function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}
function fails(code: string, error: unknown): string {
  check(
    error instanceof FabricError && error.code === code,
    `expected ${code}, got ${String(error)}`,
  );
  return (error as FabricError).message;
}
function net(seed: number): nn.Sequential {
  torch.manualSeed(seed);
  return new nn.Sequential(new nn.Linear(4, 8), new nn.Tanh(), new nn.Linear(8, 2));
}
const sgd = (module: nn.Module): optim.SGD => new optim.SGD(module.parameters(), { lr: 0.1 });
const mine = (t: Tensor): Tensor => t.narrow(0, rank * ROWS, ROWS);
function numbers(t: Tensor): number[] {
  return t.flatten().toArray() as number[];
}
async function alike(module: nn.Module): Promise<boolean> {
  const sums = module.parameters().map((p) => p.detach().to("float64").sum().item() as number);
  const all = (await fabric.allGather(torch.tensor(sums, { dtype: "float64" }))) as Tensor;
  return (all.toArray() as number[][]).every((row) => String(row) === String(sums));
}

const cases: Case[] = [
  [
    "ranks and sizes",
    () => {
      check(
        fabric.worldSize === size && fabric.globalRank === rank && fabric.strategy.name === "ddp",
        "ranks",
      );
      check(fabric.isGlobalZero === (rank === 0), "isGlobalZero");
    },
  ],
  [
    "broadcast: objects and the tensors in them",
    async () => {
      const value = {
        a: [1, torch.full([2], rank)],
        m: new Map([["t", torch.full([1], rank, { dtype: "int64" })]]),
        text: `from ${rank}`,
      };
      const got = await fabric.broadcast(value, 1);
      check(got.text === "from 1" && got.a[0] === 1, JSON.stringify(got));
      check(
        numbers(got.a[1] as Tensor).join() === "1,1" &&
          (got.m.get("t") as Tensor).dtype === "int64",
        "tensors",
      );
      check(rank !== 1 || got === value, "the source keeps its object");
    },
  ],
  [
    "allGather, allReduce, reduce",
    async () => {
      const all = (await fabric.allGather({ t: torch.full([2], rank), n: rank })) as {
        t: Tensor;
        n: Tensor;
      };
      check(
        all.t.shape.join() === `${size},2` &&
          numbers(all.n).join() === Array.from({ length: size }, (_, r) => r).join(),
        "allGather",
      );
      const t = torch.full([2], rank + 1);
      const mean = (await fabric.allReduce(t)) as Tensor;
      check(mean === t && numbers(t)[0] === (size + 1) / 2, "allReduce in place");
      const half = torch.full([1], rank + 1, { dtype: "bfloat16" });
      await fabric.allReduce(half);
      check(half.item() === (size + 1) / 2, "bfloat16 mean");
      const whole = torch.full([1], rank, { dtype: "int64" });
      await fabric.allReduce(whole);
      check(
        Number(whole.item()) === Math.trunc((size - 1) / 2),
        `integers truncate: ${whole.item()}`,
      );
      const r = torch.full([1], rank + 1);
      await fabric.reduce(r, { dst: 1, reduceOp: "sum" });
      check(r.item() === (rank === 1 ? (size * (size + 1)) / 2 : rank + 1), `reduce ${r.item()}`);
      const most = torch.full([1], rank);
      await fabric.allReduce(most, { reduceOp: "max" });
      check(most.item() === size - 1, "max");
    },
  ],
  [
    "allGather with syncGrads keeps the graph",
    async () => {
      const x = torch.full([2], rank + 1, { requiresGrad: true });
      const all = (await fabric.allGather(x, { syncGrads: true })) as Tensor;
      // Each rank weighs the rows of all by its own rank + 1: the gradient is the sum of these over ranks.
      all
        .sum()
        .mul(rank + 1)
        .backward();
      check(numbers(x.grad as Tensor)[0] === (size * (size + 1)) / 2, `gradient ${x.grad}`);
      const detached = (await fabric.allGather(
        torch.full([2], 1, { requiresGrad: true }),
      )) as Tensor;
      check(!detached.requiresGrad, "no graph without syncGrads");
    },
  ],
  [
    "rankZeroFirst",
    async () => {
      const file = join(folder, "first");
      await fabric.rankZeroFirst(async () => {
        if (rank > 0) return check(existsSync(`${file}.done`), "rank 0 was not first");
        await new Promise((resolve) => setTimeout(resolve, 200));
        (await import("node:fs")).writeFileSync(`${file}.done`, "");
      });
      check(existsSync(`${file}.done`), "done");
    },
  ],
  [
    "loaders share out the samples, anew each epoch",
    async () => {
      const dataset = new data.TensorDataset(torch.arange(0, 22));
      const plain = fabric.setupDataLoaders(new data.DataLoader(dataset, { batchSize: 2 }));
      const shuffled = fabric.setupDataLoaders(
        new data.DataLoader(dataset, { batchSize: 2, shuffle: true }),
      );
      const seen = async (loader: AsyncIterable<unknown>): Promise<number[]> => {
        const found: number[] = [];
        for await (const [x] of loader as AsyncIterable<[Tensor]>)
          found.push(...numbers(x).map(Number));
        return found;
      };
      const own = await seen(plain);
      const all = ((await fabric.allGather(torch.tensor(own))) as Tensor)
        .flatten()
        .toArray() as number[];
      check(new Set(all.map(Number)).size === 22, `samples ${all}`);
      check(own.length === Math.ceil(22 / size), `share ${own.length}`);
      const [first, second] = [await seen(shuffled), await seen(shuffled)];
      check(first.join() !== second.join(), "the second epoch is the first");
      const together = ((await fabric.allGather(torch.tensor(first))) as Tensor)
        .flatten()
        .toArray() as number[];
      check(new Set(together.map(Number)).size === 22, "shuffled shares overlap");
    },
  ],
  [
    "noBackwardSync adds up",
    async () => {
      const [model, optimizer] = fabric.setup(net(rank), sgd(net(0)));
      const reference = net(0);
      torch.manualSeed(5);
      const xs = Array.from({ length: 4 }, () => torch.randn([ROWS * size, 4]));
      xs.forEach((x, i) => {
        const pass = (): void =>
          fabric.backward((model.forward(mine(x)) as Tensor).square().mean());
        fabric.noBackwardSync(model, { enabled: i < 3 }, pass);
        (reference.forward(x) as Tensor).square().mean().backward();
      });
      void optimizer;
      const [g, r] = [
        model.module.parameters()[0]?.grad as Tensor,
        reference.parameters()[0]?.grad as Tensor,
      ];
      check(torch.allclose(g, r, 1e-5, 1e-6), `${g} against ${r}`);
    },
  ],
  [
    "unused parameters: named at the step, found if asked for",
    async () => {
      const module = new nn.Sequential(new nn.Linear(4, 4));
      (module as unknown as { extra: nn.Module }).extra = new nn.Linear(4, 4);
      const [model, optimizer] = fabric.setup(module, sgd(module));
      fabric.backward((model.forward(torch.ones([2, 4])) as Tensor).sum());
      try {
        optimizer.step();
      } catch (error) {
        check(
          fails("FABRIC_USAGE_UNUSED_PARAMETERS", error).includes("`extra.weight`, `extra.bias`"),
          String(error),
        );
        return;
      }
      throw new Error("the step was taken");
    },
  ],
  [
    "a frozen module stays itself, with rank 0's values",
    async () => {
      const frozen = fabric.setup(net(rank).requiresGrad_(false));
      check(fabric.unwrap(frozen) === frozen.module && (await alike(frozen.module)), "differs");
    },
  ],
  [
    "an overflow on one rank skips the step on all",
    async () => {
      const mixed = new MixedPrecision({ precision: "16-mixed", device: "cpu" });
      const scaled = new Fabric({
        accelerator: "cpu",
        devices: size,
        strategy: new DDPStrategy(),
        plugins: [mixed],
      });
      await scaled.launch();
      // A module that nobody averages: only rank 1 sees its overflow.
      const own = new nn.Linear(4, 2);
      const module = net(0);
      const [model, optimizer] = scaled.setup(
        module,
        new optim.SGD([...module.parameters(), ...own.parameters()], { lr: 0.1 }),
      );
      const before = module.parameters().map((p) => p.detach().clone());
      const x = torch.ones([2, 4]);
      const loss = (model.forward(x) as Tensor).sum().add(
        own
          .forward(x)
          .sum()
          .mul(rank === 1 ? Number.POSITIVE_INFINITY : 1),
      );
      scaled.backward(loss);
      optimizer.step();
      check(optimizer.stepWasSkipped, "the step was taken");
      check(
        module.parameters().every((p, i) => torch.equal(p.detach(), before[i] as Tensor)),
        "parameters changed",
      );
      check(scaled.lossScale === 32768, `scale ${scaled.lossScale}`);
    },
  ],
  [
    "one rank's inf spreads through the average: skipped everywhere, also with noBackwardSync and frozen layers",
    async () => {
      const mixed = new MixedPrecision({ precision: "16-mixed", device: "cpu" });
      const scaled = new Fabric({
        accelerator: "cpu",
        devices: size,
        strategy: new DDPStrategy(),
        plugins: [mixed],
      });
      await scaled.launch();
      const module = net(0);
      (module.parameters()[0] as nn.Parameter).requiresGrad = false;
      const [model, optimizer] = scaled.setup(module, sgd(module));
      const x = torch.ones([2, 4]);
      const pass = (factor: number): void =>
        scaled.backward((model.forward(x) as Tensor).sum().mul(factor));
      scaled.noBackwardSync(model, () => pass(rank === 0 ? 1e30 : 1));
      pass(1);
      optimizer.step();
      check(
        optimizer.stepWasSkipped && scaled.lossScale === 32768,
        `skipped ${optimizer.stepWasSkipped}, scale ${scaled.lossScale}`,
      );
      optimizer.zeroGrad();
      pass(1e-3);
      optimizer.step();
      check(!optimizer.stepWasSkipped, "the second step was skipped");
      check(await alike(module), "ranks differ");
    },
  ],
  [
    "clipping is by the norm of the averaged gradients",
    async () => {
      const module = net(0);
      const [model, optimizer] = fabric.setup(module, sgd(module));
      torch.manualSeed(3);
      const x = torch.randn([ROWS * size, 4]);
      fabric.backward((model.forward(mine(x)) as Tensor).square().mean());
      const norm = fabric.clipGradients(model, optimizer, { maxNorm: 1e-3 });
      const reference = net(0);
      (reference.forward(x) as Tensor).square().mean().backward();
      const expected = nn.utils.clipGradNorm_(reference.parameters(), 1e-3);
      check(
        Math.abs((norm.item() as number) / (expected.item() as number) - 1) < 1e-5,
        `${norm} against ${expected}`,
      );
      check(
        torch.allclose(
          module.parameters()[0]?.grad as Tensor,
          reference.parameters()[0]?.grad as Tensor,
          1e-4,
          1e-8,
        ),
        "clipped gradients",
      );
    },
  ],
  [
    "rank 0 saves for all, and all load",
    async () => {
      const module = net(0);
      const [model, optimizer] = fabric.setup(
        module,
        new optim.AdamW(module.parameters(), { lr: 0.01 }),
      );
      fabric.backward((model.forward(torch.ones([2, 4])) as Tensor).sum());
      optimizer.step();
      const path = join(folder, "saved");
      await fabric.save(path, { model, optimizer, step: 3 });
      const other = net(rank + 7);
      const [loaded, opt] = fabric.setup(other, new optim.AdamW(other.parameters(), { lr: 0.01 }));
      const state = { model: loaded, optimizer: opt, step: 0 };
      await fabric.load(path, state);
      check(state.step === 3, "step");
      check(
        other
          .parameters()
          .every((p, i) =>
            torch.equal(p.detach(), (module.parameters()[i] as nn.Parameter).detach()),
          ),
        "parameters",
      );
      check(Object.keys(loaded.stateDict()).join() === "0.weight,0.bias,2.weight,2.bias", "keys");
    },
  ],
  [
    "a marked method runs through the wrapper; an unmarked one is refused",
    async () => {
      class Marked extends nn.Module {
        fc = new nn.Linear(4, 2);
        override forward(x: Tensor): Tensor {
          return this.fc.forward(x);
        }
        loss(x: Tensor): Tensor {
          return F.mseLoss(this.forward(x), torch.zeros([x.shape[0] as number, 2]));
        }
      }
      const module = new Marked();
      const [model] = fabric.setup(module, sgd(module));
      try {
        model.loss(torch.ones([2, 4]));
        throw new Error("nothing was thrown");
      } catch (error) {
        fails("FABRIC_USAGE_UNMARKED_METHOD", error);
      }
      model.markForwardMethod("loss");
      fabric.backward(model.loss(torch.full([2, 4], rank)));
      const g = (module.fc.bias.grad as Tensor).clone();
      const mean = g.clone();
      await fabric.allReduce(mean);
      check(torch.allclose(g, mean, 1e-6, 1e-7), "gradients are not averaged");
    },
  ],
];

await runCases(cases);
