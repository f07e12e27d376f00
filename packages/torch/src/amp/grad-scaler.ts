// Dynamic loss scaling for float16, as torch.amp.GradScaler.

import { noGrad } from "../contexts.js";
import { tensor, zeros } from "../creation.js";
import { avoidsHostReads } from "../cuda/recording.js";
import type { Device } from "../device.js";
import { op } from "../dispatch/op.js";
import { FabricError, show } from "../errors.js";
import type { Optimizer } from "../optim/optimizer.js";
import { runtime } from "../runtime.js";
import { scope, unscoped } from "../scope.js";
import { gradsOf, isTensor, type Tensor } from "../tensor.js";
import { anyOf, stepUnless } from "./step-unless.js";
import { foldsScale, unscaleGrads_ } from "./unscale.js";

/** Options of {@link GradScaler}. */
export interface GradScalerOptions {
  /** Where the scale lives. Default `"cuda"` where there is one, else `"cpu"`. */
  device?: Device;
  /** Default 65536. */
  initScale?: number;
  /** Factor after `growthInterval` finite steps in a row. Default 2. */
  growthFactor?: number;
  /** Factor after a step with a non-finite gradient. Default 0.5. */
  backoffFactor?: number;
  /** Default 2000. */
  growthInterval?: number;
  /** False makes every method pass through. Default true. */
  enabled?: boolean;
}

/** State of a scaler under PyTorch's names; empty when disabled. */
export interface GradScalerState {
  scale: number;
  growth_factor: number;
  backoff_factor: number;
  growth_interval: number;
  _growth_tracker: number;
}

/** What a scaler knows of one optimizer since the last update. */
interface OptimizerRecord {
  stage: "ready" | "unscaled" | "stepped";
  /** One-element float32, non-zero if a gradient was not finite; a device each. */
  foundInf: Map<string, Tensor>;
}

const sparseValues: (grad: Tensor) => Tensor = op("_values");
const updateScale: (
  scale: Tensor,
  growthTracker: Tensor,
  foundInf: Tensor,
  growthFactor: number,
  backoffFactor: number,
  growthInterval: number,
) => Tensor = op("_amp_update_scale_");

/**
 * Scales the loss so that small float16 gradients do not vanish, skips steps whose gradients are not finite, and adapts the scale.
 *
 * ```ts
 * scaler.scale(loss).backward(); scaler.step(optimizer); scaler.update();
 * ```
 */
export class GradScaler {
  readonly device: Device;
  readonly #enabled: boolean;
  #growthFactor: number;
  #backoffFactor: number;
  #growthInterval: number;
  #initGrowthTracker = 0;
  #initialScale: number;
  #scale: Tensor | null = null;
  #growthTracker: Tensor | null = null;
  #records: Map<Optimizer, OptimizerRecord> = new Map();
  #lastStepSkipped = false;

