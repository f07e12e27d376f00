// The smallest thing that trains: one weight whose loss has a gradient of our choosing.
import * as torch from "@fabric/torch";
import { amp, nn, optim, type Tensor } from "@fabric/torch";
import { MixedPrecision } from "../../src/index.js";

/** A weight of 0 and an SGD with learning rate 1 for it: one step moves it by minus its gradient. */
export interface OneWeight {
  readonly weight: nn.Parameter;
  readonly optimizer: optim.Optimizer;
  /** A loss whose gradient is `gradient`. */
  loss(gradient?: number): Tensor;
  value(): number;
}

export function oneWeight(): OneWeight {
  const weight = new nn.Parameter(torch.zeros([1]));
  return {
    weight,
    optimizer: new optim.SGD([weight], { lr: 1 }),
    loss: (gradient = 1) => weight.mul(gradient).sum(),
    value: () => weight.detach().item(),
  };
}

/** 16-mixed on the CPU that starts at scale 8 and grows after every generation, or never. */
export function scaleEight({ growthInterval = 1 } = {}): MixedPrecision {
  const scaler = new amp.GradScaler({ device: "cpu", initScale: 8, growthInterval });
  return new MixedPrecision({ precision: "16-mixed", device: "cpu", scaler });
}
