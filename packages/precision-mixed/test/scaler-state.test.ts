import { describe, expect, it } from "vitest";
import { checkScalerState, nextState } from "../src/scaler-state.js";

const START = {
  scale: 8,
  growth_factor: 2,
  backoff_factor: 0.5,
  growth_interval: 2,
  _growth_tracker: 0,
};

describe("nextState", () => {
  it("grows after the interval and starts counting again", () => {
    const one = nextState(START, false);
    expect(one).toEqual({ ...START, _growth_tracker: 1 });
    expect(nextState(one, false)).toEqual({ ...START, scale: 16, _growth_tracker: 0 });
  });

  it("backs off at an overflow and forgets the count", () => {
    expect(nextState({ ...START, _growth_tracker: 1 }, true)).toEqual({
      ...START,
      scale: 4,
      _growth_tracker: 0,
    });
  });

  it("does not grow beyond what float32 can hold", () => {
    const huge = { ...START, scale: 2 ** 127, growth_interval: 1 };
    expect(nextState(huge, false)).toEqual({ ...huge, _growth_tracker: 0 });
  });

  it("keeps the scale in float32", () => {
    const odd = { ...START, scale: Math.fround(0.1), growth_factor: 1.1, growth_interval: 1 };
    expect(nextState(odd, false).scale).toBe(Math.fround(Math.fround(0.1) * 1.1));
  });
});

describe("checkScalerState", () => {
  it("accepts what a scaler saves", () => {
    expect(checkScalerState({ ...START })).toEqual(START);
  });

  it.each([
    ["scale", 0],
    ["scale", Number.NaN],
    ["scale", "8"],
    ["growth_factor", undefined],
    ["backoff_factor", -1],
    ["growth_interval", 1.5],
    ["_growth_tracker", -1],
  ])("refuses %s = %s", (key, value) => {
    expect(() => checkScalerState({ ...START, [key]: value })).toThrow(
      expect.objectContaining({
        code: "FABRIC_CHECKPOINT_SCALER",
        message: expect.stringContaining(key),
      }),
    );
  });
});