  /** @throws FabricError `FABRIC_CONFIG_SCALER` for factors or intervals out of bounds. */
  constructor(options: GradScalerOptions = {}) {
    this.device = options.device ?? (runtime().info().hasCuda ? "cuda" : "cpu");
    this.#enabled = options.enabled ?? true;
    this.#initialScale = options.initScale ?? 65536;
    this.#growthFactor = options.growthFactor ?? 2;
    this.#backoffFactor = options.backoffFactor ?? 0.5;
    this.#growthInterval = options.growthInterval ?? 2000;
    if (!(this.#growthFactor > 1)) throw bad("growthFactor", this.#growthFactor, "a number > 1");
    if (!(this.#backoffFactor < 1 && this.#backoffFactor > 0))
      throw bad("backoffFactor", this.#backoffFactor, "a number in (0, 1)");
    if (!(this.#initialScale > 0)) throw bad("initScale", this.#initialScale, "a number > 0");
    if (!(Number.isInteger(this.#growthInterval) && this.#growthInterval >= 1))
      throw bad("growthInterval", this.#growthInterval, "an integer >= 1");
  }

  #ensureScale(): Tensor {
    if (this.#scale === null) {
      unscoped(() => {
        this.#scale = tensor(this.#initialScale, { dtype: "float32", device: this.device });
        this.#growthTracker = tensor(this.#initGrowthTracker, {
          dtype: "int32",
          device: this.device,
        });
      });
    }
    return this.#scale as unknown as Tensor;
  }

  /** `loss * scale`; arrays are scaled element by element. */
  scale(outputs: Tensor): Tensor;
  scale(outputs: readonly Tensor[]): Tensor[];
  scale(outputs: Tensor | readonly Tensor[]): Tensor | Tensor[] {
    if (!isTensor(outputs) && !Array.isArray(outputs))
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `GradScaler.scale: expected a tensor or an array of tensors but received ${show(outputs)}.`,
      );
    if (!this.#enabled) return outputs as Tensor;
    const scale = this.#ensureScale();
    const one = (t: Tensor): Tensor =>
      t.mul(t.device === scale.device ? scale : scale.to(t.device));
    return isTensor(outputs) ? one(outputs) : (outputs as readonly Tensor[]).map(one);
  }

  #record(optimizer: Optimizer): OptimizerRecord {
    let record = this.#records.get(optimizer);
    if (record === undefined) {
      record = { stage: "ready", foundInf: new Map() };
      this.#records.set(optimizer, record);
    }
    return record;
  }

  /** Divides an optimizer's gradients by `scale` and notes whether all were finite; without `write` it only looks. */
  #unscale(optimizer: Optimizer, scale: Tensor, write: boolean): Map<string, Tensor> {
    const found = new Map<string, Tensor>();
    noGrad(() => {
      scope(() => {
        const inverse = scale.double().reciprocal().float();
        const params = optimizer.paramGroups.flatMap((g) => g.params);
        const byPlace = new Map<string, { device: Device; grads: Tensor[] }>();
        gradsOf(params).forEach((grad, i) => {
          if (grad === null) return;
          if (grad.dtype === "float16") {
            throw new FabricError(
              "FABRIC_USAGE_HALF_GRADIENT",
              `GradScaler: the gradient of parameter ${i} (shape [${grad.shape.join(", ")}]) is float16 and cannot be unscaled; keep parameters in float32 under mixed precision.`,
            );
          }
          const { device, dtype } = grad;
          const key = `${device} ${dtype}`;
          const place = byPlace.get(key) ?? { device, grads: [] };
          byPlace.set(key, place);
          // The values of a sparse gradient are an alias of what it holds; duplicates may stay, as scaling is linear.
          place.grads.push(grad.layout === "sparse_coo" ? sparseValues(grad) : grad);
        });
        for (const { device, grads } of byPlace.values()) {
          let flag = found.get(device);
          if (flag === undefined) {
            // Filled by the device: a number copied to it could not be recorded.
            flag = unscoped(() => zeros([], { dtype: "float32", device }));
            found.set(device, flag);
          }
          unscaleGrads_(grads, flag, inverse.to(device), { write });
        }
      });
    });
    return found;
  }

  /**
   * Divides the gradients by the scale, ahead of {@link step}: for clipping.
   * @throws FabricError `FABRIC_USAGE_SCALER_ORDER` if called twice since the last update, or after `step`; `FABRIC_USAGE_NO_BACKWARD` before any `scale`;
   * `FABRIC_USAGE_HALF_GRADIENT` for a float16 gradient.
   */
  unscale_(optimizer: Optimizer): void {
    if (!this.#enabled) return;
    this.unscaleWith(optimizer, this.#scaleForUse("unscale_"));
  }

  #scaleForUse(who: string): Tensor {
    if (this.#scale === null)
      throw new FabricError(
        "FABRIC_USAGE_NO_BACKWARD",
        `GradScaler.${who}: nothing was scaled yet; call scaler.scale(loss).backward() first.`,
      );
    return this.#scale;
  }

  /** {@link unscale_} by a scale of the past: the one that the gradients were made with. For plugins that drive several optimizers with one scaler. */
  unscaleWith(optimizer: Optimizer, scale: Tensor): void {
    const record = this.#record(optimizer);
    if (record.stage === "unscaled")
      throw new FabricError(
        "FABRIC_USAGE_SCALER_ORDER",
        "GradScaler.unscale_: this optimizer's gradients were already unscaled since the last update.",
      );
    if (record.stage === "stepped")
      throw new FabricError(
        "FABRIC_USAGE_SCALER_ORDER",
        "GradScaler.unscale_: called after step; call it between backward and step.",
      );
    record.foundInf = this.#unscale(optimizer, scale, true);
    record.stage = "unscaled";
  }

  /** Whether an optimizer's gradients were unscaled since the last update. */
  isUnscaled(optimizer: Optimizer): boolean {
    return this.#records.get(optimizer)?.stage === "unscaled";
  }

  /** Whether an optimizer has stepped since the last update. */
  hasStepped(optimizer: Optimizer): boolean {
    return this.#records.get(optimizer)?.stage === "stepped";
  }

  /** Whether a non-finite gradient was found at the last unscaling of this optimizer. Reads the device. */
  foundInf(optimizer: Optimizer): boolean {
    return [...(this.#records.get(optimizer)?.foundInf.values() ?? [])].some((t) => t.item() !== 0);
  }

  /**
   * Unscales if that was not done, then steps unless a gradient is not finite.
   * @returns what the optimizer returned; undefined for a skipped step ({@link lastStepSkipped} tells).
   * @throws FabricError `FABRIC_USAGE_SCALER_ORDER` if called twice since the last update; `FABRIC_USAGE_NO_GRADIENTS` if no parameter has a gradient;
   * `FABRIC_USAGE_CLOSURE` for a second argument.
   */
  step(optimizer: Optimizer, ...closures: never[]): unknown {
    if (closures.length > 0)
      throw new FabricError(
        "FABRIC_USAGE_CLOSURE",
        "GradScaler.step: takes no closure, since a step may be skipped; call scaler.scale(loss).backward() before it.",
      );
    if (!this.#enabled) return optimizer.step();
    const scale = this.#scaleForUse("step");
    const record = this.#record(optimizer);
    if (record.stage === "stepped")
      throw new FabricError(
        "FABRIC_USAGE_SCALER_ORDER",
        "GradScaler.step: already called for this optimizer since the last update; call scaler.update() after the steps.",
      );
    if (avoidsHostReads()) return this.#stepOnDevice(optimizer, record);
    const folds = record.stage === "ready" && foldsScale(optimizer, scale.item());
    if (folds) record.foundInf = this.#unscale(optimizer, scale, false);
    else if (record.stage === "ready") this.unscale_(optimizer);
    if (record.foundInf.size === 0) throw noGradients();
    this.#lastStepSkipped = this.foundInf(optimizer);
    let result: unknown;
    if (!this.#lastStepSkipped) {
      if (folds) optimizer.gradScale = scale;
      try {
        result = optimizer.step();
      } finally {
        if (folds) optimizer.gradScale = null;
      }
    }
    record.stage = "stepped";
    return result;
  }

  /** A step that the optimizer's kernel itself leaves out if a gradient is not finite: nothing is read back. */
  #stepOnDevice(optimizer: Optimizer, record: OptimizerRecord): unknown {
    if (record.stage === "ready") this.unscale_(optimizer);
    if (record.foundInf.size === 0) throw noGradients();
    this.#lastStepSkipped = false;
    record.stage = "stepped";
    return stepUnless(optimizer, [...record.foundInf.values()]);
  }

  /** Whether the last {@link step} was skipped because a gradient was not finite; false for one that was recorded, where only the device knows. */
  get lastStepSkipped(): boolean {
    return this.#lastStepSkipped;
  }

  /**
   * Adapts the scale after all steps of an iteration, and forgets what was unscaled.
   * @param newScale - sets the scale instead.
   * @throws FabricError `FABRIC_USAGE_SCALER_ORDER` if no optimizer was unscaled or stepped.
   */
  update(newScale?: number | Tensor): void {
    if (!this.#enabled) return;
    const scale = this.#scaleForUse("update");
    if (newScale !== undefined) {
      if (!isTensor(newScale) && !(newScale > 0)) throw bad("newScale", newScale, "a number > 0");
      if (isTensor(newScale) && newScale.numel() !== 1)
        throw bad("newScale", newScale, "a tensor of one element");
      if (typeof newScale === "number") scale.fill_(newScale);
      else scale.copy_(newScale);
    } else {
      const flags = [...this.#records.values()].flatMap((r) => [...r.foundInf.values()]);
      if (flags.length === 0)
        throw new FabricError(
          "FABRIC_USAGE_SCALER_ORDER",
          "GradScaler.update: no step was made since the last update.",
        );
      this.updateWith(flags);
    }
    this.forget();
  }

  /** Adapts the scale, on its device and without reading it, after a step whose flags of non-finite gradients are given. For plugins that keep count themselves. */
  updateWith(flags: readonly Tensor[]): void {
    const scale = this.#scaleForUse("updateWith");
    noGrad(() =>
      scope(() => {
        updateScale(
          scale,
          this.#growthTracker as Tensor,
          anyOf(flags, scale.device),
          this.#growthFactor,
          this.#backoffFactor,
          this.#growthInterval,
        );
      }),
    );
  }

  /** Drops what is known of the optimizers since the last update. */
  forget(): void {
    this.#records = new Map();
  }

  /** A copy of the scale tensor as it is now: what gradients of a backward just made carry. Null before the first `scale`. */
  scaleTensor(): Tensor | null {
    return this.#scale === null ? null : unscoped(() => (this.#scale as unknown as Tensor).clone());
  }

  /** The scale; 1 when disabled. Reads the device. */
  getScale(): number {
    if (!this.#enabled) return 1;
    return this.#scale === null ? this.#initialScale : this.#scale.item();
  }
  /** Finite steps since the scale last changed. */
  getGrowthTracker(): number {
    return this.#growthTracker === null ? this.#initGrowthTracker : this.#growthTracker.item();
  }
  /** Whether it does anything. */
  isEnabled(): boolean {
    return this.#enabled;
  }
  /** What the scale is multiplied with after `growthInterval` clean steps. */
  getGrowthFactor(): number {
    return this.#growthFactor;
  }
  /** Sets the growth factor; it must be > 1. */
  setGrowthFactor(value: number): void {
    if (!(value > 1)) throw bad("growthFactor", value, "a number > 1");
    this.#growthFactor = value;
  }
  /** What the scale is multiplied with after a step with an infinite or NaN gradient. */
  getBackoffFactor(): number {
    return this.#backoffFactor;
  }
  /** Sets the backoff factor; it must be in (0, 1). */
  setBackoffFactor(value: number): void {
    if (!(value < 1 && value > 0)) throw bad("backoffFactor", value, "a number in (0, 1)");
    this.#backoffFactor = value;
  }
  /** How many clean steps in a row let the scale grow. */
  getGrowthInterval(): number {
    return this.#growthInterval;
  }
  /** Sets the growth interval, in steps. */
  setGrowthInterval(value: number): void {
    if (!(Number.isInteger(value) && value >= 1))
      throw bad("growthInterval", value, "an integer >= 1");
    this.#growthInterval = value;
  }

  /** PyTorch's keys; `{}` when disabled. */
  stateDict(): GradScalerState | Record<string, never> {
    if (!this.#enabled) return {};
    return {
      scale: this.getScale(),
      growth_factor: this.#growthFactor,
      backoff_factor: this.#backoffFactor,
      growth_interval: this.#growthInterval,
      _growth_tracker: this.getGrowthTracker(),
    };
  }
  /** @throws FabricError `FABRIC_CHECKPOINT_MISMATCH` if it is not a scaler's state. */
  loadStateDict(state: GradScalerState | Record<string, never>): void {
    if (!this.#enabled) return;
    const s = state as Partial<GradScalerState>;
    for (const key of [
      "scale",
      "growth_factor",
      "backoff_factor",
      "growth_interval",
      "_growth_tracker",
    ] as const) {
      if (typeof s?.[key] !== "number")
        throw new FabricError(
          "FABRIC_CHECKPOINT_MISMATCH",
          `GradScaler.loadStateDict: expected a number for \`${key}\` but received ${show(s?.[key])}; it may come from a disabled scaler.`,
        );
    }
    const { scale, growth_factor, backoff_factor, growth_interval, _growth_tracker } =
      state as GradScalerState;
    this.#initialScale = scale;
    this.#initGrowthTracker = _growth_tracker;
    this.#growthFactor = growth_factor;
    this.#backoffFactor = backoff_factor;
    this.#growthInterval = growth_interval;
    this.#scale?.fill_(scale);
    this.#growthTracker?.fill_(_growth_tracker);
  }
}

function noGradients(): FabricError {
  return new FabricError(
    "FABRIC_USAGE_NO_GRADIENTS",
    "GradScaler.step: no parameter of this optimizer has a gradient; call scaler.scale(loss).backward() first.",
  );
}

function bad(name: string, value: unknown, expected: string): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_SCALER",
    `GradScaler: expected ${expected} for \`${name}\` but received ${show(value)}.`,
  );
}
