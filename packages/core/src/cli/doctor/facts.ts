// What `fabric doctor` finds without computing anything.

import { readFileSync } from "node:fs";
import { cpus } from "node:os";

import { availableAccelerators } from "../../connector/accelerator.js";
import { installedPlugins } from "../../plugins/manifest.js";
import { torch } from "../../torch.js";
import { type Kernels, kernels } from "./kernels.js";

/** CPU features that decide how fast 16-bit formats are. */
const FEATURES = ["avx2", "avx512f", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_fp16"] as const;

/** The variables that Fabric reads. */
const VARIABLES = /^(FABRIC_|OMP_NUM_THREADS$|CUDA_VISIBLE_DEVICES$)/;

/** By format, who computes in it on the CPU. @internal */
export type HalfCpu = ReturnType<typeof torch.buildInfo>["halfCpu"];

/** The CUDA side of libtorch and of this machine. @internal */
export interface CudaFacts {
  /** Whether libtorch is a build with CUDA. */
  readonly built: boolean;
  /** The CUDA version of that build. */
  readonly version: string | null;
  /** The newest CUDA version that the driver supports. */
  readonly driver: string | null;
  /** Why no device can be used; null where one can. */
  readonly unavailable: string | null;
  readonly devices: { name: string; capability: string; totalMemory: number }[];
}

/** Node, libtorch, devices, CPU, plugins, kernels, backends between processes, variables. @internal */
export interface Facts {
  readonly node: string;
  readonly libtorch: string;
  readonly addon: unknown;
  readonly cpu: { model: string; capability: string; features: string[] };
  readonly halfCpu: HalfCpu;
  readonly threads: number;
  readonly accelerators: string[];
  readonly cudaDevices: number;
  readonly cuda: CudaFacts;
  readonly plugins: {
    name: string;
    version: string;
    precisions: readonly string[];
    /** Names of the commands that it brings. */
    commands: string[];
    folder: string;
  }[];
  readonly kernels: Kernels;
  /** Backends of `torch.distributed`; none if its library was not built. */
  readonly distributed: string[];
  readonly environment: Record<string, string>;
}

/** Looks at this machine and this project. @internal */
export function facts(): Facts {
  const build = torch.buildInfo();
  return {
    node: process.version,
    libtorch: build.torchVersion,
    addon: build.origin,
    cpu: {
      model: cpus()[0]?.model ?? "unknown",
      capability: build.cpuCapability,
      features: cpuFeatures(),
    },
    halfCpu: build.halfCpu,
    threads: torch.getNumThreads(),
    accelerators: availableAccelerators(),
    cudaDevices: build.cudaDevices,
    cuda: cudaFacts(),
    plugins: installedPlugins().map(({ name, version, precisions, commands, folder }) => ({
      name,
      version,
      precisions,
      commands: commands.map((command) => command.name),
      folder,
    })),
    kernels: kernels(),
    distributed: [
      ...(torch.distributed.isAvailable() ? ["gloo"] : []),
      ...(torch.distributed.isNcclAvailable() ? ["nccl"] : []),
    ],
    environment: Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) =>
        VARIABLES.test(name) && value !== undefined ? [[name, value]] : [],
      ),
    ),
  };
}

function cudaFacts(): CudaFacts {
  const { cuda } = torch;
  return {
    built: cuda.isBuilt(),
    version: cuda.cudaVersion(),
    driver: cuda.driverVersion(),
    unavailable: cuda.unavailableReason(),
    devices: Array.from({ length: cuda.deviceCount() }, (_, index) => {
      const { name, major, minor, totalMemory } = cuda.getDeviceProperties(index);
      return { name, capability: `${major}.${minor}`, totalMemory };
    }),
  };
}

/** Features that the CPU reports; empty where the system does not tell. */
function cpuFeatures(): string[] {
  try {
    const line = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "";
    const flags = new Set(line.trim().split(/\s+/));
    return FEATURES.filter((name) => flags.has(name));
  } catch {
    return [];
  }
}
