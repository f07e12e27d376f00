// N + M steps equal N, save, load in a new process, M: bit for bit, for every precision and optimizer.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("./support/resume-matrix.mjs", import.meta.url));
const HEAD = 9;
const WHOLE = 14;
const folder = mkdtempSync(join(tmpdir(), "fabric-matrix-"));
type Runs = Record<string, string[]>;
let whole: Runs;
let head: Runs;
let tail: Runs;

async function run(...args: (string | number)[]): Promise<Runs> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [SCRIPT, folder, ...args.map(String)],
    { maxBuffer: 2 ** 24 },
  );
  return JSON.parse(stdout) as Runs;
}

beforeAll(async () => {
  [whole, head] = await Promise.all([run(0, WHOLE), run(0, HEAD, "save")]);
  tail = await run(HEAD, WHOLE, "load");
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What refuses to train at all, with a typed error: LBFGS evaluates the model between its own moves. */
const REFUSED = [
  "16-mixed / LBFGS",
  "bf16-true, master weights / LBFGS",
  "bf16-true, stochastic rounding / LBFGS",
];

describe("resuming in a new process", () => {
  it("covers 8 precisions and 10 optimizers", () => {
    expect(Object.keys(whole)).toHaveLength(80);
    const refused = Object.keys(whole).filter((name) => whole[name]?.[0]?.startsWith("error"));
    expect(refused).toEqual(REFUSED);
  });

  it("gives the steps of an uninterrupted run, bit for bit", () => {
    for (const name of Object.keys(whole)) {
      if (REFUSED.includes(name)) continue;
      expect(whole[name], name).toHaveLength(WHOLE);
      expect(head[name], name).toEqual(whole[name]?.slice(0, HEAD));
      expect(tail[name], name).toEqual(whole[name]?.slice(HEAD));
    }
  });

  it("would notice: no two steps, and hardly two runs, give the same weights", () => {
    const lines = Object.keys(whole).flatMap((name) =>
      REFUSED.includes(name) ? [] : (whole[name] as string[]).map((line) => line.split(" ")[2]),
    );
    expect(new Set(lines).size).toBeGreaterThan(0.95 * lines.length);
  });
});
