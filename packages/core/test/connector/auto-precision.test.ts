// What `precision: "auto"` leaves behind: checkpoints hold the alias that was chosen.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CheckpointHeader,
  Fabric,
  FileCheckpointIO,
  Precision,
  registerPrecision,
} from "@fabric/core";
import { afterAll, beforeEach, expect, it } from "vitest";
import { Net } from "../helpers.js";

const folder = mkdtempSync(join(tmpdir(), "fabric-auto-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
// Messages are given once a process: each test starts anew.
beforeEach(() => {
  Reflect.deleteProperty(globalThis, Symbol.for("@fabric/registry"));
});

class Mixed extends Precision {
  readonly precision = "bf16-mixed";
}
const auto = (): Fabric => new Fabric({ accelerator: "cpu", precision: "auto" });

it("stores the alias that it chose", async () => {
  const headers: CheckpointHeader[] = [];
  class Watching extends FileCheckpointIO {
    override save(path: string, state: Record<string, unknown>, header: CheckpointHeader): void {
      headers.push(header);
      super.save(path, state, header);
    }
  }
  const fabric = new Fabric({ accelerator: "cpu", precision: "auto", plugins: [new Watching()] });
  await fabric.save(join(folder, "chosen"), { model: fabric.setup(new Net()) });
  expect(headers).toEqual([{ precision: "32-true" }]);
});

it("says on loading that the checkpoint is of another precision than it chose", async () => {
  using _mixed = registerPrecision("bf16-mixed", () => new Mixed());
  const path = join(folder, "mixed");
  const before = new Fabric({ accelerator: "cpu", precision: "bf16-mixed" });
  await before.save(path, { model: before.setup(new Net()) });
  const fabric = auto();
  const text = await told(() => fabric.load(path, { model: fabric.setup(new Net()) }));
  expect(text).toMatch(/saved with precision "bf16-mixed"; "32-true" is running/);
});

it("says nothing on loading what it would choose", async () => {
  const path = join(folder, "same");
  const before = new Fabric({ accelerator: "cpu" });
  await before.save(path, { model: before.setup(new Net()) });
  const fabric = auto();
  expect(await told(() => fabric.load(path, { model: fabric.setup(new Net()) }))).toBe("");
});

/** What is written to standard error until the promise ends. */
async function told(fn: () => Promise<unknown>): Promise<string> {
  const { write } = process.stderr;
  let text = "";
  process.stderr.write = ((chunk: unknown) => {
    text += String(chunk);
    return true;
  }) as typeof write;
  try {
    await fn();
  } finally {
    process.stderr.write = write;
  }
  return text;
}
