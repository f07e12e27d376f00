// GradScaler's trajectories are PyTorch's, skipped steps included.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { NO_REFERENCE, referenceCases, referenceTensor } from "../support/reference.js";

const { amp, nn, optim } = torch;

interface Args {
  config: {
    init_scale?: number;
    growth_factor?: number;
    backoff_factor?: number;
    growth_interval?: number;
    enabled?: boolean;
  };
  bad_steps: number[];
  bad_value: "inf" | "nan";
  steps: number;
  unscale_before_step: boolean;
  clip_grad_norm: number | null;
  optimizers: number;
}
interface Values {
  scale: number[];
  growth_tracker: number[];
  found_inf: number[][];
  skipped: boolean[][];
  norms: number[] | null;
  state_dict: object;
}

function scalerOf({ config }: Args): torch.amp.GradScaler {
  return new amp.GradScaler({
    device: "cpu",
    ...(config.init_scale === undefined ? {} : { initScale: config.init_scale }),
    ...(config.growth_factor === undefined ? {} : { growthFactor: config.growth_factor }),
    ...(config.backoff_factor === undefined ? {} : { backoffFactor: config.backoff_factor }),
    ...(config.growth_interval === undefined ? {} : { growthInterval: config.growth_interval }),
    ...(config.enabled === undefined ? {} : { enabled: config.enabled }),
  });
}

describe("GradScaler beside the recorded runs", () => {
  if (NO_REFERENCE !== undefined) it.skip(NO_REFERENCE, () => {});
  for (const stored of referenceCases<Args, Values>("gradscaler")) {
    const { args, values } = stored;

    it(`repeats ${stored.id} exactly`, () => {
      const start = referenceTensor(stored, "p0");
      const grads = referenceTensor(stored, "unscaled_grads");
      const expected = referenceTensor(stored, "params_each_step");
      const scaler = scalerOf(args);
      const params = Array.from(
        { length: args.optimizers },
        (_, k) => new nn.Parameter(start.at(k).clone()),
      );
      const optimizers = params.map((p) => new optim.SGD([p], { lr: 0.1, momentum: 0.9 }));
      const scales: number[] = [];
      const trackers: number[] = [];
      const skipped: boolean[][] = [];
      const found: number[][] = [];

      for (let t = 0; t < args.steps; t++) {
        for (const o of optimizers) o.zeroGrad();
        const gradient = grads.at(t).clone();
        if (args.bad_steps.includes(t))
          gradient.set_(
            [t % args.optimizers, t % 6],
            args.bad_value === "inf" ? Number.POSITIVE_INFINITY : Number.NaN,
          );
        const terms = params.map((p, k) => p.mul(gradient.at(k)).sum());
        scaler.scale(terms.reduce((a, b) => a.add(b))).backward();
        if (args.unscale_before_step) for (const o of optimizers) scaler.unscale_(o);
        if (args.clip_grad_norm !== null) {
          const norm = nn.utils.clipGradNorm_(params, args.clip_grad_norm).item();
          const wanted = values.norms?.[t] as number | null;
          // One float32 rounding of the norm: libtorch's order of summation depends on the vector width.
          if (wanted !== null && Number.isFinite(wanted))
            expect(Math.abs(norm - wanted)).toBeLessThanOrEqual(2e-7 * wanted);
        }
        skipped.push(
          optimizers.map((o) => {
            scaler.step(o);
            return scaler.lastStepSkipped;
          }),
        );
        found.push(optimizers.map((o) => (scaler.foundInf(o) ? 1 : 0)));
        scaler.update();
        scales.push(scaler.getScale());
        trackers.push(scaler.getGrowthTracker());
        const at = expected.at(t).toArray() as number[][];
        params.forEach((p, k) => {
          expect(p.detach().toArray(), `parameters after step ${t}`).toEqual(at[k]);
        });
      }
      expect(scales).toEqual(values.scale);
      expect(trackers).toEqual(values.growth_tracker);
      expect(skipped).toEqual(values.skipped);
      expect(found).toEqual(values.found_inf);
      expect(scaler.stateDict()).toEqual(values.state_dict);
    });
  }
});
