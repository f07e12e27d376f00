// The formulas against a ring and a step that are played message by message, and the guide against the formulas.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  dataParallelStep,
  LINKS,
  type Link,
  ringSteps,
  ringTime,
  sentBytes,
  shardedBytes,
} from "../model.js";
import { bytesTable, efficiencyTable, STEP, timeTable } from "../table.js";

/** Sends chunks around until every process has the sum of each; counts messages a process and elements sent. */
function playAllReduce(ranks: number, elements: number): { steps: number; sent: number } {
  const each = elements / ranks;
  const has = Array.from({ length: ranks }, (_, rank) =>
    Array.from({ length: ranks }, () => new Set([rank])),
  );
  let [steps, sent] = [0, 0];
  for (let phase = 0; phase < 2; phase++) {
    for (let step = 0; step < ranks - 1; step++, steps++, sent += each) {
      const messages = has.map((chunks, rank) => {
        const chunk = (rank - step + phase + 2 * ranks) % ranks;
        return { chunk, ranks: new Set(chunks[chunk]) };
      });
      messages.forEach(({ chunk, ranks: from }, rank) => {
        const target = has[(rank + 1) % ranks]?.[chunk] as Set<number>;
        for (const one of from) target.add(one);
      });
    }
  }
  expect(has.flat().every((sum) => sum.size === ranks)).toBe(true);
  return { steps, sent };
}

describe("the model", () => {
  it.each([2, 3, 8, 12])(
    "counts messages and bytes of a ring of %d as playing it does",
    (ranks) => {
      const { steps, sent } = playAllReduce(ranks, 24);
      expect(ringSteps("allReduce", ranks)).toBe(steps);
      expect(sentBytes.allReduce(24, ranks)).toBeCloseTo(sent, 12);
      expect(sentBytes.allGather(24, ranks) + sentBytes.reduceScatter(24, ranks)).toBeCloseTo(
        sent,
        12,
      );
    },
  );

  it("adds latency for every message", () => {
    const link: Link = { name: "", bytesPerSecond: 100, latency: 0.5 };
    expect(ringTime("allReduce", 400, 4, link)).toBeCloseTo(6 * 0.5 + 600 / 100, 12);
    expect(ringTime("allGather", 400, 4, link)).toBeCloseTo(3 * 0.5 + 300 / 100, 12);
  });

  it("hides what is exchanged during backward, except the last bucket", () => {
    const step = { gradientBytes: 400, bucketBytes: 100, forwardSeconds: 1, backwardSeconds: 4 };
    // 100 bytes between two processes: 100 sent by each, in 0.5 s, while the next bucket takes 1 s.
    expect(dataParallelStep(step, 2, { name: "", bytesPerSecond: 200, latency: 0 })).toBeCloseTo(
      5.5,
      12,
    );
    // In 2 s each, from the first bucket on: 1 + 1 + 4 x 2.
    expect(dataParallelStep(step, 2, { name: "", bytesPerSecond: 50, latency: 0 })).toBeCloseTo(
      10,
      12,
    );
    expect(dataParallelStep(step, 1, LINKS[0] as Link)).toBe(5);
  });

  it("counts three exchanges for sharded training, two without resharding", () => {
    expect([shardedBytes(400, 400, 4), shardedBytes(400, 400, 4, false)]).toEqual([900, 600]);
  });
});

it("gives the tables of the guide", () => {
  const guide = readFileSync(join(import.meta.dirname, "../../../docs/guide/clusters.md"), "utf8");
  expect(STEP.gradientBytes).toBe(496e6);
  for (const table of [bytesTable(), timeTable(), efficiencyTable()])
    expect(guide).toContain(table);
});
