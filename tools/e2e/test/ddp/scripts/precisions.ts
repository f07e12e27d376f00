// Every precision under ddp, against one process with the whole batch, which each rank trains beside it.
import {
  type ClusterEnvironment,
  DDPStrategy,
  functional as F,
  Fabric,
  nn,
  optim,
  type Plugin,
  type Tensor,
  torch,
} from "@fabric/core";
import { BitsandbytesPrecision } from "@fabric/precision-bnb";
import { MixedPrecision } from "@fabric/precision-mixed";
import { TransformerEnginePrecision } from "@fabric/precision-te";
import { addAdapters } from "../../../../../docs/examples/lora.js";
import { report } from "../../../../../packages/torch/test/support/processes.js";

const size = Number(process.env["WORLD_SIZE"]);
const rank = Number(process.env["RANK"]);
const ROWS = 16;
const STEPS = 12;
const WIDTH = 32;

/** A process on its own. */
const alone: ClusterEnvironment = {
  name: "alone",
  createsProcessesExternally: true,
  mainAddress: "127.0.0.1",
  mainPort: 1,
  worldSize: () => 1,
  globalRank: () => 0,
  localRank: () => 0,
  nodeRank: () => 0,
};

class Net extends nn.Module {
  body = new nn.Sequential(
    new nn.Linear(WIDTH, 64),
    new nn.LayerNorm(64),
    new nn.GELU(),
    new nn.Linear(64, WIDTH),
  );
  head = new nn.Linear(WIDTH, 16);
  override forward(x: Tensor): Tensor {
    return this.head.forward(this.body.forward(x) as Tensor);
  }
  /** Marked from the start: runs inside the precision as forward does. */
  trainingStep(x: Tensor, y: Tensor): Tensor {
    return F.mseLoss(this.forward(x).float(), y);
  }
}

interface Mode {
  readonly name: string;
  /** Options of Fabric, made anew for each side. */
  readonly options: () => { precision?: string; plugins?: Plugin[] };
  readonly adapters?: boolean;
  readonly lr?: number;
}

const MODES: readonly Mode[] = [
  { name: "32-true", options: () => ({ precision: "32-true" }) },
  { name: "64-true", options: () => ({ precision: "64-true" }) },
  { name: "bf16-mixed", options: () => ({ precision: "bf16-mixed" }) },
  {
    name: "16-mixed",
    options: () => ({ plugins: [new MixedPrecision({ precision: "16-mixed", device: "cpu" })] }),
  },
  { name: "bf16-true", options: () => ({ precision: "bf16-true" }) },
  { name: "16-true", options: () => ({ precision: "16-true" }) },
  {
    name: "transformer-engine",
    options: () => ({
      plugins: [
        new TransformerEnginePrecision({ weightsDtype: "bfloat16", recipe: { amaxHistoryLen: 4 } }),
      ],
    }),
  },
  {
    name: "nf4 + LoRA",
    options: () => ({
      plugins: [
        new BitsandbytesPrecision({
          mode: "nf4-dq",
          dtype: "bfloat16",
          keepInDtype: { "**.lora*": "float32" },
        }),
      ],
    }),
    adapters: true,
  },
  {
    name: "int8-training",
    options: () => ({ plugins: [new BitsandbytesPrecision({ mode: "int8-training" })] }),
  },
];

/** One task for all steps, so that the losses fall: the first half of x, bent. */
function batches(): [Tensor, Tensor][] {
  torch.manualSeed(99);
  return Array.from({ length: STEPS }, () => {
    const x = torch.randn([ROWS * size, WIDTH]);
    return [x, torch.tanh(x.narrow(1, 0, 16)).mul(2)];
  });
}

function make(
  mode: Mode,
  fabric: Fabric,
  seed: number,
): { model: Net; original: Net; optimizer: optim.SGD } {
  torch.manualSeed(seed);
  const net = new Net();
  const trained =
    mode.adapters === true ? addAdapters(net, "body", { rank: 4, alpha: 8 }) : net.parameters();
  const [model, optimizer] = fabric.setup(
    net,
    new optim.SGD(trained, { lr: mode.lr ?? 0.3, momentum: 0.9 }),
  );
  return { model, original: model.module, optimizer };
}

function steps(
  fabric: Fabric,
  { model, optimizer }: ReturnType<typeof make>,
  part: (t: Tensor) => Tensor,
): number[] {
  return batches().map(([x, y]) =>
    torch.scope(() => {
      optimizer.zeroGrad();
      const loss = model.trainingStep(part(x), part(y));
      fabric.backward(loss);
      fabric.clipGradients(model, optimizer, { maxNorm: 2 });
      optimizer.step();
      return loss.item() as number;
    }),
  );
}

const only = process.argv[2];
for (const mode of MODES) {
  if (only !== undefined && mode.name !== only) continue;
  try {
    const single = mode.options();
    const one = new Fabric({
      accelerator: "cpu",
      ...single,
      plugins: [...(single.plugins ?? []), alone],
    });
    const whole = steps(one, make(mode, one, 1), (t) => t);

    const fabric = new Fabric({
      accelerator: "cpu",
      devices: size,
      strategy: new DDPStrategy({ timeoutMs: 20_000 }),
      ...mode.options(),
    });
    await fabric.launch();
    // Other weights than rank 0's: those are the ones that count.
    const trained = make(mode, fabric, rank + 1);
    const losses = steps(fabric, trained, (t) => t.narrow(0, rank * ROWS, ROWS));
    const mean = (await fabric.allReduce(torch.tensor(losses, { dtype: "float64" }))) as Tensor;
    // With the scales of FP8, which are in the state dict only.
    const sums = Object.values(trained.original.stateDict()).map(
      (t) => t.to("float64").sum().item() as number,
    );
    const all = (await fabric.allGather(torch.tensor(sums, { dtype: "float64" }))) as Tensor;
    report({
      mode: mode.name,
      whole,
      mean: mean.toArray(),
      alike: (all.toArray() as number[][]).every((row) => String(row) === String(sums)),
    });
    fabric.teardown();
  } catch (error) {
    report({
      mode: mode.name,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}
await torch.distributed.destroyProcessGroup();
