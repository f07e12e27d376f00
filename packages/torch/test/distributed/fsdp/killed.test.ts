import { expect, it } from "vitest";
import { runProcesses } from "../../support/processes.js";

it.each([0, 1])(
  "ends when rank %i is killed in the middle of training",
  async (victim) => {
    let killed = 0;
    const results = await runProcesses(new URL("./scripts/endless.ts", import.meta.url), {
      count: 2,
      limitMs: 40_000,
      onReport: (rank, _report, kill) => {
        if (rank !== victim) return;
        killed = Date.now();
        kill(victim, "SIGKILL");
      },
    });
    const ended = Date.now();
    const survivor = results[1 - victim];
    expect(results[victim]?.signal).toBe("SIGKILL");
    expect(survivor?.code).toBe(1);
    expect(survivor?.output).toContain("FABRIC_DISTRIBUTED_PEER_LOST");
    expect(ended - killed).toBeLessThan(10_000);
  },
  60_000,
);
