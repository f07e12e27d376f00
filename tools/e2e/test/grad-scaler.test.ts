// GradScaler trajectories recorded with PyTorch, run again through Fabric's 16-mixed: scale, growth counter, skipped
// steps, norms and every weight of 60 steps.
import { resolve } from "node:path";
import { Fabric } from "@fabric/core";
import { MixedPrecision } from "@fabric/precision-mixed";
import * as torch from "@fabric/torch";
import { amp, nn, optim, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../test-support/device.js";
import {
  fixture,
  type ReferenceCase,
  readCases,
  referenceFolder,
  tensorOf,
} from "./support/reference.js";

const whole = referenceFolder();
const folder = whole ?? fixture("");
const cases = readCases(
  whole === null ? fixture("gradscaler.json") : resolve(whole, "index.json"),
).filter(({ group }) => group === "gradscaler");

interface Recorded {
  readonly scale: readonly number[];
  readonly growth_tracker: readonly number[];
  readonly skipped: readonly (readonly [boolean])[];
  readonly norms: readonly number[];
  readonly state_dict: Readonly<Record<string, number>>;
}

/** Its loss is `sum(weight * gradient)`. */
class Weights extends nn.Module {
  weight: nn.Parameter;

  constructor(start: Tensor) {
    super();
    this.weight = new nn.Parameter(start.clone());
  }

  override forward(gradient: Tensor): Tensor {
    return this.weight.mul(gradient).sum();
  }
}

/** The gradient of a step, with the recorded bad value where there is one. */
function gradientOf(run: ReferenceCase, step: number): Tensor {
  const { bad_steps, bad_value } = run.args as { bad_steps: number[]; bad_value: string };
  const gradient = tensorOf(folder, run, "unscaled_grads").at(step, 0).clone();
  if (bad_steps.includes(step))
    gradient.set_([step % 6], bad_value === "nan" ? Number.NaN : Number.POSITIVE_INFINITY);
  return gradient;
}

function makeFabric(config: Record<string, number>): Fabric {
  const scaler = new amp.GradScaler({
    device: "cpu",
    initScale: config.init_scale ?? 65536,
    growthFactor: config.growth_factor ?? 2,
    backoffFactor: config.backoff_factor ?? 0.5,
    growthInterval: config.growth_interval ?? 2000,
  });
  // Inputs stay float32: these are gradients, not activations.
  const mixed = new MixedPrecision({
    precision: "16-mixed",
    device: "cpu",
    scaler,
    castInputs: "none",
  });
  return new Fabric({ accelerator: testDevice, plugins: [mixed] });
}

describe.each(cases.map((run) => [run.id, run] as const))("%s", (_id, run) => {
  const recorded = run.values as unknown as Recorded;
  const {
    config,
    steps,
    clip_grad_norm: maxNorm,
  } = run.args as {
    config: Record<string, number>;
    steps: number;
    clip_grad_norm: number | null;
  };

  it("is reproduced: scale, counter and skipped steps exactly", () => {
    const fabric = makeFabric(config);
    const net = new Weights(tensorOf(folder, run, "p0").at(0));
    const sgd = new optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
    const [model, optimizer] = fabric.setup(net, sgd);
    for (let step = 0; step < steps; step++) {
      optimizer.zeroGrad();
      fabric.backward(model.forward(gradientOf(run, step)));
      if (maxNorm !== null) {
        const norm = fabric.clipGradients(model, optimizer, { maxNorm }).item();
        // Six squares are summed in any order: a unit in the last place of float32.
        if (Number.isFinite(norm)) expect(norm).toBeCloseTo(recorded.norms[step] as number, 6);
      }
      optimizer.step();
      const { _growth_tracker } = fabric.precision.stateDict();
      expect([fabric.lossScale, _growth_tracker, optimizer.stepWasSkipped], `step ${step}`).toEqual(
        [recorded.scale[step], recorded.growth_tracker[step], recorded.skipped[step]?.[0]],
      );
      const expected = tensorOf(folder, run, "params_each_step").at(step, 0);
      const distance = net.weight.detach().sub(expected).abs().max().item();
      // The fused SGD kernel multiplies and adds with one rounding where the recording has two, so weights drift by a
      // unit in the last place (6e-8 of their size) every few steps.
      const size = Math.max(1, expected.abs().max().item());
      expect(distance / size, `step ${step}`).toBeLessThan(2e-6);
    }
    const { history, ...state } = fabric.precision.stateDict();
    expect(state).toEqual(recorded.state_dict);
    expect(history).toMatchObject({ steps: recorded.skipped.length });
    expect(torch.autocastState("cpu").enabled).toBe(false);
  });
});
