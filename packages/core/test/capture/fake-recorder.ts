// A recorder for the CPU: a replay runs the function again and writes into the tensors that the recording returned. As with a graph, nothing of the
// device may be read meanwhile, and what a replay computes from is what the recorded tensors hold.
import { type Device, isTensor, type StepRecorder, type Tensor, torch } from "@fabric/core";

export class FakeRecorder implements StepRecorder {
  readonly device: Device = "cpu";
  readonly calls: string[] = [];
  #again: (() => unknown) | null = null;
  #outputs: Tensor[] = [];

  warm<T>(fn: () => T): T {
    this.calls.push("warm");
    return fn();
  }

  record<T>(fn: () => T): T {
    this.calls.push("record");
    const outputs = this.#run(fn);
    this.#outputs = tensorsOf(outputs);
    this.#again = fn;
    // A graph records without computing; what this run computed counts as the first replay.
    this.#pending = true;
    return outputs;
  }
  #pending = false;

  replay(): void {
    this.calls.push("replay");
    if (this.#pending) {
      this.#pending = false;
      return;
    }
    if (this.#again === null) throw new Error("replay without a recording");
    const made = tensorsOf(this.#run(this.#again));
    torch.noGrad(() => made.forEach((tensor, i) => void this.#outputs[i]?.copy_(tensor)));
  }

  reset(): void {
    this.calls.push("reset");
    this.#again = null;
  }

  #run<T>(fn: () => T): T {
    const leave = torch.cuda.recording("cpu");
    try {
      return fn();
    } finally {
      leave();
    }
  }
}

/** Replays nothing: what is told of a replay then comes from around it. */
export class SilentRecorder extends FakeRecorder {
  override replay(): void {}
}

function tensorsOf(value: unknown): Tensor[] {
  if (isTensor(value)) return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(tensorsOf);
}
