// One process, one device.

import type { Device } from "../torch.js";
import { requireDevice, Strategy, type StrategyOptions } from "./strategy.js";

/** Runs everything in this process on one device. */
export class SingleDeviceStrategy extends Strategy {
  readonly name = "single_device";
  #device: Device | null;

  constructor({ device, ...options }: StrategyOptions & { device?: Device | undefined } = {}) {
    super(options);
    this.#device = device ?? null;
  }

  override get rootDevice(): Device {
    return requireDevice(this.#device, this.name);
  }

  /** Whether a device was given to the constructor. */
  get hasDevice(): boolean {
    return this.#device !== null;
  }

  /** Sets the device that the connector chose. @internal */
  useDevice(device: Device): void {
    this.#device = device;
  }
}
