// Two machines with addresses and networks of their own, played by network namespaces: only what goes through the cable connects them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "fabric-machines-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("two machines train, lose a process, and start again together", ({ skip }) => {
  const probe = spawnSync("unshare", [
    "--net",
    "ip",
    "link",
    "add",
    "probe0",
    "type",
    "veth",
    "peer",
    "name",
    "probe1",
  ]);
  skip(probe.status !== 0, "network namespaces need root, unshare, nsenter and ip");
  const fabric = [
    ...[
      process.execPath,
      join(root, "packages/core/dist/cli/main.js"),
      "run",
      "--devices=2",
      "--max-restarts=1",
    ],
    ...["--num-nodes=2", "--main-address=10.77.0.1"],
  ].join(" ");
  const script = `${join(import.meta.dirname, "support/elastic-train.mjs")} -- ${folder} 3 1 kill`;
  const { status, stderr } = spawnSync(
    "unshare",
    [
      "--net",
      "bash",
      join(import.meta.dirname, "support/machines.sh"),
      "sh",
      "-c",
      `exec ${fabric} --node-rank=$NODE ${script}`,
    ],
    {
      encoding: "utf8",
      env: { ...process.env, OMP_NUM_THREADS: "1" },
      timeout: 55_000,
      killSignal: "SIGTERM",
    },
  );
  expect(status, stderr).toBe(0);
  const epochs = readFileSync(join(folder, "losses"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ").slice(0, 3).join(" "));
  expect(epochs).toEqual(["0 4 0", "1 4 1", "1 4 2", "1 4 3", "1 4 4"]);
  expect(stderr).toContain("rank 3 was ended by SIGKILL");
});
