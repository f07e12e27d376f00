// Runs the bench as a lesser CPU would: libtorch, oneDNN and MKL read these when they are loaded, so the process starts again.
import { spawnSync } from "node:child_process";

const HELD_BACK: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  avx2: {
    ATEN_CPU_CAPABILITY: "avx2",
    ONEDNN_MAX_CPU_ISA: "AVX2",
    MKL_ENABLE_INSTRUCTIONS: "AVX2",
  },
};

/**
 * Starts this command again under the limits of `cpu`, which children inherit, and waits for it.
 * @returns false if the limits are in force already. @throws Error for another name.
 */
export function holdBack(cpu: string): boolean {
  const limits = HELD_BACK[cpu];
  if (limits === undefined)
    throw new Error(`--cpu: unknown ${cpu}; use ${Object.keys(HELD_BACK).join(", ")}.`);
  if (Object.entries(limits).every(([name, value]) => process.env[name] === value)) return false;
  const { status } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, ...limits },
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
  return true;
}
