// What the tests of recorded steps share: the step, and what records it.
import { type Fabric, optim, type StepRecorder, type Tensor } from "@fabric/core";
import { FakeRecorder } from "../../packages/core/test/capture/fake-recorder.js";
import { testDevice } from "./device.js";

/** A training step, which returns its loss. */
export type Step = (x: Tensor, y: Tensor) => Tensor;

/** The optimizers whose steps are made of operators. */
export const UNFUSED = [
  optim.Lion,
  optim.RMSprop,
  optim.Adagrad,
  optim.Adadelta,
  optim.Adamax,
  optim.NAdam,
  optim.RAdam,
] as const;

/** Options of `fabric.capture` for the device of the tests: CUDA graphs there, else the stand-in. */
export function onTestDevice(): { recorder?: StepRecorder } {
  return testDevice === "cuda" ? {} : { recorder: new FakeRecorder() };
}

/** A step by an optimizer. @param clip - runs between backward and the step. */
export function stepOf(
  fabric: Fabric,
  optimizer: Pick<optim.Optimizer, "zeroGrad" | "step">,
  lossOf: Step,
  clip: () => void = () => {},
): Step {
  return (x, y) => {
    optimizer.zeroGrad();
    const loss = lossOf(x, y);
    fabric.backward(loss);
    clip();
    optimizer.step();
    return loss;
  };
}
