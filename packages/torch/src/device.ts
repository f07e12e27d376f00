// Device names and their codes: c10::DeviceType * 256 + index + 1.
import { FabricError, show } from "./errors.js";

/** Where a tensor lives. */
export type Device = "cpu" | "cuda" | `cuda:${number}` | "meta" | "mps";

const TYPES = new Map<string, number>([
  ["cpu", 0],
  ["cuda", 1],
  ["hip", 6],
  ["xla", 9],
  ["xpu", 12],
  ["mps", 13],
  ["meta", 14],
  ["hpu", 15],
  ["mtia", 19],
  ["privateuseone", 20],
]);
const NAMES = new Map<number, string>([...TYPES].map(([name, type]) => [type, name]));
const codes = new Map<string, number>();

/** Whether `value` is a device's name. */
export function isDevice(value: unknown): value is Device {
  return typeof value === "string" && parse(value) !== undefined;
}

function parse(device: string): number | undefined {
  const known = codes.get(device);
  if (known !== undefined) return known;
  const match = /^([a-z]+)(?::(\d{1,2}))?$/.exec(device);
  const type = match?.[1] === undefined ? undefined : TYPES.get(match[1]);
  if (type === undefined) return undefined;
  const code = type * 256 + (match?.[2] === undefined ? 0 : Number(match[2]) + 1);
  codes.set(device, code);
  return code;
}

/** The code of a device. @throws FabricError `FABRIC_TENSOR_ARGUMENT` for an unknown one. */
export function deviceCode(device: unknown): number {
  const code = typeof device === "string" ? parse(device) : undefined;
  if (code === undefined) {
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `expected a device such as "cpu", "cuda", "cuda:1" or "meta" but received ${show(device)}.`,
    );
  }
  return code;
}

/** c10::DeviceType of a device. */
export function deviceType(device: Device): number {
  return Math.floor(deviceCode(device) / 256);
}

/** The device of a code. */
export function deviceName(code: number): Device {
  const type = NAMES.get(Math.floor(code / 256)) ?? "privateuseone";
  const index = (code % 256) - 1;
  return index < 0 || type === "cpu" || type === "meta"
    ? (type as Device)
    : (`${type}:${index}` as Device);
}
