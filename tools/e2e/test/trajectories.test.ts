// Loss curves recorded with Lightning Fabric, run again through ours: same weights, same data, same optimizer.
import { dirname, resolve } from "node:path";
import { Fabric, type FabricOptions } from "@fabric/core";
import { MixedPrecision } from "@fabric/precision-mixed";
import { type DType, functional as F, type nn, optim, type Tensor } from "@fabric/torch";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { testDevice } from "../../test-support/device.js";
import { Gpt, Mlp } from "./support/models.js";
import {
  ABSENT,
  fixture,
  type ReferenceCase,
  readCases,
  referenceFolder,
  tensorOf,
} from "./support/reference.js";

/**
 * Largest relative deviation of a loss from the recorded one.
 *
 * The recording ran with two threads and AVX2; with another count or instruction set sums are made in another order.
 * In float64 and float32 that costs a few units in the last place of a float32 loss (6e-8). In 16 bits an activation or
 * weight that falls on the other side of a tie moves by a whole unit in the last place (2^-8 = 4e-3 in bfloat16,
 * 2^-11 = 5e-4 in float16); over 30 steps with momentum that grows to 2e-2 in bfloat16 and 4e-4 in float16. Lightning
 * itself deviates from its recording by exactly as much when it runs with one thread.
 */
const TOLERANCE: Readonly<Record<string, number>> = {
  "64-true": 1e-6, // of a float32 loss: outputs are cast to the default dtype
  "32-true": 2e-6,
  "16-mixed": 4e-2, // by name: bf16-mixed on a CPU
  "bf16-mixed": 4e-2,
  "16-mixed(plugin MixedPrecision device=cpu)": 2e-3,
  "16-true": 5e-3,
  "bf16-true": 4e-2,
};

/** Largest deviation of a weight at the end; weights are of the order of 1. Reasons as above. */
const WEIGHT_TOLERANCE: Readonly<Record<string, number>> = {
  "64-true": 1e-7,
  "32-true": 1e-5,
  "16-mixed": 0.1,
  "bf16-mixed": 0.1,
  "16-mixed(plugin MixedPrecision device=cpu)": 5e-3,
  "16-true": 2e-2,
  // PyTorch itself on one thread ends 0.131 from its recording on two (mlp, SGD), where two threads repeat it exactly.
  "bf16-true": 0.2,
};

const whole = referenceFolder();
const folder = whole ?? dirname(fixture("trajectories-mlp.json"));
const cases = readCases(
  whole === null ? fixture("trajectories-mlp.json") : resolve(whole, "index.json"),
).filter(({ group }) => group === "fabric");

interface Recorded {
  readonly output_dtype: DType;
  readonly loss_dtype: DType;
  readonly param_dtype: DType;
  readonly grad_dtype: DType;
  readonly plugin_precision: string;
  readonly optimizer_state_dtypes: readonly string[];
  readonly scales?: readonly number[] | null;
}

function optionsFor(precision: string): FabricOptions {
  if (!precision.includes("plugin")) return { precision };
  return { plugins: [new MixedPrecision({ precision: "16-mixed", device: "cpu" })] };
}

function build(model: string, data: ReferenceCase): Mlp | Gpt {
  const net = model === "mlp" ? new Mlp() : new Gpt();
  const keys = Object.keys(data.tensors ?? {}).filter((key) => key.startsWith("param."));
  net.loadStateDict(
    Object.fromEntries(keys.map((key) => [key.slice(6), tensorOf(folder, data, key)])),
  );
  return net;
}

function makeOptimizer(
  net: nn.Module,
  { optimizer, optimizer_args }: ReferenceCase["args"],
): optim.Optimizer {
  const { lr, momentum = 0, weight_decay = 0 } = optimizer_args as Record<string, number>;
  if (optimizer === "sgd") return new optim.SGD(net.parameters(), { lr: lr as number, momentum });
  return new optim.AdamW(net.parameters(), { lr: lr as number, weightDecay: weight_decay });
}

