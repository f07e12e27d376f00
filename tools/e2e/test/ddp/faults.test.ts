// One of two processes is lost, hangs or runs out of data during training: the other ends, with an error that says so.
import { describe, expect, test } from "vitest";

import {
  type ProcessResult,
  runProcesses,
} from "../../../../packages/torch/test/support/processes.js";

const script = new URL("./scripts/faults.ts", import.meta.url);

async function run(
  kind: string,
  timeoutMs: number,
): Promise<{ other: ProcessResult; afterMs: number; all: ProcessResult[] }> {
  let left = 0;
  const all = await runProcesses(script, {
    count: 2,
    args: [kind, String(timeoutMs)],
    limitMs: 50_000,
    onReport: (rank, _report, kill) => {
      if (rank !== 1) return;
      left ||= Date.now();
      // What hangs is ended by whoever watches over it, once the other has ended.
      if (kind === "hang") setTimeout(() => kill(1, "SIGKILL"), timeoutMs + 4500);
    },
  });
  const other = all[0] as ProcessResult;
  return { other, afterMs: Date.now() - left, all };
}

describe("a process that does not come to the averaging of gradients", () => {
  test.each(["kill", "throw"])(
    "is gone (%s): the other ends within 10 s, non-zero, naming it",
    async (kind) => {
      const { other, afterMs } = await run(kind, 60_000);
      expect(afterMs).toBeLessThan(10_000);
      expect(other.code).not.toBe(0);
      expect(other.output).toContain("FABRIC_DISTRIBUTED_PEER_LOST");
      expect(other.output).toContain("averaging gradients");
      expect(other.output).toContain("rank 1");
      expect(other.reports).toEqual([]);
    },
  );

  test("hangs: the other ends after the time-out, naming it", async () => {
    const { other } = await run("hang", 2000);
    expect(other.code).toBe(1);
    expect(other.output).toContain("FABRIC_DISTRIBUTED_TIMEOUT");
    expect(other.output).toContain("Rank 1 did not come to it");
  });

  test("has run out of data: both end after the time-out, the other in the averaging", async () => {
    const { other, all } = await run("uneven", 2000);
    expect(other.code).toBe(1);
    expect(other.output).toContain("FABRIC_DISTRIBUTED_TIMEOUT");
    expect(other.output).toContain("averaging gradients");
    expect(other.output).toContain("join");
    expect(all[1]?.code).toBe(1);
    expect(all[1]?.output).toContain("barrier");
  });
});
