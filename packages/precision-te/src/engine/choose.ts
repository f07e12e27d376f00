// Which engine serves a device.
import { warnOnce } from "@fabric/core";
import { cuda, type Device, describeValue, FabricError, noGrad, ones, scope } from "@fabric/torch";
import { emulationEngine } from "./emulation.js";
import type { EngineName, Fp8Engine } from "./engine.js";
import { scaledMmEngine } from "./scaled-mm.js";

/** Asks for an engine; `"auto"` leaves it to the device. */
export type EngineChoice = "auto" | EngineName;

/** How engines are chosen. */
export interface EngineOptions {
  /** Default `"auto"`: FP8 units where the device has them, else emulation. The environment variable `FABRIC_FP8_ENGINE` overrides it. */
  engine?: EngineChoice;
  /** Let emulation copy transposes, as hardware needs them; default false. */
  emulateTransposes?: boolean;
}

const CHOICES: readonly string[] = ["auto", "emulation", "scaled_mm"];
const VARIABLE = "FABRIC_FP8_ENGINE";

/** @throws FabricError `FABRIC_CONFIG_OPTION`. */
export function checkEngine(
  value: unknown,
  owner: string,
  name: string,
  otherwise: EngineChoice,
): EngineChoice {
  if (value === undefined) return otherwise;
  if (typeof value === "string" && CHOICES.includes(value)) return value as EngineChoice;
  throw new FabricError(
    "FABRIC_CONFIG_OPTION",
    `${owner}: expected ${CHOICES.map((choice) => `"${choice}"`).join(", ")} as ${name} but received ${describeValue(value)}.`,
  );
}

/**
 * The engine for a device. Warns once, unless `quiet`, that FP8 is emulated.
 *
 * @throws FabricError `FABRIC_CONFIG_OPTION` for another value of `FABRIC_FP8_ENGINE`, `FABRIC_UNSUPPORTED_FP8` if `"scaled_mm"` was asked for
 * and the device has no FP8 units.
 */
export function chooseEngine(
  device: Device,
  options: EngineOptions & { quiet?: boolean } = {},
): Fp8Engine {
  const forced = process.env[VARIABLE];
  const choice = checkEngine(
    forced === "" ? undefined : forced,
    "FP8",
    `the environment variable ${VARIABLE}`,
    options.engine ?? "auto",
  );
  const transposes = options.emulateTransposes === true;
  if (choice === "emulation" || device === "meta") return emulation(transposes);
  if (choice === "scaled_mm") {
    const reason = whyNoUnits(device);
    if (reason !== null && !device.startsWith("cpu"))
      throw new FabricError(
        "FABRIC_UNSUPPORTED_FP8",
        `aten::_scaled_mm cannot serve \`${device}\`: ${reason}. Leave the engine to "auto", or force "emulation".`,
      );
    return scaledMmEngine;
  }
  const reason = whyNoUnits(device);
  if (reason === null) return scaledMmEngine;
  if (options.quiet !== true)
    warnOnce(
      "FABRIC_FP8_EMULATED",
      `FP8 is emulated on ${device.split(":")[0]}: ${reason}. Results are those of FP8, speed is not.`,
    );
  return emulation(transposes);
}

const engines = { plain: emulationEngine(), copying: emulationEngine({ transposes: true }) };
const emulation = (transposes: boolean): Fp8Engine => engines[transposes ? "copying" : "plain"];

/** By device, why it has no FP8 units that libtorch can use; null if it has. */
const units = new Map<Device, string | null>();

/** Why a device has no FP8 units that libtorch can use; null if it has. */
export function whyNoUnits(device: Device): string | null {
  const known = units.get(device);
  if (known !== undefined) return known;
  const reason = device.startsWith("cuda") ? tryCuda(device) : "it has no FP8 units";
  units.set(device, reason);
  return reason;
}

function tryCuda(device: Device): string | null {
  const index = Number(device.split(":")[1] ?? 0);
  const [major, minor] = cuda.getDeviceCapability(index);
  if (major * 10 + minor < 89)
    return `compute capability 8.9 or higher is required for FP8 units and it has ${major}.${minor}`;
  try {
    noGrad(() =>
      scope(() => {
        const data = ones([16, 16], { device }).to("float8_e4m3fn");
        const codes = { data, scaleInv: ones([1], { device, dtype: "float32" }) };
        scaledMmEngine.multiply(codes, codes, { dtype: "bfloat16" }).sum().item();
      }),
    );
    return null;
  } catch (error) {
    return `libtorch refuses a product (${(error as Error).message.split("\n")[0]})`;
  }
}
