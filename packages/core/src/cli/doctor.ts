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
    notes: notes(features, build.cuda),
  };
  const lines = [
    `Node          ${data.node}`,
    `libtorch      ${data.libtorch}`,
    `CPU           ${data.cpu.model}, ${data.cpu.capability}, ${data.threads} threads`,
    `CPU features  ${features.join(" ") || "none of interest"}`,
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

function notes(features: readonly string[], cuda: boolean): string[] {
  const found: string[] = [];
  if (!cuda) {
    found.push('"16-mixed" means "bf16-mixed" on the CPU; for float16 pass the plugin object.');
    found.push("FP8 precisions compute by exact emulation: there are no FP8 units here.");
  }
  if (!features.some((name) => name.endsWith("bf16")))
    found.push("bfloat16 is emulated on this CPU: right, but not faster than float32.");
  if (!features.some((name) => name.endsWith("fp16")))
    found.push("float16 is emulated on this CPU: convolutions and matrix products are slow.");
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
