import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "./code.js";
import { orders } from "./orders.js";

const { data } = torch;

describe("samplers", () => {
  it("read in order", () => {
    expect([...new data.SequentialSampler({ length: 3 })]).toEqual([0, 1, 2]);
  });

  it("group indices into batches, the last one smaller or left out", () => {
    const order = new data.SequentialSampler({ length: 7 });
    const kept = new data.BatchSampler(order, 3, false);
    expect([...kept]).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(kept.length).toBe(3);
    const dropped = new data.BatchSampler(order, 3, true);
    expect([...dropped]).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(dropped.length).toBe(2);
    expect([...new data.BatchSampler([4, 2, 0], 2, false)]).toEqual([[4, 2], [0]]);
  });

  it("refuse batches of no size", () => {
    const order = new data.SequentialSampler({ length: 7 });
    for (const size of [0, -1, 1.5, "2", true]) {
      expect(codeOf(() => new data.BatchSampler(order, size as number, false))).toBe(
        "FABRIC_CONFIG_ARGUMENT",
      );
    }
  });
});

describe("DistributedSampler", () => {
  it.each(orders.distributed)(
    "shares $n samples among $numReplicas as PyTorch does (shuffle $shuffle, dropLast $dropLast)",
    ({ n, shares, ...options }) => {
      shares.forEach((share, rank) => {
        const sampler = new data.DistributedSampler({ length: n }, { ...options, rank, seed: 5 });
        sampler.setEpoch(2);
        expect([...sampler]).toEqual(share);
        expect(sampler.length).toBe(share.length);
      });
    },
  );

  it("has another order in another epoch, and the same in the same", () => {
    const sampler = new data.DistributedSampler({ length: 20 }, { numReplicas: 2, rank: 0 });
    const first = [...sampler];
    sampler.setEpoch(1);
    expect([...sampler]).not.toEqual(first);
    sampler.loadStateDict({ epoch: 0 });
    expect([...sampler]).toEqual(first);
    expect(codeOf(() => sampler.loadStateDict({ epoch: "0" }))).toBe("FABRIC_CHECKPOINT_STATE");
  });

  it("refuses a rank that is not among the replicas", () => {
    for (const rank of [2, -1, 0.5]) {
      expect(
        codeOf(() => new data.DistributedSampler({ length: 4 }, { numReplicas: 2, rank })),
      ).toBe("FABRIC_CONFIG_ARGUMENT");
    }
    expect(codeOf(() => new data.DistributedSampler({ length: 4 }, { rank: 0 } as never))).toBe(
      "FABRIC_CONFIG_ARGUMENT",
    );
  });
});
