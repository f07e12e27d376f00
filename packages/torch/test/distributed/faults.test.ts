import { describe, expect, test } from "vitest";

import { type ProcessResult, type RunOptions, runProcesses } from "../support/processes.js";

const script = new URL("./scripts/faults.ts", import.meta.url);

function run(
  mode: string,
  count: number,
  options: Partial<RunOptions> & { timeoutMs?: number } = {},
): Promise<ProcessResult[]> {
  const { timeoutMs = 1500, ...rest } = options;
  return runProcesses(script, { count, args: [mode, String(timeoutMs)], limitMs: 30_000, ...rest });
}
const at = (results: ProcessResult[], rank: number): ProcessResult =>
  results[rank] as ProcessResult;
const DEBUG = { env: { FABRIC_DISTRIBUTED_DEBUG: "detail" } };

describe("a rank that does not come", () => {
  test("a time-out names the hung rank, on every other one", async () => {
    const results = await run("hung", 3);
    for (const rank of [0, 2]) {
      const [[code, message, ms], [again, , soon]] = at(results, rank).reports;
      expect(code).toBe("FABRIC_DISTRIBUTED_TIMEOUT");
      expect(message).toMatch(
        /^allReduce, collective 2 of group `default` on rank \d: .*Rank 1 did not come to it/,
      );
      expect(ms).toBeGreaterThan(1400);
      expect(ms).toBeLessThan(11_500);
      // The group cannot be used any more, and says so at once.
      expect(again).toMatch(/^FABRIC_DISTRIBUTED_/);
      expect(soon).toBeLessThan(1000);
    }
  });

  test("one that comes late is not taken for absent", async () => {
    const results = await run("late", 3, { timeoutMs: 700 });
    const [code, message] = at(results, 0).reports[0];
    expect(code).toBe("FABRIC_DISTRIBUTED_TIMEOUT");
    expect(message).toContain("Rank 1 did not come to it");
    expect(at(results, 2).reports[0][0]).toMatch(/^FABRIC_DISTRIBUTED_/);
  });

  test("joining names who is absent", async () => {
    const [code, message] = at(await run("absent", 3), 0).reports[0];
    expect(code).toBe("FABRIC_DISTRIBUTED_TIMEOUT");
    expect(message).toContain(
      "joining the process group `default` as rank 0 of 3: rank 1 did not come within 1500 ms",
    );
  });

  test("monitoredBarrier names the first, or all", async () => {
    const results = await run("monitored", 4);
    for (const rank of [0, 1]) {
      const [[code, first], [, all]] = at(results, rank).reports;
      expect(code).toBe("FABRIC_DISTRIBUTED_TIMEOUT");
      expect(first).toContain("rank 2, and perhaps others, did not come within 300 ms");
      expect(all).toContain("rank 2 and 3 did not come within 300 ms");
    }
  });
});

test("the time-out holds also where the process with the store is stopped", async () => {
  const results = await run("stopped", 2, {
    timeoutMs: 1000,
    onReport: (rank, report, kill) => {
      if (rank === 0) kill(0, "SIGSTOP");
      if (Array.isArray(report) && report[2] > 3900) kill(0, "SIGKILL");
    },
  });
  for (const [code, message, ms] of at(results, 1).reports.slice(1)) {
    expect([code, message]).toEqual([
      "FABRIC_DISTRIBUTED_TIMEOUT",
      expect.stringContaining("The store does not answer: the process that hosts it (rank 0"),
    ]);
    expect(ms).toBeLessThan(8000);
  }
  expect(at(results, 1).reports).toHaveLength(3);
});

describe("a rank that ends", () => {
  test("its peers name it", async () => {
    const ready = new Set<number>();
    const results = await run("lost", 3, {
      timeoutMs: 15_000,
      onReport: (rank, report, kill) => {
        if (report === "ready") ready.add(rank);
        if (ready.size === 3) kill(1, "SIGKILL");
      },
    });
    expect(at(results, 1).signal).toBe("SIGKILL");
    for (const rank of [0, 2]) {
      const [code, message, ms] = at(results, rank).reports[1];
      expect(code, message).toBe("FABRIC_DISTRIBUTED_PEER_LOST");
      expect(message).toMatch(
        /the connection to rank 1( and \d)? is gone|Rank \d had failed itself: the connection to rank 1/,
      );
      expect(ms).toBeLessThan(10_000);
    }
  });

  test("a stopped one is told from the others by the time-out", async () => {
    const told = new Map<number, number>();
    const results = await run("lost", 3, {
      onReport: (rank, _, kill) => {
        told.set(rank, (told.get(rank) ?? 0) + 1);
        if (rank === 1) kill(1, "SIGSTOP");
        if (told.get(0) === 2 && told.get(2) === 2) kill(1, "SIGKILL");
      },
    });
    for (const rank of [0, 2]) {
      const [code, message] = at(results, rank).reports[1];
      expect(code, message).toBe("FABRIC_DISTRIBUTED_TIMEOUT");
      expect(message).toContain("Rank 1 did not come to it");
    }
  });
});

