// `fabric.launch()` without a launcher: the script starts copies of itself. Real processes, with a strategy that only does that.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

import { type ClusterEnvironment, launchCopies } from "@fabric/core";
import { afterAll, describe, expect, it } from "vitest";

import { environment, gone, Running, Scripts } from "../cli/fabric.js";
import { rejected } from "../helpers.js";

const scripts = new Scripts();
afterAll(() => scripts.remove());

const core = pathToFileURL(join(import.meta.dirname, "../../dist/index.js")).href;
const HEAD = `import { Fabric, launchCopies, Strategy, torch } from ${JSON.stringify(core)};
import { existsSync, writeSync } from "node:fs";
class Copies extends Strategy {
  name = "copies"; requiresLaunch = true;
  get rootDevice() { return "cpu"; }
  launch(layout) { return launchCopies(this.clusterEnvironment, layout); }
}
const make = (devices) => new Fabric({ accelerator: "cpu", strategy: new Copies(), devices });
const say = (...words) => writeSync(1, words.join(" ") + "\\n");
const forever = () => setInterval(() => {}, 1000);
/** Returns once the test has seen every process. */
const go = async () => { while (!existsSync(process.argv[1] + ".go")) await new Promise((resolve) => setTimeout(resolve, 20)); };`;
/** Starts three processes, each of which tells its number. */
const THREE = `const fabric = make(3); await fabric.launch(); const rank = fabric.globalRank; say("ready " + process.pid);`;
const READY = /ready (\d+)/g;

/** Lets those go on that wait for it. */
async function letGo(run: Running): Promise<string[]> {
  const pids = await run.seen(READY, 3);
  writeFileSync(`${run.child.spawnargs[1]}.go`, "");
  return pids;
}

const script = (name: string, body: string): string => scripts.write(name, `${HEAD}\n${body}`);
const start = (name: string, body: string, args: readonly string[] = []): Running =>
  new Running(args, script(name, body));

describe("the processes", () => {
  it("are copies of the command line, each with its rank; launching again starts nothing", async () => {
    const run = start(
      "ranks.mjs",
      `const fabric = make(2);
       const before = fabric.worldSize;
       const result = await fabric.launch(async (f, x) => f.globalRank * 10 + x, 3);
       await fabric.launch();
       await make(2).launch();
       const { env } = process;
       say(fabric.globalRank, JSON.stringify([before, fabric.worldSize, result, process.argv.slice(2), process.execArgv.includes("--no-warnings"),
         env.RANK, env.LOCAL_RANK, env.WORLD_SIZE, env.LOCAL_WORLD_SIZE, env.GROUP_RANK, env.MASTER_ADDR, env.OMP_NUM_THREADS]), env.MASTER_PORT);`,
      ["--lr", "0.1"],
    );
    expect(await run.end()).toBe(0);
    const lines = run.stdout.trim().split("\n").sort();
    const [first, second] = lines.map((line) => line.split(" ").slice(1));
    expect(lines).toHaveLength(2);
    // Half of the cores, here for both.
    const threads = JSON.parse(first?.[0] as string).at(-1);
    const args = ["--lr", "0.1"];
    const rest = (rank: string): unknown[] => [rank, rank, "2", "2", "0", "127.0.0.1", threads];
    expect(JSON.parse(first?.[0] as string)).toEqual([2, 2, 3, args, false, ...rest("0")]);
    expect(JSON.parse(second?.[0] as string)).toEqual([2, 2, 13, args, false, ...rest("1")]);
    expect(first?.[1]).toBe(second?.[1]);
    expect(Number(first?.[1])).toBeGreaterThan(1023);
  });

  it("run TypeScript with the loader of the first, and a thread count of the user's", () => {
    const path = script(
      "typed.mts",
      `const fabric: Fabric = make(2); await fabric.launch(); say("rank", fabric.globalRank, process.env.OMP_NUM_THREADS);`,
    );
    const tsx = import.meta.resolve("tsx/esm");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", tsx, path], {
      encoding: "utf8",
      env: environment({ OMP_NUM_THREADS: "3", FABRIC_TAG_OUTPUT: "1" }),
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.trim().split("\n").sort()).toEqual(["[rank 1] rank 1 3", "rank 0 3"]);
  });

  it("are not started by a process that another launcher has started", async () => {
    const path = script(
      "external.mjs",
      `const fabric = make(2); await fabric.launch(); say(fabric.globalRank);`,
    );
    const { status, stdout } = spawnSync(process.execPath, [path], {
      encoding: "utf8",
      env: environment({ LOCAL_RANK: "1", MASTER_PORT: "1" }),
    });
    expect([status, stdout]).toEqual([0, "1\n"]);
  });

  it("of several machines count on, and need a port to agree on", () => {
    const path = script(
      "machines.mjs",
      `const fabric = new Fabric({ accelerator: "cpu", strategy: new Copies(), devices: 2, numNodes: 2 });
       await fabric.launch(); say(fabric.globalRank, process.env.RANK, fabric.worldSize);`,
    );
    const run = (extra: NodeJS.ProcessEnv) =>
      spawnSync(process.execPath, [path], { encoding: "utf8", env: environment(extra) });
    const second = run({ NODE_RANK: "1", MASTER_PORT: "1" });
    expect(second.stdout.trim().split("\n").sort()).toEqual(["2 2 4", "3 3 4"]);
    expect(run({ NODE_RANK: "1" }).stderr).toContain("FABRIC_CONFIG_CLUSTER");
  });
});

