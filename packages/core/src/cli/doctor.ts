// `fabric doctor`: what is installed here, and what each precision will do.

import { readFileSync } from "node:fs";
import { cpus } from "node:os";

import { availableAccelerators } from "../connector/accelerator.js";
import { installedPlugins } from "../plugins/manifest.js";
import { torch } from "../torch.js";
import { precisionRows } from "./precisions.js";
import type { Report } from "./run-cli.js";

/** CPU features that decide how fast 16-bit formats are. */
const FEATURES = ["avx2", "avx512f", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_fp16"] as const;

/** Looks at Node, libtorch, devices, plugins. @internal */
export function doctor(): Report {
  const build = torch.buildInfo();
  const features = cpuFeatures();
  const data = {
    node: process.version,
    libtorch: build.torchVersion,
    addon: build.origin,
    cpu: { model: cpus()[0]?.model ?? "unknown", capability: build.cpuCapability, features },
    halfCpu: build.halfCpu,
    threads: torch.getNumThreads(),
    accelerators: availableAccelerators(),
    cudaDevices: build.cudaDevices,
    plugins: installedPlugins().map(({ name, version, precisions, folder }) => ({
      name,
      version,
      precisions,
      folder,
    })),
    precisions: precisionRows(),
    notes: notes(build.halfCpu, build.cuda),
  };
  const lines = [
    `Node          ${data.node}`,
    `libtorch      ${data.libtorch}`,
    `CPU           ${data.cpu.model}, ${data.cpu.capability}, ${data.threads} threads`,
    `CPU features  ${features.join(" ") || "none of interest"}`,
    `half on CPU   ${halfLine(build.halfCpu)}`,
    `accelerators  ${data.accelerators.join(", ")}${build.cudaDevices > 0 ? ` (${build.cudaDevices} CUDA)` : ""}`,
    "",
    ...data.plugins.map(
      (plugin) =>
        `plugin        ${plugin.name} ${plugin.version}: ${plugin.precisions.join(", ") || "no aliases"}`,
    ),
    ...(data.plugins.length === 0
      ? ["plugin        none; for example: pnpm add @fabric/precision-mixed"]
      : []),
    "",
    ...data.precisions.map((row) => `${row.alias.padEnd(27)} ${row.status}`),
    "",
    ...data.notes.map((note) => `note          ${note}`),
  ];
  return { data, text: `${lines.join("\n").trimEnd()}\n` };
}

type HalfCpu = ReturnType<typeof torch.buildInfo>["halfCpu"];

function halfLine({ bfloat16, float16 }: HalfCpu): string {
  const forced = process.env["FABRIC_HALF_CPU"] === undefined ? "" : " (FABRIC_HALF_CPU)";
  const words = { native: "libtorch's kernels", float32: "computed in float32 tiles" } as const;
  return `bfloat16 ${words[bfloat16]}, float16 ${words[float16]}${forced}`;
}

function notes(half: HalfCpu, cuda: boolean): string[] {
  const found: string[] = [];
  if (!cuda) {
    found.push('"16-mixed" means "bf16-mixed" on the CPU; for float16 pass the plugin object.');
    found.push("FP8 precisions compute by exact emulation: there are no FP8 units here.");
  }
  for (const dtype of ["bfloat16", "float16"] as const) {
    if (half[dtype] === "float32")
      found.push(
        `this CPU has no ${dtype} units: products, convolutions and attention widen to float32 and round once, at about float32's speed.`,
      );
  }
  return found;
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
