// `fabric run --max-restarts`: on one machine, and on several, which are played by several commands on the loopback device.

import { existsSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { freePort } from "../../src/cluster/free-port.js";
import { dist, fabric, gone, Running, Scripts } from "./fabric.js";

const scripts = new Scripts();
afterAll(() => scripts.remove());

/** `start RANK ATTEMPT PORT RUN PID` */
const script = (name: string, body: string): string =>
  scripts.write(
    `${name}.mjs`,
    `import { writeSync } from "node:fs";
     const { env } = process;
     const [rank, attempt] = [Number(env.RANK), Number(env.TORCHELASTIC_RESTART_COUNT)];
     const forever = () => setInterval(() => {}, 1000);
     writeSync(1, ["start", rank, attempt, env.MASTER_PORT, env.TORCHELASTIC_RUN_ID, process.pid].join(" ") + "\\n");
     ${body}`,
  );

interface Start {
  readonly rank: string;
  readonly attempt: string;
  readonly port: string;
  readonly id: string;
  readonly pid: string;
}

function starts(...outputs: string[]): Start[] {
  return [...outputs.join("\n").matchAll(/start (\S+) (\S+) (\S+) (\S+) (\d+)/g)].map(
    ([, rank = "", attempt = "", port = "", id = "", pid = ""]) => ({
      ...{ rank, attempt, port, id, pid },
    }),
  );
}

/** `attempt.rank` of each start. One whose peer failed at once may be ended before it says so. */
const names = (found: readonly Start[]): string[] =>
  found.map(({ rank, attempt }) => `${attempt}.${rank}`);

describe("on one machine", () => {
  it("all processes start again, on another port, until it goes well", () => {
    const path = script(
      "twice",
      "if (attempt < 2 && rank === 1) process.exit(5 + attempt); if (attempt < 2) forever();",
    );
    const { status, stdout, stderr } = fabric(["run", "--devices=2", "--max-restarts=3", path]);
    expect([status, stderr]).toEqual([
      0,
      "[fabric] rank 1 failed with exit code 5; ending the other process.\n" +
        "[fabric] rank 1 failed with exit code 5; starting again (restart 1 of 3).\n" +
        "[fabric] rank 1 failed with exit code 6; ending the other process.\n" +
        "[fabric] rank 1 failed with exit code 6; starting again (restart 2 of 3).\n",
    ]);
    const found = starts(stdout);
    expect(names(found)).toEqual(expect.arrayContaining(["0.1", "1.1", "2.0", "2.1"]));
    expect(new Set(found.map(({ port }) => port)).size).toBe(3);
    expect(new Set(found.map(({ attempt, port }) => attempt + port)).size).toBe(3);
    expect(new Set(found.map(({ id }) => id)).size).toBe(1);
  });

  it("ends with the last failure, its error lines repeated, when no restart is left", () => {
    const path = script("never", 'if (rank === 1) throw new Error("mine " + attempt); forever();');
    const { status, stdout, stderr } = fabric(["run", "--devices=2", "--max-restarts=1", path]);
    expect(status).toBe(1);
    expect(names(starts(stdout))).toEqual(expect.arrayContaining(["0.1", "1.1"]));
    expect(stderr.match(/^ {2}Error: mine \d$/gm)).toEqual(["  Error: mine 0", "  Error: mine 1"]);
    expect(stderr).toContain("[fabric] the last lines of rank 1:\n");
  });

  it("also a single process is started again; its terminal stays its own", () => {
    const path = script("single", "process.exit(attempt < 1 ? 9 : 0);");
    const { status, stdout, stderr } = fabric(["run", "--max-restarts=1", path]);
    expect([status, stderr]).toEqual([
      0,
      "[fabric] the script failed with exit code 9; starting again (restart 1 of 1).\n",
    ]);
    expect(names(starts(stdout))).toEqual(["0.0", "1.0"]);
  });

  it("a signal to the command is no failure", async () => {
    const run = new Running([
      "run",
      "--devices=2",
      "--max-restarts=5",
      script("waits", "forever();"),
    ]);
    await run.seen(/start/g, 2);
    run.child.kill("SIGTERM");
    expect(await run.end()).toBe(143);
    expect(names(starts(run.stdout)).sort()).toEqual(["0.0", "0.1"]);
  });
});

/** One command for each machine, two processes on each. */
function machines(path: string, count: number, restarts: number, port = freePort()): Running[] {
  return Array.from({ length: count }, (_, node) => machine(path, count, restarts, port, node));
}

function machine(
  path: string,
  count: number,
  restarts: number,
  port: number,
  node: number,
  devices = 2,
): Running {
  return new Running([
    ...["run", `--devices=${devices}`, `--num-nodes=${count}`, `--node-rank=${node}`],
    ...[`--main-port=${port}`, `--max-restarts=${restarts}`, path],
  ]);
}

const outputs = (runs: readonly Running[]): string[] => runs.map(({ stdout }) => stdout);

describe("on several machines", () => {
  it("all start again together, with one port for each start, above the main port", async () => {
    const path = script(
      "together",
      "if (attempt === 0) { if (rank === 3) process.exit(5); forever(); }",
    );
    const port = freePort();
    const runs = machines(path, 2, 2, port);
    expect(await Promise.all(runs.map((run) => run.end()))).toEqual([0, 0]);
    const found = starts(...outputs(runs));
    expect(names(found)).toEqual(expect.arrayContaining(["0.3", "1.0", "1.1", "1.2", "1.3"]));
    expect(new Set(found.map((one) => `${one.attempt} ${one.port} ${one.id}`)).size).toBe(2);
    expect(found.every((one) => Number(one.port) > port)).toBe(true);
    for (const { stderr } of runs)
      expect(stderr).toContain(
        "[fabric] rank 3 failed with exit code 5; all machines start again.\n[fabric] restart 1 of 2.\n",
      );
  });

  it("end together, with the code of the process at fault, when no restart is left", async () => {
    const path = script("spent", "if (rank === 0) process.exit(7); forever();");
    const runs = machines(path, 2, 1);
    expect(await Promise.all(runs.map((run) => run.end()))).toEqual([7, 7]);
    expect(names(starts(...outputs(runs)))).toEqual(expect.arrayContaining(["0.0", "1.0"]));
    expect(runs[1]?.stderr).toContain("rank 0 failed with exit code 7; ending");
    await gone(starts(...outputs(runs)).map(({ pid }) => pid));
  });

  it("wait for a machine that was lost, and go on when it is back", async () => {
    const marker = join(scripts.folder, "back");
    const path = script(
      "lost",
      `import { existsSync } from "node:fs"; if (!existsSync(${JSON.stringify(marker)})) forever();`,
    );
    const port = freePort();
    const runs = machines(path, 2, 1, port);
    await Promise.all(runs.map((run) => run.seen(/start/g, 2)));
    const [first, second] = runs as [Running, Running];
    second.child.kill("SIGKILL");
    await second.end();
    await gone(starts(second.stdout).map(({ pid }) => pid));
    writeFileSync(marker, "");
    const again = machine(path, 2, 1, port, 1);
    expect(await Promise.all([first.end(), again.end()])).toEqual([0, 0]);
    expect(first.stderr).toContain("the connection to machine 1 is lost; all machines start again");
    expect(names(starts(...outputs([first, second, again]))).sort()).toEqual([
      "0.0",
      "0.1",
      "0.2",
      "0.3",
      "1.0",
      "1.1",
      "1.2",
      "1.3",
    ]);
    expect(existsSync(marker)).toBe(true);
  });

  it("end when machine 0 is lost", async () => {
    const runs = machines(script("head", "forever();"), 2, 5);
    await Promise.all(runs.map((run) => run.seen(/start/g, 2)));
    runs[0]?.child.kill("SIGKILL");
    expect(await runs[1]?.end()).toBe(1);
    expect(runs[1]?.stderr).toMatch(
      /the connection to machine 0 \(127\.0\.0\.1:\d+\) is lost; ending/,
    );
    await gone(starts(...outputs(runs)).map(({ pid }) => pid));
  });

  it("end by Ctrl-C on one of them", async () => {
    const runs = machines(script("asked", "forever();"), 2, 5);
    await Promise.all(runs.map((run) => run.seen(/start/g, 2)));
    runs[1]?.child.kill("SIGINT");
    expect(await Promise.all(runs.map((run) => run.end()))).toEqual([130, 130]);
    expect(runs[0]?.stderr).toContain("machine 1 got SIGINT; ending");
    await gone(starts(...outputs(runs)).map(({ pid }) => pid));
  });

  it("refuse one that has another number of processes, or a rank that is taken, and strangers", async () => {
    const port = freePort();
    const path = script("refuse", "");
    const first = machine(path, 2, 1, port, 0);
    const other = machine(path, 2, 1, port, 1, 3);
    expect(await other.end()).toBe(1);
    expect(other.stderr).toContain("the same number of devices");
    const taken = machine(path, 2, 1, port, 0);
    expect(await taken.end()).toBe(1);
    expect(taken.stderr).toContain("FABRIC_CONFIG_CLUSTER");
    for (const garbage of [
      "GET / HTTP/1.1\r\n\r\n",
      '{"type":"failed","attempt":0}\n',
      "null\n",
      "x".repeat(1e5),
    ]) {
      const socket = connect({ port, host: "127.0.0.1" });
      socket.on("error", () => {}).end(garbage);
      await new Promise((resolve) => socket.once("close", resolve));
    }
    const second = machine(path, 2, 1, port, 1);
    expect(await Promise.all([first.end(), second.end()])).toEqual([0, 0]);
  });

  it("say which machine did not come", async () => {
    const driver = (node: number): Running =>
      new Running(
        [],
        scripts.write(
          `alone-${node}.mjs`,
          `import { launch } from ${JSON.stringify(join(dist, "run/launch.js"))};
         process.exitCode = await launch({ args: [], processes: 1, environment: () => ({}), nodeRank: ${node}, numNodes: 3,
           mainAddress: "127.0.0.1", mainPort: ${freePort()}, maxRestarts: 1, runId: "a", joinTimeoutMs: 300 });`,
        ),
      );
    const runs = [driver(0), driver(1)];
    expect(await Promise.all(runs.map((run) => run.end()))).toEqual([1, 1]);
    expect(runs[0]?.stderr).toContain("machine 1, 2 did not come within 0 s");
    expect(runs[1]?.stderr).toContain("machine 0 did not answer");
  });
});