describe("leaving", () => {
  test("what is pending on a destroyed group is rejected at once", async () => {
    const { reports, code } = at(await run("destroyed", 2, { timeoutMs: 20_000 }), 0);
    expect(code).toBe(0);
    expect(reports.map(([code]) => code).sort()).toEqual([
      "FABRIC_DISTRIBUTED_NOT_INITIALIZED",
      ...Array(4).fill("FABRIC_USAGE_GROUP_DESTROYED"),
      "fine",
    ]);
    for (const [, message, ms] of reports) expect(ms, message).toBeLessThan(3000);
  });

  test("also where it waits to be compared with others, in debug mode", async () => {
    const results = await run("leaves", 3, { ...DEBUG, timeoutMs: 5000 });
    expect(results.map(({ code, signal }) => [code, signal])).toEqual(Array(3).fill([0, null]));
    const [[code], [left], alive] = at(results, 1).reports;
    expect([code, left].sort()).toEqual(["FABRIC_USAGE_GROUP_DESTROYED", "fine"]);
    expect(alive).toBe("alive");
    for (const rank of [0, 2])
      expect(at(results, rank).reports[0][0]).toMatch(/^FABRIC_DISTRIBUTED_/);
  });

  test("and joining again, whichever rank is first", async () => {
    for (const { reports } of await run("again", 2, { timeoutMs: 10_000 }))
      expect(reports).toEqual([
        ["fine", "", expect.any(Number)],
        2,
        ["fine", "", expect.any(Number)],
        2,
      ]);
  });

  test("does not wait for members that are still joining", async () => {
    const [[left, , ms], [code], [all]] = at(await run("halfway", 2), 0).reports;
    expect([left, code, all]).toEqual(["fine", "FABRIC_DISTRIBUTED_TIMEOUT", "fine"]);
    expect(ms).toBeLessThan(1000);
  });

  test.each([
    ["exit", 3],
    ["throw", 1],
    ["idle", 0],
  ])("a process ends without destroying its group: %s", async (mode, expected) => {
    const results = await run(mode, 2, { timeoutMs: 20_000 });
    expect(at(results, 0)).toMatchObject({ code: expected, signal: null });
    expect(at(results, 0).ms).toBeLessThan(8000);
    expect(at(results, 1)).toMatchObject({ code: 0, signal: null });
    if (mode === "idle")
      expect(at(results, 0)).toMatchObject({ output: "", reports: ["the end of the script"] });
  });
});

test("an object between two ranks needs no other, and what is none is refused", async () => {
  const [sender, receiver, other] = await run("objects", 3);
  const fine = ["fine", "", expect.any(Number)];
  expect([sender?.reports, other?.reports]).toEqual([[fine, fine], [fine]]);
  expect(receiver?.reports.slice(0, 2)).toEqual([{ value: { a: 1 }, source: 0 }, fine]);
  expect(receiver?.reports[2][1]).toContain("announced a value of -1 bytes");
});

describe("debug mode", () => {
  test("what differs is refused on every rank, with what each called", async () => {
    const sum = "rank 0 called allReduce(float32[1000], sum)";
    const texts = [
      `${sum}; rank 1 called broadcast(float32[1000], src 0)`,
      `${sum}; rank 1 called allReduce(float32[2, 3], sum)`,
      `${sum}; rank 1 called allReduce(float64[1000], sum)`,
      `${sum}; rank 1 called allReduce(float32[1000], max)`,
      `${sum}; rank 1 called barrier()`,
      "rank 0 called barrier(); rank 1 called allReduce(float32[1000], sum)",
    ];
    for (const { reports } of await run("mismatch", 2, { ...DEBUG, timeoutMs: 10_000 })) {
      for (const [i, text] of texts.entries()) {
        const [code, message, ms] = reports[i];
        expect(code).toBe("FABRIC_DISTRIBUTED_MISMATCH");
        expect(message).toContain(`collective ${i + 2} of group \`default\` differs: ${text}`);
        expect(ms).toBeLessThan(5000);
      }
      expect(reports.at(-1)?.[0]).toBe("fine");
    }
  });

  test("a rank that does not come is named, with what the others called", async () => {
    const [code, message] = at(await run("missing", 2, DEBUG), 0).reports[0];
    expect(code).toBe("FABRIC_DISTRIBUTED_TIMEOUT");
    expect(message).toContain(
      "rank 1 did not come to collective 2 of group `default` within 1500 ms; there were rank 0: allReduce(float32[1000], sum)",
    );
  });

  test("collectives that agree run as without it", async () => {
    for (const { reports, code, output } of await run("agreed", 2, {
      ...DEBUG,
      timeoutMs: 10_000,
    })) {
      expect({ code, output }).toEqual({ code: 0, output: "" });
      expect(reports).toEqual([[0, 1], 25]);
    }
  });
});