describe("the end", () => {
  it("of a copy by an error is told, and ends all, also a first process that computes and never looks at events", async () => {
    const run = start(
      "fails.mjs",
      `${THREE} if (rank === 0) for (;;); forever(); await go(); if (rank === 2) process.exit(3);`,
    );
    const pids = await letGo(run);
    expect(await run.end()).toBe("SIGTERM");
    expect(run.stderr).toBe("[fabric] rank 2 failed with exit code 3; ending all processes.\n");
    await gone(pids);
  });

  it("is no success, whatever the first process makes of SIGTERM", async () => {
    const run = start(
      "saves.mjs",
      `${THREE} if (rank === 0) process.on("SIGTERM", () => { say("saved"); process.exit(0); }); forever(); await go(); if (rank === 1) process.exit(3);`,
    );
    await letGo(run);
    expect(await run.end()).toBe(1);
    expect(run.stdout).toContain("saved");
  });

  it("is SIGKILL after five seconds where SIGTERM is not heard", async () => {
    const run = start(
      "deaf.mjs",
      `process.on("SIGTERM", () => {}); ${THREE} if (rank === 1) { await go(); process.kill(process.pid, "SIGKILL"); } for (;;);`,
    );
    const pids = await letGo(run);
    expect(await run.end()).toBe("SIGKILL");
    expect(run.stderr).toContain("rank 1 was ended by SIGKILL");
    await gone(pids);
  });

  it.each([0, 2])(
    "of rank %i by an uncaught error ends all, one that is stopped too",
    async (thrower) => {
      const run = start(
        `throws-${thrower}.mjs`,
        `${THREE} forever(); await go(); if (rank === 1) process.kill(process.pid, "SIGSTOP");
       if (rank === ${thrower}) setTimeout(() => { throw new Error("mine"); }, 300);`,
      );
      const pids = await letGo(run);
      expect(await run.end()).toBe(thrower === 0 ? 1 : "SIGTERM");
      expect(run.stderr).toContain("Error: mine");
      if (thrower === 0) expect(run.stderr).not.toContain("[fabric]");
      else expect(run.stderr).toContain("rank 2 failed with exit code 1");
      await gone(pids);
    },
  );

  it("of the first process by kill -9 ends the copies", async () => {
    const run = start("orphans.mjs", `${THREE} if (rank === 1) for (;;); forever();`);
    const pids = await run.seen(READY, 3);
    run.child.kill("SIGKILL");
    await run.end();
    await gone(pids);
  });

  it("comes by SIGTERM also to a first process that has called process.exit and waits for its copies, whatever it made of that signal before", async () => {
    const run = start(
      "waits.mjs",
      `process.on("SIGTERM", () => {}); process.on("exit", () => say("waiting"));
       ${THREE} if (rank === 0) process.exit(0); process.removeAllListeners("SIGTERM"); forever();`,
    );
    const pids = await run.seen(READY, 3);
    await run.seen(/(waiting)/g, 1);
    await wait(200);
    run.child.kill("SIGTERM");
    expect(await run.end()).toBe("SIGTERM");
    await gone(pids);
  });

  it("waits for copies that are still at work, also after process.exit", async () => {
    const late = `${THREE} if (rank > 0) setTimeout(() => say("done"), 400 * rank);`;
    for (const [name, body] of [
      ["natural.mjs", late],
      ["exits.mjs", `${late} else process.exit(0);`],
    ] as const) {
      const run = start(name, body);
      expect(await run.end()).toBe(0);
      expect(run.stdout.match(/done/g)).toHaveLength(2);
    }
  });
});

describe("launching is refused", () => {
  const cluster = (localRank: number): ClusterEnvironment => ({
    createsProcessesExternally: false,
    worldSize: () => 2,
    globalRank: () => localRank,
    localRank: () => localRank,
    nodeRank: () => 0,
    mainAddress: "127.0.0.1",
    mainPort: 1,
  });

  it("in a process that is not the first of its machine", async () => {
    const error = await rejected(
      "FABRIC_USAGE_LAUNCH",
      launchCopies(cluster(1), { devices: 2, numNodes: 1 }),
    );
    expect(error.message).toContain("local rank 1");
  });

  it("without a script", () => {
    const { stderr } = spawnSync(
      process.execPath,
      ["--input-type=module", "-e", `${HEAD} await make(2).launch();`],
      { encoding: "utf8", env: environment() },
    );
    expect(stderr).toContain("there is no script that other processes could run");
  });

  it("in a worker thread", async () => {
    const worker = new Worker(
      new URL(`data:text/javascript,${encodeURIComponent(`${HEAD} await make(2).launch();`)}`),
    );
    const error = await new Promise<Error>((resolve) => worker.once("error", resolve));
    expect(error.message).toContain("a worker thread cannot start copies");
  });

  it("for another number of processes than were started", async () => {
    const run = start(
      "twice.mjs",
      `const two = make(2), three = two.localRank === 0 ? make(3) : null; await two.launch();
       if (three !== null) await three.launch().catch((error) => say(error.code, error.message));`,
    );
    expect(await run.end()).toBe(0);
    expect(run.stdout).toContain("FABRIC_USAGE_LAUNCH");
    expect(run.stdout).toContain("started for 2 devices on each of 1 machines");
  });
});
