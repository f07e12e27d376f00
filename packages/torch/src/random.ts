// Random numbers: generators and the state of the default one.
import type { NativeBox } from "./binding.js";
import { type Device, deviceCode, deviceName } from "./device.js";
import { FabricError, show } from "./errors.js";
import { runtime } from "./runtime.js";
import { makeTensor, Tensor } from "./tensor.js";
import { translate } from "./translate.js";

/** @internal A seed as the addon takes it. */
export function seedValue(seed: unknown, who: string): number | bigint {
  // Seeds are 64 bits; from 2^63 on they travel as the negative number of the same bits.
  if (typeof seed === "bigint" && seed >= -(2n ** 63n) && seed < 2n ** 64n)
    return BigInt.asIntN(64, seed);
  if (typeof seed === "number" && Number.isSafeInteger(seed)) return seed;
  throw new FabricError(
    "FABRIC_TENSOR_ARGUMENT",
    `${who}: expected an integer seed but received ${show(seed)}.`,
  );
}

/** A source of random numbers of its own, as `torch.Generator`: pass it as `{ generator }` to random operators. */
export class Generator {
  /** @internal */
  readonly native: NativeBox;

  /** @param device - where it makes numbers; default `"cpu"`. */
  constructor(device: Device = "cpu") {
    const code = deviceCode(device);
    try {
      this.native = runtime().generatorNew(code);
    } catch (error) {
      throw translate(error, "Generator", [device]);
    }
  }

  /** The device it makes numbers on. */
  get device(): Device {
    return deviceName(runtime().generatorDevice(this.native));
  }
  /** Starts its sequence from `seed`. */
  manualSeed(seed: number | bigint): this {
    runtime().generatorSeed(this.native, seedValue(seed, "manualSeed"));
    return this;
  }
  /** Starts from a seed that the operating system gives, and returns it. */
  seed(): number | bigint {
    return runtime().generatorReseed(this.native);
  }
  /** The seed that its sequence started from. */
  initialSeed(): number | bigint {
    return runtime().generatorInitialSeed(this.native);
  }
  /** Its whole state, a uint8 vector. */
  getState(): Tensor {
    return makeTensor(runtime().generatorGetState(this.native));
  }
  /** Restores what {@link getState} gave. @throws TorchError if it is not such a state. */
  setState(state: Tensor): this {
    setState(this.native, state);
    return this;
  }
}

function setState(generator: NativeBox | null, state: Tensor): void {
  try {
    runtime().generatorSetState(generator, Tensor.handleOf(state));
  } catch (error) {
    throw translate(error, "setRngState", [state]);
  }
}

/**
 * The generator that operators on a device draw from when they are given none: `torch.default_generator` and `torch.cuda.default_generators` in PyTorch.
 *
 * @param device - default `"cpu"`.
 * @throws TorchError if there is no such device.
 */
export function defaultGenerator(device: Device = "cpu"): Generator {
  try {
    const native = runtime().generatorDefault(deviceCode(device));
    // The constructor would make another one.
    return Object.assign(Object.create(Generator.prototype) as Generator, { native });
  } catch (error) {
    throw translate(error, "defaultGenerator", [device]);
  }
}

/** Seeds the default generators of every device. @returns the seed. */
export function manualSeed(seed: number | bigint): number | bigint {
  const value = seedValue(seed, "manualSeed");
  runtime().manualSeed(value);
  return seed;
}
/** Seeds the default CPU generator from the operating system. @returns the seed. */
export function seed(): number | bigint {
  return runtime().generatorReseed(null);
}
/** The seed of the default CPU generator. */
export function initialSeed(): number | bigint {
  return runtime().generatorInitialSeed(null);
}
/** State of the default CPU generator, a uint8 vector. */
export function getRngState(): Tensor {
  return makeTensor(runtime().generatorGetState(null));
}
/** Restores what {@link getRngState} gave. */
export function setRngState(state: Tensor): void {
  setState(null, state);
}
