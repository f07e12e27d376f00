import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { placeAtomically } from "../../libtorch/cache.mjs";
import { contentHash } from "../hash.mjs";
import { runStep } from "../step.mjs";

const folder = (): string => mkdtempSync(join(tmpdir(), "fabric-step-"));

function step(inputs: string, work: (state: { interrupted: boolean }) => void, whole = true) {
  return { name: "demo", title: "doing", inputs, isWhole: () => whole, work };
}

describe("a step of setup", () => {
  it("runs once for the same inputs and again for others", async () => {
    const state = folder();
    let runs = 0;
    const work = (): void => {
      runs += 1;
    };
    expect(await runStep(step("a", work), state)).toBe(true);
    expect(await runStep(step("a", work), state)).toBe(false);
    expect(await runStep(step("b", work), state)).toBe(true);
    expect(runs).toBe(2);
  });

  it("runs again when its result is gone", async () => {
    const state = folder();
    await runStep(
      step("a", () => {}),
      state,
    );
    expect(
      await runStep(
        step("a", () => {}, false),
        state,
      ),
    ).toBe(true);
  });

  it("starts over from clean after a run that was killed", async () => {
    const state = folder();
    writeFileSync(join(state, "demo.running"), "");
    writeFileSync(join(state, "demo.stamp"), "a");
    const seen: boolean[] = [];
    await runStep(
      step("a", ({ interrupted }) => seen.push(interrupted)),
      state,
    );
    expect(seen).toEqual([true]);
    expect(existsSync(join(state, "demo.running"))).toBe(false);
  });

  it("is tried again, though not from clean, after a failure", async () => {
    const state = folder();
    const failing = step("a", () => {
      throw new Error("no");
    });
    await expect(runStep(failing, state)).rejects.toThrow("no");
    const seen: boolean[] = [];
    await runStep(
      step("a", ({ interrupted }) => seen.push(interrupted)),
      state,
    );
    expect(seen).toEqual([false]);
  });
});

describe("a folder that is put into the cache", () => {
  it("is there whole or not at all", async () => {
    const target = join(folder(), "cache", "thing");
    const failing = placeAtomically(target, (staging) => {
      writeFileSync(join(staging, "half"), "");
      throw new Error("disk full");
    });
    await expect(failing).rejects.toThrow("disk full");
    expect(readdirSync(join(target, ".."))).toEqual([]);
    await placeAtomically(target, (staging) => writeFileSync(join(staging, "whole"), ""));
    expect(readdirSync(target)).toEqual(["whole"]);
  });

  it("stays as the faster of two processes made it", async () => {
    const target = join(folder(), "thing");
    await placeAtomically(target, async (staging) => {
      writeFileSync(join(staging, "slow"), "");
      await placeAtomically(target, (other) => writeFileSync(join(other, "fast"), ""));
    });
    expect(readdirSync(target)).toEqual(["fast"]);
  });
});

describe("the content hash", () => {
  it("sees names, contents, missing files and plain values, and no timestamps", () => {
    const root = folder();
    const file = join(root, "a.txt");
    const before = contentHash([file]);
    writeFileSync(file, "one");
    const one = contentHash([file]);
    writeFileSync(file, "one");
    expect(contentHash([file])).toBe(one);
    writeFileSync(file, "two");
    const two = contentHash([file]);
    expect(new Set([before, one, two, contentHash([file], undefined, "other")]).size).toBe(4);
    expect(contentHash([root])).not.toBe(two);
  });
});
