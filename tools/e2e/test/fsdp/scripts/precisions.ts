// Every precision under fsdp, against one process with the whole batch, which each rank trains beside it.
import { Fabric, FSDPStrategy, nn, optim, type Plugin, type Tensor, torch } from "@fabric/core";
import { BitsandbytesPrecision } from "@fabric/precision-bnb";
import { MixedPrecision } from "@fabric/precision-mixed";
import {
  fp8State,
  Linear,
  quantizeWeights_,
  TransformerEnginePrecision,
} from "@fabric/precision-te";
import { addAdapters } from "../../../../../docs/examples/lora.js";
import { report } from "../../../../../packages/torch/test/support/processes.js";
import { alone, batch, meanLosses, Net } from "./models.js";

const size = Number(process.env["WORLD_SIZE"]);
const rank = Number(process.env["RANK"]);
const ROWS = 16;
const STEPS = 6;

interface Mode {
  readonly name: string;
  readonly options: () => { precision?: string; plugins?: Plugin[] };
  readonly adapters?: boolean;
  /** Sizes that FP8 layers pad, which the plugin would leave. */
  readonly inFp8?: boolean;
  /** Weights of the blocks are codes; embedding, norms, biases and head are trained. */
  readonly isHeld?: boolean;
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
    name: "int8-training",
    options: () => ({ plugins: [new BitsandbytesPrecision({ mode: "int8-training" })] }),
  },
  {
    name: "int8",
    options: () => ({ plugins: [new BitsandbytesPrecision({ mode: "int8" })] }),
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
    name: "transformer-engine",
    options: () => ({
      plugins: [
        new TransformerEnginePrecision({ weightsDtype: "bfloat16", recipe: { amaxHistoryLen: 4 } }),
      ],
    }),
    inFp8: true,
  },
  {
    name: "frozen FP8 codes",
    options: () => ({ plugins: [new TransformerEnginePrecision({ weightsDtype: "bfloat16" })] }),
    inFp8: true,
    isHeld: true,
  },
];

function make(mode: Mode, fabric: Fabric, seed: number) {
  torch.manualSeed(seed);
  const net = new Net();
  if (mode.inFp8 === true)
    nn.replaceModules(net, (m) => (m instanceof nn.Linear ? Linear.fromLinear(m) : undefined));
  if (mode.isHeld === true) for (const block of net.blocks) quantizeWeights_(block);
  const trained =
    mode.adapters === true
      ? addAdapters(net, "blocks", { rank: 4, alpha: 8 })
      : net.parameters().filter((p) => p.requiresGrad);
  const [model, optimizer] = fabric.setup(net, new optim.SGD(trained, { lr: 0.05, momentum: 0.9 }));
  return { model, original: model.module, optimizer };
}

function steps(
  fabric: Fabric,
  { model, optimizer }: ReturnType<typeof make>,
  share: [rank: number, size: number],
): { losses: number[]; norms: number[] } {
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    torch.scope(() => {
      optimizer.zeroGrad();
      const loss = model.trainingStep(...batch(step, ROWS, ...share));
      fabric.backward(loss);
      norms.push(fabric.clipGradients(model, optimizer, { maxNorm: 1 }).item());
      optimizer.step();
      losses.push(loss.item());
    });
  }
  return { losses, norms };
}

/** Scales of the products' inputs, weights and gradients; none without FP8. A process's loss is the mean of fewer rows, its gradients are larger. */
function scalesOf(model: nn.Module, share: number): number[] {
  return fp8State(model).flatMap(({ slots: { input, weight, gradOutput } }) => [
    input.scale,
    weight.scale,
    gradOutput.scale * share,
  ]);
}

async function areAlike(fabric: Fabric, numbers: number[]): Promise<boolean> {
  if (numbers.length === 0) return true;
  const all = (await fabric.allGather(torch.tensor(numbers, { dtype: "float64" }))) as Tensor;
  return (all.toArray() as number[][]).every((row) => String(row) === String(numbers));
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
    const single1 = make(mode, one, 1);
    const whole = steps(one, single1, [0, 1]);

    const strategy = new FSDPStrategy({ timeoutMs: 20_000 });
    const fabric = new Fabric({ accelerator: "cpu", devices: size, strategy, ...mode.options() });
    await fabric.launch();
    // Other weights than rank 0's: those are the ones that count.
    const trained = make(mode, fabric, rank + 1);
    const sharded = steps(fabric, trained, [rank, size]);
    const mean = await meanLosses(fabric, sharded.losses);
    const state = strategy.moduleStateDict(trained.original);
    const expected = single1.original.stateDict();
    const apart = Object.entries(state).map(([key, value]) =>
      key.endsWith("_extra_state")
        ? 0
        : value
            .double()
            .sub((expected[key] as Tensor).double())
            .abs()
            .max()
            .item(),
    );
    const scales = scalesOf(trained.original, size);
    const wholeScales = scalesOf(single1.original, 1);
    report({
      mode: mode.name,
      whole,
      mean,
      norms: sharded.norms,
      apart: Math.max(0, ...apart),
      sameKeys: Object.keys(state).join() === Object.keys(expected).join(),
      sameDtypes: Object.entries(state).every(([key, v]) => v.dtype === expected[key]?.dtype),
      lossScale: [fabric.lossScale, one.lossScale],
      scales: scales.map((scale, i) => scale / (wholeScales[i] as number)),
      sameScales: await areAlike(fabric, scales),
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
