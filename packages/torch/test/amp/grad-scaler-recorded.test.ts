// A scaler whose steps are taken as for a recording: nothing is read, and the same is computed.
import * as torch from "@fabric/torch";
import { nn, optim } from "@fabric/torch";
import { describe, expect, it } from "vitest";

/** Scales, growth counts and weights of 8 steps, the third and fourth of which overflow. */
function train(recorded: boolean): { scales: number[]; tracker: number[]; weights: unknown } {
  const p = new nn.Parameter(torch.ones([4]));
  const optimizer = new optim.AdamW([p], { lr: 2 ** -5, capturable: true, fused: true });
  const scaler = new torch.amp.GradScaler({ device: "cpu", initScale: 1024, growthInterval: 2 });
  const scales: number[] = [];
  const tracker: number[] = [];
  const step = (i: number): void => {
    optimizer.zeroGrad();
    const loss = p
      .mul(p)
      .sum()
      .mul(i === 2 || i === 3 ? Number.POSITIVE_INFINITY : 1);
    scaler.scale(loss).backward();
    scaler.step(optimizer);
    scaler.update();
  };
  for (let i = 0; i < 8; i++) {
    if (!recorded || i === 0) step(i);
    else {
      const leave = torch.cuda.recording("cpu");
      try {
        step(i);
      } finally {
        leave();
      }
    }
    scales.push(scaler.getScale());
    tracker.push(scaler.getGrowthTracker());
  }
  return { scales, tracker, weights: p.toArray() };
}

describe("GradScaler in a recording", () => {
  it("adapts the scale and leaves steps out as it does otherwise, without a read", () => {
    const plain = train(false);
    expect(train(true)).toEqual(plain);
    expect(new Set(plain.scales).size).toBeGreaterThan(2);
  });
});
