// Who moves what: gloo the tensors on the CPU, NCCL those on CUDA devices; a group has one of them or both.
import { FabricError, show } from "../errors.js";
import { buildInfo } from "../system.js";
import { callNative, isAvailable } from "./library.js";

/** Names of backends by device; `"gloo"` and `"nccl"` alone serve the CPU or CUDA devices alone. */
export const BACKENDS = ["gloo", "nccl", "cpu:gloo", "cuda:nccl", "cpu:gloo,cuda:nccl"] as const;

/** One of {@link BACKENDS}. */
export type Backend = (typeof BACKENDS)[number];

const BOTH = "cpu:gloo,cuda:nccl";

/** What a backend's name asks for. @internal */
export interface Backends {
  /** `"gloo"`, `"nccl"` or `"cpu:gloo,cuda:nccl"`. */
  readonly name: Backend;
  readonly cpu: boolean;
  readonly cuda: boolean;
  /** Whether it was asked for, so that devices are connected while joining, not by the first collective on them. */
  readonly atOnce: boolean;
}

/**
 * Reads the name of a backend. Undefined is all that can be here: both, or `"gloo"` where this process has no device of its own.
 *
 * @throws FabricError `FABRIC_DISTRIBUTED_BACKEND` for one that is unknown, or is not available here, with the reason.
 * @internal
 */
export function backendsOf(name: string | undefined): Backends {
  if (name === undefined) {
    const cuda = ncclAbsence() === "" && localRank() < buildInfo().cudaDevices;
    return { name: cuda ? BOTH : "gloo", cpu: true, cuda, atOnce: false };
  }
  const [cpu, cuda] = parse(name);
  if (cuda) requireNccl(name);
  return { name: cpu && cuda ? BOTH : cuda ? "nccl" : "gloo", cpu, cuda, atOnce: true };
}

function parse(name: string): [cpu: boolean, cuda: boolean] {
  if (name === "gloo") return [true, false];
  if (name === "nccl") return [false, true];
  const parts = typeof name === "string" ? name.split(",").map((part) => part.trim()) : [];
  const known = parts.every((part) => part === "cpu:gloo" || part === "cuda:nccl");
  if (parts.length === 0 || !known || new Set(parts).size !== parts.length)
    throw new FabricError(
      "FABRIC_DISTRIBUTED_BACKEND",
      `the backend is ${show(name)}; expected "gloo" (CPU), "nccl" (CUDA), or one for each kind of device, as in "${BOTH}".`,
    );
  return [parts.includes("cpu:gloo"), parts.includes("cuda:nccl")];
}

function requireNccl(name: string): void {
  const reason = ncclAbsence();
  if (reason === "") return;
  throw new FabricError(
    "FABRIC_DISTRIBUTED_BACKEND",
    `the backend ${show(name)} is not available: ${reason}. Use "gloo", which moves tensors on the CPU.`,
  );
}

/** Whether groups in this process can have NCCL: it is in this build, and a CUDA device is there. */
export function isNcclAvailable(): boolean {
  return isAvailable() && ncclAbsence() === "";
}

/** Why there can be no NCCL group in this process; "" if there can. */
function ncclAbsence(): string {
  const absence = callNative<string>("nccl_absence");
  if (absence !== "") return absence;
  const { torchVersion, cuda, cudaDevices } = buildInfo();
  if (cuda && cudaDevices > 0) return "";
  return `libtorch ${torchVersion} is built with CUDA but no CUDA device is there; look at nvidia-smi, the driver and CUDA_VISIBLE_DEVICES`;
}

function localRank(): number {
  return Number(process.env["LOCAL_RANK"] || 0);
}

/**
 * The CUDA device of this process, which becomes the current one: what was given, else `LOCAL_RANK`, else 0.
 *
 * @throws FabricError `FABRIC_MISSING_DEVICE` if there is no such device.
 * @internal
 */
export function chooseDevice(given: number | undefined): number {
  const index = given ?? localRank();
  const { cudaDevices } = buildInfo();
  if (!Number.isInteger(index) || index < 0 || index >= cudaDevices) {
    const source = given === undefined ? "LOCAL_RANK" : "deviceId";
    throw new FabricError(
      "FABRIC_MISSING_DEVICE",
      `${source} is ${show(index)}, but this process sees ${cudaDevices} CUDA devices, counted from 0. NCCL takes one device a process: start as many processes on a machine as it has, or pass deviceId.`,
    );
  }
  callNative<void>("use_device", index);
  return index;
}
