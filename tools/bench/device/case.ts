// A case of the bench on a device.
import * as torch from "@fabric/torch";
import type { Cost } from "./cost.js";

/** Devices that cases run on; on the CPU they are small, and their rates mean nothing. */
export type BenchDevice = "cuda" | "cpu";

/** What is timed side by side: ours, and others by name. Each runs once over the buffers of its set. */
export interface Sides {
  readonly ours: () => void;
  readonly [name: string]: () => void;
}

/** One kernel at one size. */
export interface DeviceCase {
  /** What `--only` names. */
  readonly group: string;
  readonly name: string;
  /** The operator of ours that has to have a kernel for the device; null if there is none. */
  readonly operator: string | null;
  readonly cost: Cost;
  /** Share of the roofline that is aimed at, on a GPU. */
  readonly goal?: number;
  /** Makes one set of buffers; sets take turns, so that none is found in a cache. */
  readonly make: () => Sides;
  /** Cases of the Python peer by name of the side. */
  readonly python?: Readonly<Record<string, string>>;
  /** False for what counts on the host, or records itself; default true. */
  readonly record?: boolean;
}

type Operator = (...args: unknown[]) => unknown;

/** An operator of ours. */
export function fabricOp(name: string): Operator {
  return torch.ops["fabric"]?.[name] as unknown as Operator;
}

/** An operator of libtorch's, by its own name. */
export function atenOp(name: string): Operator {
  return torch.ops["aten"]?.[name] as unknown as Operator;
}

/** Why a case cannot run; null if it can. */
export function lack(operator: string | null, device: BenchDevice): string | null {
  if (operator === null) return null;
  const key = device === "cuda" ? "CUDA" : "CPU";
  try {
    const found =
      torch.hasKernel(operator, key) || torch.hasKernel(operator, "CompositeExplicitAutograd");
    return found ? null : `${operator} has no kernel for ${key}`;
  } catch (error) {
    if ((error as torch.FabricError).code === "FABRIC_UNSUPPORTED_OPERATOR")
      return `there is no operator ${operator} yet`;
    throw error;
  }
}
