// What sharding promises besides right gradients; each case reports what it saw.

import { unitsOf } from "../../../../src/distributed/fsdp/fully-shard.js";
import * as torch from "../../../../src/index.js";
import { bytesSent } from "../../../support/bytes-sent.js";
import { report } from "../../../support/processes.js";
import { Block, Net, train } from "./models.js";

const { distributed, functional: F, nn, optim } = torch;
const { fsdp } = distributed;

await distributed.initProcessGroup({ timeoutMs: 30_000 });
const rank = distributed.getRank();
const size = distributed.getWorldSize();

/** Safetensors knows no shared memory. */
function untied(state: Record<string, torch.Tensor>): Record<string, torch.Tensor> {
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [key, value.clone()]));
}

/** Sums over the processes, divided by their number. */
function mean(tensor: torch.Tensor): torch.Tensor {
  const copy = tensor.detach().clone();
  distributed.allReduce(copy, { op: "avg" }).wait();
  return copy;
}

/** The gradients of a sharded model as those of one process. */
function wholeGradients(net: torch.nn.Module): Record<string, number[] | null> {
  return Object.fromEntries(
    net.namedParameters().map(([name, parameter]) => {
      const rows = fsdp.shardRows(parameter);
      const { grad } = parameter;
      if (grad === null) return [name, null];
      if (rows === null) return [name, mean(grad).flatten().toArray() as number[]];
      return [name, fsdp.gatherWhole(grad, parameter).flatten().toArray() as number[]];
    }),
  );
}

/** Gradients of one process with everything, of the mean of the shares' losses. */
function referenceGradients(net: torch.nn.Module, loss: () => torch.Tensor) {
  loss().backward();
  return Object.fromEntries(
    net.namedParameters().map(([name, p]) => [name, p.grad?.flatten().toArray() ?? null]),
  );
}

/** Reentrant activation checkpointing: forward runs once without a graph, and again in backward. */
class Checkpoint extends torch.autograd.Function {
  static override forward(
    ctx: torch.autograd.FunctionContext,
    run: (x: torch.Tensor) => torch.Tensor,
    x: torch.Tensor,
  ): torch.Tensor {
    ctx.run = run;
    ctx.saveForBackward(x);
    return run(x);
  }
  static override backward(ctx: torch.autograd.FunctionContext, grad: torch.Tensor) {
    const x = (ctx.savedTensors[0] as torch.Tensor).detach().requiresGrad_();
    torch.enableGrad(() => (ctx.run as (x: torch.Tensor) => torch.Tensor)(x)).backward(grad);
    return [null, x.grad];
  }
}

const share = (t: torch.Tensor): torch.Tensor =>
  t.narrow(0, (rank * t.size(0)) / size, t.size(0) / size);

