// NCCL on devices that are there: one process a device.
import * as torch from "@fabric/torch";
import { describe, expect, test } from "vitest";

import { type ProcessResult, runProcesses } from "../support/processes.js";

const devices = torch.cuda.deviceCount();
const script = new URL("./scripts/nccl.ts", import.meta.url);
const limitMs = 180_000;

async function run(mode: string, count: number): Promise<ProcessResult[]> {
  return runProcesses(script, { count, args: [mode], limitMs });
}

function expectAllWell(results: readonly ProcessResult[], least: number): void {
  for (const { rank, code, reports, output } of results) {
    const failed = reports.filter(([, error]) => error !== null);
    expect(failed, `rank ${rank}\n${output}`).toEqual([]);
    expect(reports.length).toBeGreaterThanOrEqual(least);
    expect(code, output).toBe(0);
  }
}

// The runner shows these as skipped where there are too few devices.
describe.each([1, 2, 4])("%i devices", (count) => {
  const there = devices >= count;
  test.skipIf(!there)(
    `every collective gives what gloo gives (needs ${count} CUDA devices)`,
    {
      timeout: limitMs,
    },
    async () => {
      expectAllWell(await run("collectives", count), 40);
    },
  );

  test.skipIf(!there)(
    `data parallel training is that of one process (needs ${count})`,
    {
      timeout: limitMs,
    },
    async () => {
      expectAllWell(await run("training", count), 2);
    },
  );
});

test.skipIf(devices < 2)(
  "a rank that is killed is an error on the others (needs 2 CUDA devices)",
  {
    timeout: limitMs,
  },
  async () => {
    const results = await run("killed", 2);
    const [survivor, killed] = results as [ProcessResult, ProcessResult];
    expect(killed.signal).toBe("SIGKILL");
    expect(survivor.reports).toEqual([
      expect.stringMatching(/^FABRIC_DISTRIBUTED_(PEER_LOST|TIMEOUT)$/),
    ]);
    expect(survivor.code).toBe(0);
  },
);

test.skipIf(devices < 2)(
  "a rank that does not come is a time-out (needs 2 CUDA devices)",
  {
    timeout: limitMs,
  },
  async () => {
    const results = await run("absent", 2);
    expect(results[0]?.reports).toEqual(["FABRIC_DISTRIBUTED_TIMEOUT"]);
  },
);
