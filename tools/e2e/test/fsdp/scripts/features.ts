// What Fabric does around a sharded model; each case reports what it saw.
import { functional as F, Fabric, FSDPStrategy, nn, optim, safetensors, torch } from "@fabric/core";
import { BitsandbytesPrecision } from "@fabric/precision-bnb";
import { MixedPrecision } from "@fabric/precision-mixed";
import { HalfPrecision } from "@fabric/precision-true";
import { report } from "../../../../../packages/torch/test/support/processes.js";
import { alone, batch, Net } from "./models.js";

const size = Number(process.env["WORLD_SIZE"]);
const rank = Number(process.env["RANK"]);
const folder = process.argv[2] as string;
const ROWS = 16;

type Options = Partial<ConstructorParameters<typeof Fabric>[0]>;

async function start(options: Options = {}): Promise<Fabric> {
  const strategy = new FSDPStrategy({ timeoutMs: 20_000 });
  const fabric = new Fabric({ accelerator: "cpu", devices: size, strategy, ...options });
  await fabric.launch();
  return fabric;
}

function codeOf(fn: () => unknown): string {
  try {
    fn();
    return "none";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

const half = (): MixedPrecision => new MixedPrecision({ precision: "16-mixed", device: "cpu" });

const cases: Record<string, () => Promise<unknown>> = {
  /** A gradient that is inf in one process's rows only: none of them steps. */
  async overflow() {
    const fabric = await start({ plugins: [half()] });
    torch.manualSeed(1);
    const model = fabric.setupModule(new Net());
    const optimizer = fabric.setupOptimizers(new optim.SGD(model.parameters(), { lr: 0.1 }));
    const seen = [];
    for (const clips of [false, true]) {
      optimizer.zeroGrad();
      fabric.backward(model.trainingStep(...batch(0, ROWS, rank, size)));
      const before = model.head.weight.detach().clone();
      if (rank === size - 1) {
        const { grad } = model.head.weight;
        torch.noGrad(() => grad?.at(0, 0).fill_(Number.POSITIVE_INFINITY));
      }
      const norm = clips ? fabric.clipGradients(model, optimizer, { maxNorm: 1 }).item() : null;
      optimizer.step();
      const unchanged = model.head.weight.equal(before);
      seen.push({
        skipped: optimizer.stepWasSkipped,
        scale: fabric.lossScale,
        norm: String(norm),
        unchanged,
      });
    }
    return seen;
  },

  async nonfinite() {
    const fabric = await start();
    const model = fabric.setupModule(new Net());
    const optimizer = fabric.setupOptimizers(new optim.SGD(model.parameters(), { lr: 0.1 }));
    fabric.backward(model.trainingStep(...batch(0, ROWS, rank, size)));
    const { grad } = model.head.weight;
    if (rank === 0) torch.noGrad(() => grad?.fill_(Number.NaN));
    return codeOf(() => fabric.clipGradients(model, optimizer, { maxNorm: 1 }));
  },

  async clipValue() {
    const fabric = await start();
    torch.manualSeed(1);
    const model = fabric.setupModule(new Net());
    const optimizer = fabric.setupOptimizers(new optim.SGD(model.parameters(), { lr: 0.1 }));
    fabric.backward(model.trainingStep(...batch(0, ROWS, rank, size)));
    fabric.clipGradients(model, optimizer, { clipValue: 1e-3 });
    const largest = model
      .parameters()
      .map(({ grad }) => (grad === null || grad.numel() === 0 ? 0 : grad.abs().max().item()));
    return Math.max(...largest);
  },

  /** Two halves of a batch added up before gradients are averaged are the batch. */
  async noBackwardSync() {
    const fabric = await start();
    const gradient = (accumulates: boolean): number[][] => {
      torch.manualSeed(1);
      const model = fabric.setupModule(new Net());
      const [x, y] = batch(0, ROWS, rank, size);
      const part = (start: number, rows: number): torch.Tensor =>
        model
          .trainingStep(x.narrow(0, start, rows), y.narrow(0, start, rows))
          .mul(rows / x.size(0));
      if (accumulates) {
        const first = x.size(0) / 2;
        fabric.noBackwardSync(model, () => fabric.backward(part(0, first)));
        fabric.backward(part(first, x.size(0) - first));
      } else fabric.backward(part(0, x.size(0)));
      return model.head.weight.grad?.toArray() as number[][];
    };
    const [a, b] = [torch.tensor(gradient(true)), torch.tensor(gradient(false))];
    return { difference: a.sub(b).abs().max().item(), size: b.abs().max().item() };
  },

  /** A step with gradients that were not averaged, and one after they were cleared. */
  async stepInside() {
    const fabric = await start();
    const net = new Net();
    const [model, optimizer] = fabric.setup(net, new optim.SGD(net.parameters(), { lr: 0.1 }));
    const loss = (): torch.Tensor => model.trainingStep(...batch(0, ROWS, rank, size));
    fabric.noBackwardSync(model, () => fabric.backward(loss()));
    let code = "";
    try {
      optimizer.step();
    } catch (error) {
      code = (error as FabricError).code;
    }
    optimizer.zeroGrad();
    fabric.backward(loss());
    optimizer.step();
    return code;
  },

  /** An optimizer that was made, and stepped, before set-up. */
  async optimizerBefore() {
    const fabric = await start();
    torch.manualSeed(1);
    const net = new Net();
    const optimizer = new optim.AdamW(net.parameters(), { lr: 0.01 });
    const step = (
      model: Net,
      backward: (loss: torch.Tensor) => void,
      own: optim.Optimizer,
    ): number => {
      own.zeroGrad();
      const loss = model.trainingStep(...batch(0, ROWS, 0, 1));
      backward(loss);
      own.step();
      return loss.item();
    };
    step(net, (loss) => loss.backward(), optimizer);
    optimizer.zeroGrad();
    const twin = nn.copyModule(net);
    const twinOptimizer = new optim.AdamW(twin.parameters(), { lr: 0.01 });
    twinOptimizer.loadStateDict(optimizer.stateDict());
    const [model, wrapped] = fabric.setup(net, optimizer);
    const expected = [];
    const losses = [];
    for (let i = 0; i < 3; i++) {
      expected.push(step(twin, (loss) => loss.backward(), twinOptimizer));
      losses.push(step(model, (loss) => fabric.backward(loss), wrapped));
    }
    return { losses, expected };
  },

  async guards() {
    const fabric = await start();
    const meta = fabric.initModule({ emptyInit: true }, () => new Net());
    const early = codeOf(() => fabric.setup(meta, new optim.SGD(meta.parameters(), { lr: 0.1 })));
    const model = fabric.setupModule(new Net());
    const plain = codeOf(() =>
      model
        .forward(batch(0, ROWS, 0, 1)[0])
        .sum()
        .backward(),
    );
    const twice = codeOf(() => fabric.setupModule(model));
    const master = codeOf(
      () =>
        new Fabric({
          accelerator: "cpu",
          devices: size,
          strategy: "fsdp",
          plugins: [new HalfPrecision({ precision: "bf16-true", masterWeights: true })],
        }),
    );
    class Rotary extends nn.Module {
      fc = new nn.Linear(2, 2);
      constructor() {
        super();
        this.registerBuffer("angles", torch.ones([2]), { persistent: false });
      }
    }
    const buffer = codeOf(() =>
      fabric.setupModule(fabric.initModule({ emptyInit: true }, () => new Rotary())),
    );
    const option = codeOf(() => new FSDPStrategy({ stateDictType: "half" as "full" }));
    return { early, plain, twice, master, buffer, option };
  },

  /** Weights of another program's file, into a model that never was whole. */
  async loadRaw() {
    const path = `${folder}/raw.safetensors`;
    torch.manualSeed(2);
    const source = new Net();
    if (rank === 0) safetensors.save(path, source.stateDict());
    const fabric = await start();
    await fabric.barrier();
    const model = fabric.setupModule(fabric.initModule({ emptyInit: true }, () => new Net()));
    await fabric.loadRaw(path, model);
    const x = batch(0, ROWS, 0, 1)[0];
    return model.forward(x).sub(source.forward(x)).abs().max().item();
  },

  /** Float weights are quantised on arrival, whole, and only the rows stay. */
  async quantisedLoad() {
    const plugin = (): BitsandbytesPrecision =>
      new BitsandbytesPrecision({ mode: "nf4-dq", dtype: "bfloat16" });
    const fabric = await start({ plugins: [plugin()] });
    torch.manualSeed(rank);
    const net = new Net();
    const model = fabric.setupModule(net);
    torch.manualSeed(3);
    const source = new Net();
    const floats = source.stateDict();
    model.loadStateDict(floats, { strict: false });
    const path = `${folder}/nf4-${size}`;
    await fabric.save(path, { model });
    const weight = model.blocks[0]?.up.weight as torch.Tensor;
    const single = new Fabric({ accelerator: "cpu", plugins: [plugin(), alone] });
    const copy = new Net();
    const whole = single.setupModule(copy);
    await single.load(path, { model: whole });
    const reference = new Net();
    const expected = new Fabric({ accelerator: "cpu", plugins: [plugin(), alone] }).setupModule(
      reference,
    );
    expected.loadStateDict(floats, { strict: false });
    const [a, b] = [whole.stateDict(), expected.stateDict()];
    const same = Object.keys(floats).every((key) => a[key]?.equal(b[key] as torch.Tensor));
    return { same, dtype: weight.dtype, shape: weight.shape, full: a["blocks.0.up.weight"]?.shape };
  },

  async reports() {
    const fabric = await start({ precision: "bf16-mixed" });
    const seen = new Set<string>();
    const net = new Net();
    net.blocks[0]?.up.registerForwardPreHook((module) => {
      seen.add(`${(module as nn.Linear).weight.dtype} ${(module as nn.Linear).weight.shape}`);
    });
    net.blocks[0]?.norm.registerForwardPreHook((module) => {
      seen.add(`norm ${(module as nn.LayerNorm).weight?.dtype}`);
    });
    const model = fabric.setupModule(net);
    fabric.backward(F.mseLoss(model.forward(batch(0, ROWS, rank, size)[0]), torch.zeros([])));
    const dtypes = new Set(model.parameters().map(({ dtype, grad }) => `${dtype} ${grad?.dtype}`));
    return { seen: [...seen], dtypes: [...dtypes], strategy: fabric.strategy.name };
  },
};

const only = process.argv[3];
for (const [name, run] of Object.entries(cases)) {
  if (only !== undefined && name !== only) continue;
  try {
    report({ name, value: await run() });
  } catch (error) {
    report({ name, error: (error as Error).stack });
  }
}
await torch.distributed.destroyProcessGroup();
