// The doctor's report as text.

import type { DoctorReport, DoctorRow } from "../doctor.js";
import { styled } from "../style.js";
import { table } from "../table.js";
import type { CudaFacts, HalfCpu } from "./facts.js";

/** Sections for a person to read. @internal */
export function reportText(report: DoctorReport): string {
  const sections = [machineLines(report), pluginLines(report), precisionLines(report)];
  if (report.notes.length > 0) sections.push(report.notes.map((note) => field("note", note)));
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function machineLines(report: DoctorReport): string[] {
  const { cpu, halfCpu, cudaDevices, accelerators } = report;
  const forced = report.environment["FABRIC_HALF_CPU"] === undefined ? "" : " (FABRIC_HALF_CPU)";
  return [
    field("Node", report.node),
    field("libtorch", report.libtorch),
    field("CPU", `${cpu.model}, ${cpu.capability}, ${report.threads} threads`),
    field("CPU features", cpu.features.join(" ") || "none of interest"),
    field("half on CPU", `${halfLine(halfCpu)}${forced}`),
    field(
      "accelerators",
      `${accelerators.join(", ")}${cudaDevices > 0 ? ` (${cudaDevices} CUDA)` : ""}`,
    ),
    field("CUDA", cudaLine(report.cuda)),
    ...Object.entries(report.environment).map(([name, value]) =>
      field("variable", `${name}=${value}`),
    ),
  ];
}

function pluginLines({ plugins, kernels, distributed }: DoctorReport): string[] {
  const { operators, kernels: keys, cuda } = kernels;
  return [
    ...plugins.map(({ name, version, precisions, commands }) => {
      const brought = commands.map((command) => `fabric ${command}`);
      const all = [precisions.join(", ") || "no aliases", ...brought].join("; ");
      return field("plugin", `${name} ${version}: ${all}`);
    }),
    ...(plugins.length === 0
      ? [field("plugin", "none; for example: pnpm add @fabric/precision-mixed")]
      : []),
    field(
      "operators",
      operators
        .map((name) => `fabric::${name} (${keys[name]?.join(", ") || "no kernel"})`)
        .join(", ") || "none of our own",
    ),
    field(
      "kernels",
      cuda === null
        ? "@fabric/kernels-cuda is not installed"
        : `@fabric/kernels-cuda ${cuda.version}: ${cuda.error ?? (cuda.kernels.join(", ") || "none in this release")}`,
    ),
    field(
      "distributed",
      distributed.join(", ") || "the library of torch.distributed is not built: npm run setup",
    ),
  ];
}

function precisionLines({ precisions }: DoctorReport): string[] {
  const checked = precisions.filter(({ check }) => check !== null);
  const passed = checked.filter(({ check }) => check?.selfTest.ok === true);
  const summary = `${passed.length} of ${checked.length} precisions trained one step with a finite loss`;
  const rows = table(
    ["precision", "self-test", "speed", "to 32-true", "what it does"],
    precisions.map((row) => [
      row.alias,
      selfTest(row),
      row.check?.flopsPerSecond == null ? "" : speed(row.check.flopsPerSecond),
      row.check?.relativeTo32 == null ? "" : `${row.check.relativeTo32.toFixed(2)} x`,
      what(row),
    ]),
  );
  const good = passed.length === checked.length;
  return [
    ...rows.trimEnd().split("\n"),
    "",
    field("self-test", styled(good ? "green" : "red", summary)),
  ];
}

function selfTest({ check }: DoctorRow): string {
  if (check === null) return "-";
  const { ok, loss } = check.selfTest;
  return ok ? `ok, loss ${loss?.toFixed(3)}` : "FAILED";
}

function what({ check, status }: DoctorRow): string {
  if (check?.selfTest.error !== undefined) return check.selfTest.error;
  return [
    ...(check?.means == null ? [] : [`means ${check.means} here`]),
    // A plugin that emulates says so itself.
    ...(check?.emulated == null || /emulat/i.test(status) ? [] : [`emulated: ${check.emulated}`]),
    status,
  ].join("; ");
}

/** Operations a second with a unit. */
function speed(flopsPerSecond: number): string {
  return flopsPerSecond >= 1e12
    ? `${(flopsPerSecond / 1e12).toFixed(2)} TFLOP/s`
    : `${(flopsPerSecond / 1e9).toFixed(1)} GFLOP/s`;
}

function halfLine({ bfloat16, float16 }: HalfCpu): string {
  const words = { native: "libtorch's kernels", float32: "computed in float32 tiles" } as const;
  return `bfloat16 ${words[bfloat16]}, float16 ${words[float16]}`;
}

function cudaLine({ built, version, driver, unavailable, devices }: CudaFacts): string {
  if (!built) return "libtorch is built without CUDA";
  const build = `libtorch is built for CUDA ${version}`;
  if (unavailable !== null) return `${build}; no device can be used: ${unavailable}`;
  const each = devices.map(
    ({ name, capability, totalMemory }, i) =>
      `cuda:${i} ${name}, capability ${capability}, ${(totalMemory / 2 ** 30).toFixed(1)} GiB`,
  );
  return [`${build}, the driver supports ${driver}`, ...each].join("; ");
}

function field(name: string, text: string): string {
  return `${styled("bold", name.padEnd(13))} ${text}`;
}
