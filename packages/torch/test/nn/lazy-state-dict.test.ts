import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { temporaryDirectory } from "../safetensors/temporary.js";
import { Block } from "./fixtures.js";

const { nn, safetensors } = torch;
const root = temporaryDirectory();

/** A source that tells what is asked of it, and how many tensors it gave out still live at most. */
class Watched implements torch.nn.LazyStateDict {
  readonly asked: string[] = [];
  mostAlive = 0;
  readonly #given: torch.Tensor[] = [];
  readonly #record: Record<string, torch.Tensor>;
  constructor(record: Record<string, torch.Tensor>) {
    this.#record = record;
  }
  keys(): string[] {
    return Object.keys(this.#record);
  }
  has(key: string): boolean {
    return Object.hasOwn(this.#record, key);
  }
  get(key: string): torch.Tensor {
    this.asked.push(key);
    const given = (this.#record[key] as torch.Tensor).clone();
    this.#given.push(given);
    this.mostAlive = Math.max(this.mostAlive, this.#given.filter((t) => !t.isDisposed).length);
    return given;
  }
}

describe("a lazy state dict", () => {
  it("loads what the dictionary itself would, from whatever has keys, has and get", () => {
    const from = new Block();
    const path = join(root, "block.safetensors");
    safetensors.save(path, from.stateDict());
    using file = safetensors.open(path);
    using sharded = safetensors.openSharded(path);
    for (const source of [file, sharded, new Watched(from.stateDict())]) {
      const to = new Block();
      expect(to.loadStateDict(source)).toEqual({ missingKeys: [], unexpectedKeys: [] });
      for (const [key, value] of Object.entries(to.stateDict()))
        expect(torch.equal(value, from.stateDict()[key] as torch.Tensor)).toBe(true);
    }
  });

  it("is asked for one module after the other, whose tensors are freed before the next", () => {
    const from = new Block();
    const source = new Watched(from.stateDict());
    new Block().loadStateDict(source);
    const names = Object.keys(from.stateDict());
    expect(source.asked).toEqual([...names, ...names]);
    expect(names.length).toBeGreaterThan(2);
    expect(source.mostAlive).toBe(2);
  });

  it("changes nothing if a shape or a name does not fit, wherever it is", () => {
    const block = new Block();
    const before = block.fc1.weight.toArray();
    const shapes = new Watched({ ...new Block().stateDict(), "fc2.weight": torch.zeros([3, 4]) });
    expect(() => block.loadStateDict(shapes)).toThrow(/nothing was loaded.*\n.*fc2\.weight/);
    const { "fc2.bias": _, ...rest } = new Block().stateDict();
    const names = new Watched({ ...rest, extra: torch.zeros([1]) });
    expect(() => block.loadStateDict(names)).toThrowError(
      expect.objectContaining({ code: "FABRIC_CHECKPOINT_KEYS" }),
    );
    expect(block.fc1.weight.toArray()).toEqual(before);
    expect(block.loadStateDict(names, { strict: false })).toEqual({
      missingKeys: ["fc2.bias"],
      unexpectedKeys: ["extra"],
    });
    expect(block.fc1.weight.toArray()).not.toEqual(before);
  });

  it("says so if it changes between the check and the copy", () => {
    const record = new Block().stateDict();
    const source = new Watched(record);
    const shrinking: torch.nn.LazyStateDict = {
      keys: () => source.keys(),
      has: (key) => source.has(key),
      get: (key) =>
        source.asked.includes(key) && key === "fc2.weight" ? torch.zeros([1]) : source.get(key),
    };
    expect(() => new Block().loadStateDict(shrinking)).toThrow(/changed while it was loaded/);
    const none = { keys: () => ["fc1.weight"], has: () => true, get: () => 3 as never };
    expect(() => new Block().loadStateDict(none, { strict: false })).toThrowError(
      expect.objectContaining({ code: "FABRIC_CHECKPOINT_STATE_DICT" }),
    );
  });

  it("gives a model on the meta device weights of its own with assign, inside a scope too", () => {
    const path = join(root, "own.safetensors");
    const from = new Block();
    safetensors.save(path, from.stateDict());
    const to = torch.device("meta", () => new Block());
    const isMapped = (): boolean => readFileSync("/proc/self/maps", "utf8").includes(path);
    torch.scope(() => {
      using file = safetensors.openSharded(path);
      to.loadStateDict(file, { assign: true });
      expect(isMapped()).toBe(false);
    });
    for (const [key, value] of Object.entries(to.stateDict()))
      expect(torch.equal(value, from.stateDict()[key] as torch.Tensor)).toBe(true);
  });

  it("loads parameters in arrays, shared modules and buffers as well", () => {
    class Net extends nn.Module {
      shared = new nn.Linear(2, 2);
      again = this.shared;
      scales = [new nn.Parameter(torch.ones([2])), new nn.Parameter(torch.ones([3]))];
      norm = new nn.BatchNorm1d(2);
    }
    const [from, to] = [new Net(), new Net()];
    torch.noGrad(() => from.scales[1]?.fill_(5));
    from.norm.runningMean?.fill_(7);
    to.loadStateDict(new Watched(from.stateDict()));
    expect(to.scales[1]?.toArray()).toEqual([5, 5, 5]);
    expect(to.norm.runningMean?.toArray()).toEqual([7, 7]);
    expect(torch.equal(to.again.weight, from.shared.weight)).toBe(true);
  });
});
