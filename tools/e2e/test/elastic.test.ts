// `fabric run --max-restarts`: training that loses processes ends with the losses of training that does not.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "fabric-elastic-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Losses by epoch, with the number of the start that computed each. */
type Losses = readonly {
  readonly attempt: number;
  readonly epoch: number;
  readonly loss: string;
}[];

/** Trains with two processes on each machine. */
async function train(
  name: string,
  machines: number,
  accidents: readonly string[],
): Promise<{ losses: Losses; errors: string }> {
  const target = mkdtempSync(join(folder, name));
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  const errors = await Promise.all(
    Array.from({ length: machines }, async (_, node) => {
      const child = spawn(
        process.execPath,
        [
          ...[
            join(root, "packages/core/dist/cli/main.js"),
            "run",
            "--devices=2",
            "--max-restarts=2",
          ],
          ...[`--num-nodes=${machines}`, `--node-rank=${node}`, `--main-port=${port}`],
          ...[join(import.meta.dirname, "support/elastic-train.mjs"), "--", target, ...accidents],
        ],
        { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, OMP_NUM_THREADS: "1" } },
      );
      let text = "";
      child.stderr.on("data", (chunk) => (text += String(chunk)));
      const [code] = await once(child, "close");
      expect(code, text).toBe(0);
      return text;
    }),
  );
  const losses = readFileSync(join(target, "losses"), "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const [attempt, , epoch, loss = ""] = line.split(" ");
      return { attempt: Number(attempt), epoch: Number(epoch), loss };
    });
  return { losses, errors: errors.join("") };
}

const byEpoch = (losses: Losses): string[] => losses.map(({ epoch, loss }) => `${epoch} ${loss}`);

describe("training that saves each epoch", () => {
  it("goes on from there after a kill and after an error, to the same losses, bit for bit", async () => {
    const unbroken = await train("unbroken", 1, []);
    expect(unbroken.losses.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4]);
    expect(Number(unbroken.losses.at(-1)?.loss)).toBeLessThan(Number(unbroken.losses[0]?.loss));
    const broken = await train("broken", 1, ["1", "2", "kill", "0", "4", "throw"]);
    expect(byEpoch(broken.losses)).toEqual(byEpoch(unbroken.losses));
    expect(broken.losses.map(({ attempt }) => attempt)).toEqual([0, 0, 1, 1, 2]);
    expect(broken.errors).toContain("rank 1 was ended by SIGKILL");
    expect(broken.errors).toContain("Error: an accident");
  });

  it("does so on two machines, whichever lost a process", async () => {
    const unbroken = await train("machines", 2, []);
    const broken = await train("lost", 2, ["3", "1", "kill", "0", "3", "kill"]);
    expect(byEpoch(broken.losses)).toEqual(byEpoch(unbroken.losses));
    expect(broken.losses.map(({ attempt }) => attempt)).toEqual([0, 1, 1, 2, 2]);
    expect(broken.errors).toContain("restart 2 of 2");
  });
});
