import { describe, expect, it, vi } from "vitest";
import { type CudaTiming, cudaClock, hostClock } from "../device/clock.js";

/** A `torch.cuda` whose time passes by calls: 2 ms a launch; a recording counts what it holds and replays it. */
function fakeCuda({ refuses = false } = {}) {
  const state = { nowMs: 0, recording: false, replays: 0, reset: 0 };
  const launch = vi.fn(() => {
    if (!state.recording) state.nowMs += 2;
  });
  class Event {
    at = 0;
    record(): void {
      this.at = state.nowMs;
    }
    synchronize(): void {}
    elapsedTime(end: Event): number {
      return end.at - this.at;
    }
  }
  class CUDAGraph {
    recordedMs = 0;
    replay(): void {
      state.nowMs += this.recordedMs;
      state.replays++;
    }
    reset(): void {
      state.reset++;
    }
  }
  const graph = (into: CUDAGraph, fn: () => void): void => {
    if (refuses) throw new Error("a number was read back");
    state.recording = true;
    const before = launch.mock.calls.length;
    fn();
    state.recording = false;
    into.recordedMs = 2 * (launch.mock.calls.length - before);
  };
  const cuda = { Event, CUDAGraph, graph, synchronize: () => {} } as unknown as CudaTiming;
  return { cuda, launch, state };
}

describe("the clock of a GPU", () => {
  it("replays recorded launches between two events", () => {
    const { cuda, launch, state } = fakeCuda();
    const timed = cudaClock(cuda).prepare(launch, 20, true);
    const called = launch.mock.calls.length;
    expect(timed.how).toBe("graph");
    expect(timed.burst()).toBe(2e6);
    expect(timed.burst()).toBe(2e6);
    expect(launch.mock.calls.length).toBe(called);
    expect(state.replays).toBe(3);
  });

  it("says so where it launches one by one, asked to or since nothing could be recorded", () => {
    for (const record of [true, false]) {
      const { cuda, launch, state } = fakeCuda({ refuses: true });
      const timed = cudaClock(cuda).prepare(launch, 20, record);
      expect(timed.how).toBe("launches");
      expect(timed.burst()).toBe(2e6);
      expect(launch.mock.calls.length).toBe(22);
      expect(state.reset).toBe(record ? 1 : 0);
    }
  });
});

describe("the clock of the host", () => {
  it("divides by the launches, which it numbers", () => {
    const numbers: number[] = [];
    const timed = hostClock.prepare((i) => numbers.push(i), 3, true);
    expect(timed.burst()).toBeGreaterThan(0);
    expect(numbers).toEqual([0, 0, 1, 2]);
  });
});
