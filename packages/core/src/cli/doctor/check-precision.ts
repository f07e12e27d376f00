// Trains one step in a precision, and measures how fast it multiplies.

import { defaultEnvironment } from "../../cluster/default-environment.js";
import { type AcceleratorName, resolveAccelerator } from "../../connector/accelerator.js";
import { resolveDevices } from "../../connector/devices.js";
import { hardwareOf } from "../../connector/hardware.js";
import { aliasOnDevice } from "../../connector/precision-on-device.js";
import { resolvePrecision } from "../../connector/precision-values.js";
import { Fabric } from "../../fabric.js";
import type { PrecisionEnvironment } from "../../precision.js";
import { functional as F, nn, optim, type Tensor, torch } from "../../torch.js";
import type { HalfCpu } from "./facts.js";

/** Rows, inputs and outputs of the layer that is timed. */
const SIZE = 512;
/** Operations of one product. */
const FLOPS_PER_PRODUCT = 2 * SIZE ** 3;
/** Time spent in measuring one precision, after warming up. */
const MEASURE_MS = 100;

/** What a precision did here. @internal */
export interface PrecisionCheck {
  /** The device that computed. */
  readonly device: string;
  /** The alias that this one means on the device, if another. */
  readonly means: string | null;
  /** How values are computed where there are no units for the format, or null. */
  readonly emulated: string | null;
  /** Whether one training step ran and its loss was finite. */
  readonly selfTest: {
    readonly ok: boolean;
    readonly loss: number | null;
    readonly error?: string;
  };
  /** Operations a second in forward and backward of a 512 x 512 layer with 512 rows; null if not measured. */
  readonly flopsPerSecond: number | null;
}

/** The first device that `new Fabric()` would take. @internal */
export function firstDevice(): PrecisionEnvironment {
  const accelerator = resolveAccelerator("auto");
  return { accelerator: accelerator.name, device: resolveDevices(1, accelerator)[0] ?? "cpu" };
}

/** Makes a Fabric with an alias at a place, as `new Fabric({ precision: alias })` would. @internal */
export function checkPrecision(
  alias: string,
  place: PrecisionEnvironment,
  { measure, half }: { measure: boolean; half: HalfCpu },
): PrecisionCheck {
  const { accelerator, device } = place;
  const hardware = hardwareOf(resolveAccelerator(accelerator as AcceleratorName), device);
  const meant = aliasOnDevice(alias, hardware);
  const base = { device, means: meant === alias ? null : meant };
  let emulated: string | null = null;
  try {
    const precision = resolvePrecision(meant).create(place);
    emulated = emulation(meant, precision.describe(), device, half);
    // As an object, so that the messages meant for programs stay away. Also in a job of several processes it is one that is checked.
    const alone = defaultEnvironment({}, { devices: 1, numNodes: 1 });
    const fabric = new Fabric({
      accelerator: accelerator as AcceleratorName,
      devices: 1,
      plugins: [precision, alone],
    });
    try {
      const loss = trainOneStep(fabric);
      const ok = Number.isFinite(loss);
      return {
        ...base,
        emulated,
        selfTest: { ok, loss: ok ? loss : null, ...(ok ? {} : { error: `the loss is ${loss}` }) },
        flopsPerSecond: measure && ok ? measureSpeed(fabric) : null,
      };
    } finally {
      fabric.teardown();
    }
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return {
      ...base,
      emulated,
      selfTest: { ok: false, loss: null, error: reason },
      flopsPerSecond: null,
    };
  }
}

/** The loss after one step of a small network, in nats. */
function trainOneStep(fabric: Fabric): number {
  return torch.scope(() => {
    torch.manualSeed(1);
    // Multiples of 16, which FP8 units want.
    const net = new nn.Sequential(new nn.Linear(16, 32), new nn.ReLU(), new nn.Linear(32, 16));
    const [model, optimizer] = fabric.setup(net, new optim.SGD(net.parameters(), { lr: 0.1 }));
    const x = fabric.toDevice(torch.randn([8, 16])); // [B, C]
    const target = fabric.toDevice(torch.randint(0, 4, [8])); // [B]
    fabric.backward(F.crossEntropy(model.forward(x), target));
    optimizer.step();
    return Number(F.crossEntropy(model.forward(x), target).item());
  });
}

/** Operations a second; the fastest stretch counts, since others may use the machine too. */
function measureSpeed(fabric: Fabric): number {
  return torch.scope(() => {
    const net = new nn.Linear(SIZE, SIZE, { bias: false });
    const model = fabric.setup(net);
    // Forward, and the gradients of the input and, where it is not frozen, of the weight.
    const products = model.parameters().some((parameter) => parameter.requiresGrad) ? 3 : 2;
    const x = fabric.toDevice(torch.randn([SIZE, SIZE])).requiresGrad_(true); // [B, C]
    const step = (): void => {
      torch.scope(() => fabric.backward(model.forward(x).float().mean()));
      model.zeroGrad();
      x.grad = null;
    };
    const stretch = (steps: number): number => {
      const start = performance.now();
      for (let i = 1; i < steps; i++) step();
      torch.scope(() => {
        fabric.backward(model.forward(x).float().mean());
        // Reading a value waits for all work that was queued before.
        (x.grad as Tensor).at(0, 0).item();
      });
      model.zeroGrad();
      x.grad = null;
      return performance.now() - start;
    };
    stretch(2);
    // Stretches of about a tenth of the time.
    const steps = Math.max(1, Math.round(MEASURE_MS / 10 / stretch(1)));
    let best = Infinity;
    for (const start = performance.now(); performance.now() - start < MEASURE_MS; )
      best = Math.min(best, stretch(steps) / steps);
    return (products * FLOPS_PER_PRODUCT) / (best / 1000);
  });
}

/** How a format is computed that the device has no units for. */
function emulation(
  alias: string,
  description: string,
  device: string,
  half: HalfCpu,
): string | null {
  if (/emulat/i.test(description)) return description;
  if (device !== "cpu") return null;
  const dtype = alias.startsWith("bf16-") ? "bfloat16" : alias.startsWith("16-") ? "float16" : null;
  return dtype !== null && half[dtype] === "float32"
    ? `no ${dtype} units: float32 tiles, rounded once`
    : null;
}