/** Runs a case and returns what it recorded. */
function train(recordedCase: ReferenceCase): {
  losses: number[];
  recorded: Recorded;
  final: nn.Module;
} {
  const { model: kind, precision } = recordedCase.args as { model: string; precision: string };
  const data = cases.find(({ id }) => id === `data_${kind}`) as ReferenceCase;
  const xs = tensorOf(folder, data, "xs");
  const ys = tensorOf(folder, data, "ys");
  const fabric = new Fabric({ accelerator: testDevice, ...optionsFor(precision) });
  const net = build(kind, data);
  const raw = makeOptimizer(net, recordedCase.args);
  const [model, optimizer] = fabric.setup(net as nn.Module, raw);
  const losses: number[] = [];
  const scales: number[] = [];
  let out: Tensor | null = null;
  let loss: Tensor | null = null;
  for (let step = 0; step < (xs.shape[0] as number); step++) {
    optimizer.zeroGrad();
    out = model.forward(xs.at(step)) as Tensor;
    loss = F.crossEntropy(out.reshape([-1, out.shape.at(-1) as number]), ys.at(step).reshape([-1]));
    fabric.backward(loss);
    optimizer.step();
    losses.push(loss.item());
    scales.push(fabric.lossScale);
  }
  const first = net.parameters()[0] as nn.Parameter;
  const recorded: Recorded = {
    output_dtype: (out as Tensor).dtype,
    loss_dtype: (loss as Tensor).dtype,
    param_dtype: first.dtype,
    grad_dtype: (first.grad as Tensor).dtype,
    plugin_precision: fabric.precision.precision,
    optimizer_state_dtypes: dtypesOfState(raw),
    scales: recordedCase.values?.scales ? scales : null,
  };
  return { losses, recorded, final: net };
}

/** As PyTorch's state dict has it; the step count is a float32 tensor there, a tensor or a number here. */
function dtypesOfState(optimizer: optim.Optimizer): string[] {
  const { state } = optimizer.stateDict() as {
    state: Record<string, Record<string, Tensor | number>>;
  };
  const first = Object.values(state)[0] ?? {};
  return Object.entries(first)
    .map(([name, value]) => `${name}:${typeof value === "number" ? "float32" : value.dtype}`)
    .sort();
}

function largestDeviation(losses: readonly number[], expected: readonly number[]): number {
  return Math.max(
    ...losses.map(
      (loss, i) => Math.abs(loss - (expected[i] as number)) / Math.abs(expected[i] as number),
    ),
  );
}

beforeAll(() => {
  vi.spyOn(process, "emitWarning").mockImplementation(() => {});
});

describe.each(["mlp", "gpt"])("the %s trains as under Lightning Fabric", (kind) => {
  const runs = cases.filter(({ args }) => args.model === kind && "precision" in args);
  if (runs.length === 0) it.skip(`in every precision ${ABSENT}`, () => {});

  it.each(runs.map((run) => [run.id, run] as const))("%s", (_id, run) => {
    const { losses, recorded, final } = train(run);
    const expected = [...(tensorOf(folder, run, "losses").toTypedArray() as Float64Array)];
    const tolerance = TOLERANCE[run.args.precision as string] as number;
    // AdamW in float16: epsilon 1e-8 is 0 there, so the first step divides 0 by 0 and the recording is NaN from then on.
    const finite = expected.findIndex(Number.isNaN);
    if (finite !== -1) {
      expect(largestDeviation(losses.slice(0, finite), expected)).toBeLessThan(tolerance);
      return;
    }
    expect(largestDeviation(losses, expected)).toBeLessThan(tolerance);
    const { scales = null, ...values } = run.values as unknown as Recorded;
    expect(recorded).toMatchObject({
      ...pick(values),
      scales: whole === null ? recorded.scales : scales,
    });
    for (const key of Object.keys(run.tensors ?? {}).filter((name) => name.startsWith("final."))) {
      const weight = final.getParameter(key.slice(6)).detach().double();
      const distance = weight
        .sub(tensorOf(folder, run, key).double())
        .abs()
        .max()
        .item();
      expect(distance, key).toBeLessThan(WEIGHT_TOLERANCE[run.args.precision as string] as number);
    }
  });
});

function pick(values: Recorded): Omit<Recorded, "scales"> {
  const {
    output_dtype,
    loss_dtype,
    param_dtype,
    grad_dtype,
    plugin_precision,
    optimizer_state_dtypes,
  } = values;
  return {
    output_dtype,
    loss_dtype,
    param_dtype,
    grad_dtype,
    plugin_precision,
    optimizer_state_dtypes,
  };
}
