// Device families: what there is, and how a process takes hold of a device.

import { nearest } from "../nearest.js";
import { type Device, FabricError, torch } from "../torch.js";

/** A device family. Plain objects of this shape are accepted by `new Fabric({ accelerator })`. */
export interface Accelerator {
  /** `"cpu"`, `"cuda"`, `"mps"`, `"tpu"` or a name of its own. */
  readonly name: string;
  /** Whether this machine and the loaded libtorch have one. */
  isAvailable(): boolean;
  /** Number of devices; 1 for the CPU. */
  deviceCount(): number;
  /** Compute capability of a CUDA device, `[major, minor]`; absent for other families. */
  capability?(device: Device): readonly [major: number, minor: number];
  /** Makes `device` the current one of this process. */
  setupDevice?(device: Device): void;
}

/** Names that `new Fabric({ accelerator })` accepts. */
export type AcceleratorName = "auto" | "cpu" | "cuda" | "gpu" | "mps" | "tpu";

const CPU: Accelerator = { name: "cpu", isAvailable: () => true, deviceCount: () => 1 };
const CUDA: Accelerator = {
  name: "cuda",
  isAvailable: () => torch.cuda.isAvailable(),
  deviceCount: () => torch.cuda.deviceCount(),
  capability: (device) => torch.cuda.getDeviceCapability(Number(device.split(":")[1] ?? 0)),
};
const MPS: Accelerator = {
  name: "mps",
  isAvailable: () => torch.buildInfo().mps,
  deviceCount: () => (torch.buildInfo().mps ? 1 : 0),
};
const TPU: Accelerator = { name: "tpu", isAvailable: () => false, deviceCount: () => 0 };

/** In the order that `"auto"` looks for them. */
const FAMILIES: readonly Accelerator[] = [TPU, MPS, CUDA, CPU];
const NAMES: readonly string[] = ["auto", "cpu", "cuda", "gpu", "mps", "tpu"];

/** The value, if it is a name or an accelerator object; case matters. @throws FabricError `FABRIC_CONFIG_ACCELERATOR`. @internal */
export function checkAccelerator(value: unknown): AcceleratorName | Accelerator {
  if (isAccelerator(value)) return value;
  if (typeof value === "string" && NAMES.includes(value)) return value as AcceleratorName;
  const near = typeof value === "string" ? nearest(value, NAMES) : null;
  throw new FabricError(
    "FABRIC_CONFIG_ACCELERATOR",
    `Unknown \`accelerator: ${JSON.stringify(value) ?? typeof value}\`. Expected one of ${NAMES.map((n) => `"${n}"`).join(", ")} or an Accelerator object.` +
      (near === null ? " Leave it out to use what this machine has." : ` Did you mean "${near}"?`),
  );
}

/**
 * The accelerator for a checked value.
 *
 * @throws FabricError `FABRIC_MISSING_ACCELERATOR` if it is not available here; the message lists those that are. @internal
 */
export function resolveAccelerator(value: AcceleratorName | Accelerator): Accelerator {
  if (typeof value !== "string") return requireAvailable(value, value.name);
  if (value === "auto") return FAMILIES.find((family) => family.isAvailable()) ?? CPU;
  if (value === "gpu") return requireAvailable(MPS.isAvailable() ? MPS : CUDA, "gpu");
  return requireAvailable(FAMILIES.find((family) => family.name === value) ?? CPU, value);
}

/** @throws FabricError `FABRIC_UNSUPPORTED_STRATEGY` for a strategy of several processes on mps, which has one device. @internal */
export function checkMps(strategy: unknown, accelerator: AcceleratorName | Accelerator): void {
  if (typeof strategy !== "string" || !strategy.startsWith("ddp")) return;
  const isMps =
    typeof accelerator === "string"
      ? accelerator === "mps" ||
        ((accelerator === "auto" || accelerator === "gpu") && MPS.isAvailable())
      : accelerator.name === "mps";
  if (!isMps) return;
  throw new FabricError(
    "FABRIC_UNSUPPORTED_STRATEGY",
    `\`strategy: "${strategy}"\` cannot be used on mps, which has one device for one process. Leave \`strategy\` out, or use accelerator: "cpu".`,
  );
}

/** Names of the families that this machine has. @internal */
export function availableAccelerators(): string[] {
  return FAMILIES.filter((family) => family.isAvailable()).map((family) => family.name);
}

function requireAvailable(accelerator: Accelerator, asked: string): Accelerator {
  if (accelerator.isAvailable()) return accelerator;
  throw new FabricError(
    "FABRIC_MISSING_ACCELERATOR",
    `\`accelerator: "${asked}"\` is not available: this machine, or the loaded libtorch, has no such device. ` +
      `Available: ${availableAccelerators()
        .map((name) => `"${name}"`)
        .join(", ")}. Use one of these, or run \`fabric doctor\` to see why.`,
  );
}

function isAccelerator(value: unknown): value is Accelerator {
  if (typeof value !== "object" || value === null) return false;
  const { name, isAvailable, deviceCount } = value as Partial<Accelerator>;
  return (
    typeof name === "string" &&
    typeof isAvailable === "function" &&
    typeof deviceCount === "function"
  );
}
