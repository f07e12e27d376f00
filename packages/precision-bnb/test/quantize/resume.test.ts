// A run that is killed goes on, and ends with the bytes of one that was not.
import { once } from "node:events";
import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { quantizeCheckpoint } from "../../src/quantize/index.js";
import {
  decoder,
  fabric,
  filesOf,
  startFabric,
  temporaryFolder,
  writeCheckpoint,
} from "./support.js";

const root = temporaryFolder();
const input = writeCheckpoint(join(root, "in"), decoder(40), { config: { model_type: "llama" } });
const options = ["--max-shard-size", "4kB", "--ignore", "lm_head"];
const same = { maxShardBytes: 4000, ignore: ["lm_head"] };

/** Kills a run when it has printed so many lines of progress; returns whether it was still at work. */
async function killed(output: string, lines: number): Promise<boolean> {
  const child = startFabric(["quantize", input, output, ...options]);
  let text = "";
  child.stderr?.on("data", (chunk) => {
    text += String(chunk);
    if (text.split("\n").length > lines) child.kill("SIGKILL");
  });
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  return signal === "SIGKILL";
}

/** The output's name stands in the page. */
const withoutName = (folder: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(filesOf(folder)).map(([name, text]) => [
      name,
      name.endsWith(".html")
        ? Buffer.from(text, "base64").toString().replaceAll(folder, "OUT")
        : text,
    ]),
  );

describe("a run", () => {
  it("that is killed three times ends with the same bytes", async () => {
    const [whole, broken] = [join(root, "whole"), join(root, "broken")];
    await quantizeCheckpoint(input, whole, same);
    const points = Array.from({ length: 3 }, () => 1 + Math.floor(Math.random() * 2));
    let kills = 0;
    for (const lines of points) if (await killed(broken, lines)) kills += 1;
    expect([kills, `killed after lines ${points}`]).toEqual([3, expect.any(String)]);
    const { status, stdout } = fabric(["quantize", input, broken, ...options]);
    expect(status).toBe(0);
    expect(Number(/(\d+) of them written before/.exec(stdout)?.[1])).toBeGreaterThan(0);
    expect(withoutName(broken)).toEqual(withoutName(whole));
  });

  it("that gets Ctrl-C says how to go on, and leaves no half file", async () => {
    const output = join(root, "interrupted");
    const child = startFabric(["quantize", input, output, ...options]);
    let text = "";
    child.stderr?.on("data", (chunk) => {
      if (text === "") child.kill("SIGINT");
      text += String(chunk);
    });
    const [code] = (await once(child, "close")) as [number | null];
    expect(text).toContain("fabric quantize: stopped; the same command goes on from here.");
    expect(code).toBe(130);
    expect(readdirSync(output).filter((name) => /tmp$|lock$/.test(name))).toEqual([]);
    const { resumedFiles } = await quantizeCheckpoint(input, output, same);
    expect(resumedFiles).toBeGreaterThan(0);
  });

  it("that is done writes nothing again, and shows its table", async () => {
    const output = join(root, "done");
    const first = await quantizeCheckpoint(input, output, same);
    const before = filesOf(output);
    const bytes: number[] = [];
    const again = await quantizeCheckpoint(input, output, {
      ...same,
      onProgress: (progress) => bytes.push(progress.bytes),
    });
    expect(bytes).toEqual([0]);
    expect(again).toEqual({ ...first, resumedFiles: first.files.length });
    expect(filesOf(output)).toEqual(before);
  });

  it("repeats files that are gone or cut short, and drops half a line of its journal", async () => {
    const output = join(root, "damaged");
    const first = await quantizeCheckpoint(input, output, same);
    const before = filesOf(output);
    const [one, two] = first.files as [string, string];
    rmSync(join(output, one));
    truncateSync(join(output, two), 100);
    appendFileSync(join(output, "fabric-quantize.jsonl"), '{"shard":"model-0');
    const again = await quantizeCheckpoint(input, output, same);
    expect(again).toEqual({ ...first, resumedFiles: first.files.length - 2 });
    expect(filesOf(output)).toEqual(before);
    const lines = readFileSync(join(output, "fabric-quantize.jsonl"), "utf8").trimEnd().split("\n");
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  it("stops at a signal between two tensors, and goes on later", async () => {
    const output = join(root, "stopped");
    const stop = new AbortController();
    let calls = 0;
    const run = quantizeCheckpoint(input, output, {
      ...same,
      signal: stop.signal,
      onProgress: () => {
        calls += 1;
        if (calls === 60) stop.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
    const report = await quantizeCheckpoint(input, output, same);
    expect(report.resumedFiles).toBeGreaterThan(0);
    expect(report.resumedFiles).toBeLessThan(report.files.length);
    expect(withoutName(output)).toEqual(withoutName(join(root, "whole")));
  });
});
