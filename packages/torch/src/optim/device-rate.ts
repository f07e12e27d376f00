// Learning rates in the device's memory, for steps that are recorded once and run many times: a number would be fixed in what is recorded.
import { tensor } from "../creation.js";
import { isRecording } from "../cuda/recording.js";
import { unscoped } from "../scope.js";
import type { Tensor } from "../tensor.js";

interface Rate {
  readonly tensor: Tensor;
  /** What it holds, unless a recorded step has changed it. */
  value: number;
}

/** One scalar a group and device. */
export class DeviceRates {
  readonly #rates = new Map<{ lr: number }, Map<string, Rate>>();

  /** The rate of a group on a device, `[]`, float32; brought up to date unless a recording is under way, to which the change would belong. */
  of(group: { lr: number }, device: string): Tensor {
    let byDevice = this.#rates.get(group);
    if (byDevice === undefined) {
      byDevice = new Map();
      this.#rates.set(group, byDevice);
    }
    let rate = byDevice.get(device);
    if (rate === undefined) {
      const made = unscoped(() => tensor(group.lr, { dtype: "float32", device: device as "cuda" }));
      rate = { tensor: made, value: group.lr };
      byDevice.set(device, rate);
    }
    if (!isRecording()) update(rate, group.lr);
    return rate.tensor;
  }

  /** Writes every rate that has changed. */
  refresh(): void {
    for (const [group, byDevice] of this.#rates)
      for (const rate of byDevice.values()) update(rate, group.lr);
  }
}

function update(rate: Rate, lr: number): void {
  if (rate.value === lr) return;
  rate.tensor.fill_(lr);
  rate.value = lr;
}