type Case = () => unknown;
const cases: Record<string, Case> = {
  training() {
    const make = (): [Net, torch.optim.AdamW] => {
      torch.manualSeed(1);
      const net = new Net();
      return [net, new optim.AdamW(net.parameters(), { lr: 1e-2 })];
    };
    const [one, oneOptimizer] = make();
    const expected = train(one, oneOptimizer, { steps: 6, rank: 0, size: 1 });
    const [net, optimizer] = make();
    const { units } = fsdp.fullyShardByPolicy(net);
    const local = train(net, optimizer, { steps: 6, rank, size });
    const losses = mean(torch.tensor(local, { dtype: "float64" })).toArray();
    const distance = (a: torch.Tensor, b: torch.Tensor): number => a.sub(b).abs().max().item();
    const state = fsdp.fullStateDict(net, { rank0Only: false });
    const apart = Object.entries(one.stateDict()).map(([key, value]) =>
      distance(value, state[key] as torch.Tensor),
    );
    const moments = fsdp.fullOptimizerState(optimizer, { rank0Only: false }).state;
    const distances = Object.entries(oneOptimizer.stateDict().state).map(([key, entry]) =>
      distance(entry["exp_avg"] as torch.Tensor, moments[Number(key)]?.["exp_avg"] as torch.Tensor),
    );
    return {
      units,
      losses,
      expected,
      apart: Math.max(...apart),
      moments: Math.max(...distances),
    };
  },

  policies() {
    class Model extends nn.Module {
      encoder = new nn.ModuleList([new Block(8), new Block(8)]);
      mlp = new nn.Sequential(new nn.Linear(8, 8), new nn.ReLU());
      head = new nn.Linear(8, 8);
    }
    const units = (policy?: torch.distributed.fsdp.WrapPolicy): readonly string[] =>
      fsdp.fullyShardByPolicy(new Model(), policy).units;
    return {
      auto: units(),
      classes: units(new Set([nn.Sequential])),
      size: units({ minParams: 210 }),
      predicate: units((_module, name) => name === "encoder.1"),
    };
  },

  order() {
    torch.manualSeed(3);
    const net = new Net();
    fsdp.fullyShardByPolicy(net);
    const seen: string[] = [];
    const watch = (): void => {
      for (const unit of unitsOf(net))
        unit.observer = (event, { name }) => seen.push(`${event} ${name}`);
    };
    const optimizer = new optim.SGD(net.parameters(), { lr: 0.1 });
    watch();
    train(net, optimizer, { steps: 1, rank, size });
    const first = seen.splice(0);
    train(net, optimizer, { steps: 1, rank, size });
    return { first, second: seen };
  },

  async memory() {
    torch.manualSeed(3);
    const width = 256;
    const before = torch.memory().cpu.bytes;
    const depth = 12;
    const net = torch.scope(
      () => new nn.Sequential(...Array.from({ length: depth }, () => new Block(width))),
    );
    const whole = torch.memory().cpu.bytes - before;
    const largest = whole / depth;
    const optimizer = new optim.AdamW(net.parameters(), { lr: 1e-3 });
    fsdp.fullyShardByPolicy(net);
    const sharded = torch.memory().cpu.bytes - before;
    const x = torch.randn([2, width]);
    const step = (): void => {
      torch.scope(() => {
        net.forward(x).sum().backward();
        optimizer.step();
      });
    };
    step();
    const trained = torch.memory().cpu.bytes - before;
    torch.scope(() => optimizer.zeroGrad());
    torch.resetPeakMemory();
    const base = torch.memory().cpu.bytes;
    torch.noGrad(() => torch.scope(() => void net.forward(x)));
    const forwardPeak = torch.memory().cpu.peakBytes - base;
    torch.resetPeakMemory();
    step();
    const stepPeak = torch.memory().cpu.peakBytes - base;
    const handles = torch.memory().cpu.tensors;
    for (let i = 0; i < 20; i++) step();
    globalThis.gc?.();
    // The threads of the process group let go of their last tensors a little later.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const after = torch.memory().cpu.bytes - before;
    const moreHandles = torch.memory().cpu.tensors - handles;
    return { whole, sharded, trained, largest, forwardPeak, stepPeak, after, moreHandles };
  },

  /** What a step sends, in float32 and with parameters and gradients in bfloat16. */
  async wire() {
    const width = 128;
    const sent: Record<string, number> = {};
    let elements = { blocks: 0, root: 0 };
    for (const dtype of ["float32", "bfloat16"] as const) {
      const net = new Net(width, 24, 4);
      const inBlocks = net.blocks.flatMap((block) => block.parameters());
      const count = (list: readonly torch.Tensor[]): number =>
        list.reduce((sum, each) => sum + each.numel(), 0);
      elements = { blocks: count(inBlocks), root: count(net.parameters()) - count(inBlocks) };
      const mpPolicy = { paramDtype: dtype, reduceDtype: dtype };
      fsdp.fullyShardByPolicy(net, "auto", { mpPolicy });
      const x = torch.tensor([1, 2], { dtype: "int64" });
      const step = (): void =>
        torch.scope(() => F.crossEntropy(net.forward(x).float(), x).backward());
      step();
      try {
        await distributed.barrier();
        const before = bytesSent();
        await distributed.barrier();
        step();
        const after = bytesSent();
        await distributed.barrier();
        sent[dtype] = after - before;
      } catch (error) {
        return { skipped: String(error) };
      }
    }
    return { elements, sent };
  },

  /** A frozen weight that backward still needs when all adapters have their gradients. */
  frozen() {
    class Adapted extends nn.Module {
      base = new nn.Linear(8, 8);
      down = new nn.Parameter(torch.randn([2, 8]));
      override forward(x: torch.Tensor): torch.Tensor {
        const adapter = F.linear(F.linear(x, this.down), this.down.t());
        return torch.tanh(this.base.forward(x)).add(adapter.mul(0.1));
      }
    }
    class Stack extends nn.Module {
      first = new nn.Linear(8, 8);
      layers = [new Adapted(), new Adapted(), new Adapted()];
      override forward(x: torch.Tensor): torch.Tensor {
        let h = this.first.forward(x);
        for (const layer of this.layers) h = layer.forward(h);
        return h;
      }
    }
    const make = (): Stack => {
      torch.manualSeed(4);
      const net = new Stack();
      for (const layer of net.layers) layer.base.requiresGrad_(false);
      return net;
    };
    const x = torch.randn([8, 8]);
    distributed.broadcast(x, 0).wait();
    const one = make();
    const expected = referenceGradients(one, () => one.forward(x).pow(2).mean());
    const net = make();
    fsdp.fullyShardByPolicy(net);
    net.forward(share(x)).pow(2).mean().backward();
    return { expected, got: wholeGradients(net) };
  },

  /** Two backward passes add up before gradients are averaged. */
  noSync() {
    const make = (): Net => {
      torch.manualSeed(6);
      return new Net();
    };
    const x = torch.tensor([1, 2, 3, 4], { dtype: "int64" });
    const y = torch.tensor([5, 6, 7, 8], { dtype: "int64" });
    const one = make();
    const expected = referenceGradients(one, () =>
      F.crossEntropy(one.forward(x), y).add(F.crossEntropy(one.forward(y), x)),
    );
    const net = make();
    fsdp.fullyShardByPolicy(net);
    const seen: string[] = [];
    for (const unit of unitsOf(net)) unit.observer = (event) => seen.push(event);
    {
      using _ = fsdp.noSync(net);
      F.crossEntropy(net.forward(share(x)), share(y)).backward();
    }
    const reducedInside = seen.includes("reduce");
    const untouched = net.parameters().every((parameter) => parameter.grad === null);
    F.crossEntropy(net.forward(share(y)), share(x)).backward();
    return { expected, got: wholeGradients(net), reducedInside, untouched };
  },

  /** A unit that runs twice in one forward, and one whose forward runs again in backward. */
  repeated() {
    class Twice extends nn.Module {
      layers = [new Block(6), new Block(6)];
      override forward(x: torch.Tensor): torch.Tensor {
        const [a, b] = this.layers as [Block, Block];
        const h = a.forward(b.forward(a.forward(x)));
        return Checkpoint.apply((input: torch.Tensor) => b.forward(input), h) as torch.Tensor;
      }
    }
    const make = (): Twice => {
      torch.manualSeed(11);
      return new Twice();
    };
    const x = torch.linspace(-1, 1, 8 * 6).view([8, 6]);
    const one = make();
    const expected = referenceGradients(one, () => one.forward(x).pow(2).mean());
    const net = make();
    fsdp.fullyShardByPolicy(net);
    net.forward(share(x)).pow(2).mean().backward();
    return { expected, got: wholeGradients(net) };
  },

  /** A parameter that no process used keeps no gradient; one that some used has the mean. */
  unused() {
    class Branches extends nn.Module {
      left = new nn.Linear(4, 4);
      right = new nn.Linear(4, 4);
      never = new nn.Linear(4, 4);
      override forward(x: torch.Tensor, left: boolean): torch.Tensor {
        return left ? this.left.forward(x) : this.right.forward(x);
      }
    }
    torch.manualSeed(7);
    const net = fsdp.fullyShard(new Branches());
    net
      .forward(torch.ones([1, 4]), rank === 0)
      .sum()
      .backward();
    return wholeGradients(net);
  },

  outside() {
    class Leaky extends nn.Module {
      fc = new nn.Linear(4, 4);
      kept: { view: torch.Tensor } | null = null;
      override forward(x: torch.Tensor): torch.Tensor {
        this.kept = { view: this.fc.weight.t() };
        return this.fc.forward(x);
      }
    }
    const net = fsdp.fullyShard(new Leaky(), { reshardAfterForward: true });
    net.forward(torch.ones([1, 4]));
    let message = "";
    try {
      net.kept?.view.sum();
    } catch (error) {
      message = (error as Error).message;
    }
    return { message, shape: net.fc.weight.shape };
  },

  /** Blocks that take and give instances of a class, and sets. */
  instances() {
    class Carried {
      constructor(readonly inner: { x: torch.Tensor }) {}
    }
    class Carrier extends Block {
      how: "instance" | "set" | "tensor" = "tensor";
      override forward(given: unknown): torch.Tensor {
        const x = given instanceof Carried ? given.inner.x : [...(given as Set<unknown>)][0];
        const y = super.forward(x as torch.Tensor);
        const out = this.how === "instance" ? new Carried({ x: y }) : new Set([y]);
        return (this.how === "tensor" ? y : out) as torch.Tensor;
      }
    }
    const make = (): torch.nn.Module & { blocks: torch.nn.ModuleList } => {
      torch.manualSeed(4);
      const blocks = [new Carrier(8), new Carrier(8), new Carrier(8)];
      const [first, second] = blocks as [Carrier, Carrier];
      first.how = "instance";
      second.how = "set";
      for (const parameter of second.parameters()) parameter.requiresGrad = false;
      class Model extends nn.Module {
        blocks = new nn.ModuleList(blocks);
      }
      return new Model();
    };
    const run = (net: { blocks: torch.nn.ModuleList }, x: torch.Tensor): torch.Tensor => {
      let h: unknown = new Carried({ x });
      for (const block of net.blocks) h = (block as Carrier).forward(h);
      return (h as torch.Tensor).pow(2).mean();
    };
    torch.manualSeed(5);
    const x = torch.randn([4 * size, 8]);
    const one = make();
    const expected = referenceGradients(one, () => run(one, x));
    const net = make();
    for (const block of net.blocks) fsdp.fullyShard(block);
    run(net, share(x)).backward();
    return { expected, got: wholeGradients(net) };
  },

  /** Gradients of a pass inside noSync, cleared before any were averaged. */
  cleared() {
    const make = (): Block => {
      torch.manualSeed(6);
      return new Block(8);
    };
    torch.manualSeed(7);
    const x = torch.randn([4 * size, 8]);
    const one = make();
    const expected = referenceGradients(one, () => one.forward(x).pow(2).mean());
    const net = fsdp.fullyShard(make());
    const backward = (): void => net.forward(share(x)).pow(2).mean().backward();
    const waiting: (string | null)[] = [];
    for (const clear of [
      () => net.zeroGrad(),
      () => new optim.SGD(net.parameters(), { lr: 1 }).zeroGrad(),
    ]) {
      {
        using _ = fsdp.noSync(net);
        backward();
      }
      waiting.push(fsdp.unaveragedGradient(net.parameters()));
      clear();
      waiting.push(fsdp.unaveragedGradient(net.parameters()));
    }
    backward();
    waiting.push(fsdp.unaveragedGradient(net.parameters()));
    return { expected, got: wholeGradients(net), waiting };
  },

  /** A norm that is nan in one process. */
  nanNorms() {
    const net = fsdp.fullyShard(new nn.Linear(4, 4));
    return [2, Number.POSITIVE_INFINITY].map((p) => {
      const norm = torch.tensor(rank === size - 1 ? Number.NaN : 1);
      return Number.isNaN(fsdp.combineNorm(norm, p, net.parameters()).item());
    });
  },

  norms() {
    torch.manualSeed(8);
    const one = new Net();
    const x = torch.tensor([1, 2, 3, 4], { dtype: "int64" });
    F.crossEntropy(one.forward(x), x).backward();
    torch.manualSeed(8);
    const net = new Net();
    fsdp.fullyShardByPolicy(net);
    F.crossEntropy(net.forward(x), x).backward();
    return [2, 1, 3, Number.POSITIVE_INFINITY].map((p) => {
      const grads = (m: Net): torch.Tensor[] => m.parameters().flatMap((q) => q.grad ?? []);
      const local = nn.utils.getTotalNorm(grads(net), p);
      return {
        p: String(p),
        whole: nn.utils.getTotalNorm(grads(one), p).item(),
        combined: fsdp.combineNorm(local, p, net.parameters()).item(),
      };
    });
  },

  summon() {
    torch.manualSeed(9);
    const net = new Net();
    const before = net.blocks[0]?.fc1.weight.detach().clone() as torch.Tensor;
    fsdp.fullyShardByPolicy(net);
    const { weight } = (net.blocks[0] as Block).fc1;
    const shapes: (readonly number[])[] = [weight.shape];
    fsdp.summonFullParams(net, () => {
      shapes.push(weight.shape);
      torch.noGrad(() => weight.mul_(2));
    });
    shapes.push(weight.shape);
    const doubled = fsdp.gatherWhole(weight.detach(), weight).equal(before.mul(2));
    return { shapes, doubled };
  },

  /** A failed forward leaves shards, and the next one works. */
  failing() {
    class Failing extends nn.Module {
      fc = new nn.Linear(6, 6);
      fails = true;
      override forward(x: torch.Tensor): torch.Tensor {
        const y = this.fc.forward(x);
        if (this.fails) throw new Error("on purpose");
        return y;
      }
    }
    const net = fsdp.fullyShard(new Failing());
    let thrown = "";
    try {
      net.forward(torch.ones([1, 6]));
    } catch (error) {
      thrown = (error as Error).message;
    }
    const shape = net.fc.weight.shape;
    net.fails = false;
    net
      .forward(torch.ones([1, 6]))
      .sum()
      .backward();
    return { thrown, shape, grad: net.fc.weight.grad?.shape };
  },

  failingBackward() {
    class Bad extends torch.autograd.Function {
      static override forward(_ctx: torch.autograd.FunctionContext, x: torch.Tensor): torch.Tensor {
        return x.clone();
      }
      static override backward(): never {
        throw new Error("on purpose");
      }
    }
    const make = (): Net => {
      torch.manualSeed(12);
      return new Net();
    };
    const x = torch.tensor([1, 2, 3, 4], { dtype: "int64" });
    const one = make();
    const expected = referenceGradients(one, () => F.crossEntropy(one.forward(x), x));
    const net = make();
    fsdp.fullyShardByPolicy(net);
    let thrown = "";
    try {
      const h = net.blocks[0]?.forward(torch.ones([1, 10], {}).requiresGrad_()) as torch.Tensor;
      const bad = Bad.apply(h) as torch.Tensor;
      (net.blocks[1] as Block).forward(bad).sum().backward();
    } catch (error) {
      thrown = (error as Error).message;
    }
    F.crossEntropy(net.forward(share(x)), share(x)).backward();
    return { thrown, expected, got: wholeGradients(net) };
  },

  loading() {
    torch.manualSeed(13);
    const source = new Net();
    const make = (): Net => {
      const net = new Net();
      fsdp.fullyShardByPolicy(net);
      return net;
    };
    const same = (net: Net): boolean =>
      Object.entries(fsdp.fullStateDict(net, { rank0Only: false })).every(([key, value]) =>
        value.equal(source.stateDict()[key] as torch.Tensor),
      );
    const memory = make();
    memory.loadStateDict(source.stateDict());
    const path = `${process.argv[2]}/net-${rank}.safetensors`;
    torch.safetensors.save(path, untied(source.stateDict()));
    const file = make();
    using opened = torch.safetensors.open(path);
    file.loadStateDict(opened);
    let refused = false;
    try {
      file.loadStateDict({ ...source.stateDict(), scale: torch.ones([2]) });
    } catch {
      refused = true;
    }
    // A file is mapped: besides the shards, memory holds nothing of the model.
    const big = torch.scope(() => new nn.Sequential(...[1, 2, 3].map(() => new Block(256))));
    const bigPath = `${process.argv[2]}/big-${rank}.safetensors`;
    torch.safetensors.save(bigPath, big.stateDict());
    fsdp.fullyShardByPolicy(big);
    using bigFile = torch.safetensors.open(bigPath);
    torch.resetPeakMemory();
    const before = torch.memory().cpu.bytes;
    big.loadStateDict(bigFile);
    const peak = torch.memory().cpu.peakBytes - before;
    return { memory: same(memory), file: same(file), refused, peak };
  },

  /** Leaves that a first forward in inference mode has made can be trained. */
  inference() {
    torch.manualSeed(14);
    const net = new Net();
    const x = torch.tensor([1, 2], { dtype: "int64" });
    const expected = net.forward(x).detach();
    fsdp.fullyShardByPolicy(net);
    const distance = torch.inferenceMode(() =>
      torch.scope(() => net.forward(x).sub(expected).abs().max().item()),
    );
    const optimizer = new optim.SGD(net.parameters(), { lr: 0.01 });
    return { distance, losses: train(net, optimizer, { steps: 2, rank, size }).length };
  },

  tied() {
    class Tied extends nn.Module {
      a = new Block(4);
      b = new Block(4);
      constructor() {
        super();
        this.b.fc1.weight = this.a.fc1.weight;
      }
      override forward(x: torch.Tensor): torch.Tensor {
        return this.b.forward(this.a.forward(x));
      }
    }
    const net = new Tied();
    fsdp.fullyShard(net.a);
    fsdp.fullyShard(net);
    try {
      net.forward(torch.ones([1, 4]));
      return "ran";
    } catch (error) {
      return (error as Error).message;
    }
  },

  /** Losses and gradients with parameters gathered in bfloat16; the shards stay in float32. */
  mixed() {
    torch.manualSeed(10);
    const net = new Net();
    const x = torch.tensor([1, 2, 3, 4], { dtype: "int64" });
    fsdp.fullyShardByPolicy(net, new Set([Block]), {
      mpPolicy: { paramDtype: "bfloat16", reduceDtype: "float32", outputDtype: "float32" },
    });
    const seen = new Set<string>();
    net.blocks[0]?.fc1.registerForwardPreHook((module, [input]) => {
      seen.add(`${(module as torch.nn.Linear).weight.dtype} ${(input as torch.Tensor).dtype}`);
    });
    const output = net.forward(x);
    F.crossEntropy(output, x).backward();
    return {
      seen: [...seen],
      output: output.dtype,
      shards: [...new Set(net.parameters().map((p) => p.dtype))],
      grads: [...new Set(net.parameters().map((p) => p.grad?.dtype))],
    };
  },
};

for (const [name, run] of Object.entries(cases)) {
  try {
    report({ name, value: await run() });
  } catch (error) {
    report({ name, error: (error as Error).stack });
  }
}
await distributed.destroyProcessGroup();
