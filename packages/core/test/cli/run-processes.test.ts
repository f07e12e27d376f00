// `fabric run` with real processes: output, failures, signals, and the death of the parent.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { dist, environment, fabric, gone, isAlive, main, Running, Scripts } from "./fabric.js";

const scripts = new Scripts();
afterAll(() => scripts.remove());

/** Says `ready PID`, then does what `body` says; `rank` is its rank. */
function script(name: string, body: string): string {
  return scripts.write(
    `${name}.mjs`,
    `import { writeSync } from "node:fs";
     const rank = Number(process.env.RANK);
     const forever = () => setInterval(() => {}, 1000);
     ${body}
     `,
  );
}
const READY = 'writeSync(1, "ready " + process.pid + "\\n");';
const READY_PATTERN = /ready (\d+)/g;

/** Counts SIGINT, and ends a while after the first. */
const COUNTS = `let count = 0; process.on("SIGINT", () => {
  if (count++ === 0) setTimeout(() => { console.log("heard", count); process.exit(7); }, 400);
}); forever(); ${READY}`;

/** As `fabric run --devices N`, with a shorter time before SIGKILL. */
function impatient(path: string, processes: number, graceMs: number): Running {
  const driver = scripts.write(
    `impatient-${performance.now()}.mjs`,
    `import { launch } from ${JSON.stringify(join(dist, "run/launch.js"))};
     process.exitCode = await launch({
       args: [${JSON.stringify(path)}], processes: ${processes}, nodeRank: 0, numNodes: 1, maxRestarts: 0,
       environment: (rank) => ({ ...process.env, RANK: String(rank), LOCAL_RANK: String(rank) }),
       graceMs: ${graceMs}, failureGraceMs: ${graceMs} });`,
  );
  return new Running([], driver);
}

describe("output", () => {
  it("tags whole lines of several processes by rank, on both streams, also the last one", () => {
    const path = script(
      "lines",
      'for (let i = 0; i < 200; i++) console.log("line", i, "x".repeat(200)); console.error("problem"); writeSync(1, "the last");',
    );
    const { status, stdout, stderr } = fabric(["run", "--devices", "2", path]);
    expect(status).toBe(0);
    const lines = stdout.split("\n");
    expect(lines.pop()).toBe("");
    for (const rank of [0, 1]) {
      const mine = lines.filter((line) => line.startsWith(`[rank ${rank}] `));
      expect(mine).toHaveLength(201);
      expect(
        mine
          .slice(0, 200)
          .every((line, i) => line === `[rank ${rank}] line ${i} ${"x".repeat(200)}`),
      ).toBe(true);
      expect(mine[200]).toBe(`[rank ${rank}] the last`);
      expect(stderr).toContain(`[rank ${rank}] problem\n`);
    }
    expect(lines).toHaveLength(402);
  });

  it("keeps what was written before process.exit, however much", () => {
    const path = script(
      "much",
      'for (let i = 0; i < 2000; i++) console.log("line", i, "x".repeat(200)); process.exit(rank);',
    );
    const { status, stdout } = fabric(["run", "--devices", "2", path]);
    // Rank 0 may be ended while it still writes.
    expect(status).toBe(1);
    expect(stdout.match(/^\[rank 1\] line \d+ x{200}$/gm)).toHaveLength(2000);
  });

  it("leaves the output of one process as it is", () => {
    const path = script("plain", 'writeSync(1, "no newline"); writeSync(2, "nor here");');
    expect(fabric(["run", path])).toEqual({ status: 0, stdout: "no newline", stderr: "nor here" });
  });
});

describe("failure", () => {
  it("of one process ends the others, and its exit code is passed on", async () => {
    const path = script(
      "fails",
      `forever(); ${READY} if (rank === 1) setTimeout(() => process.exit(3), 200);`,
    );
    const run = new Running(["run", "--devices", "3", path]);
    const pids = await run.seen(READY_PATTERN, 3);
    expect(await run.end()).toBe(3);
    expect(run.stderr).toContain("rank 1 failed with exit code 3; ending the other 2 processes");
    await gone(pids);
  });

  it("by a signal is 128 + its number", async () => {
    const path = script("dies", `forever(); if (rank === 0) process.kill(process.pid, "SIGKILL");`);
    const several = new Running(["run", "--devices", "2", path]);
    expect(await several.end()).toBe(137);
    expect(several.stderr).toContain("rank 0 was ended by SIGKILL");
    const one = new Running(["run", path]);
    expect(await one.end()).toBe(137);
    expect(one.stderr).toContain("the script was ended by SIGKILL");
  });

  it("ends with SIGKILL those that do not listen", async () => {
    const path = script(
      "deaf",
      `process.on("SIGTERM", () => console.log("heard")); forever(); ${READY}
       if (rank === 1) setTimeout(() => process.exit(4), 300);`,
    );
    const run = impatient(path, 2, 400);
    const pids = await run.seen(READY_PATTERN, 2);
    expect(await run.end()).toBe(4);
    expect(run.stdout).toContain("[rank 0] heard");
    await gone(pids);
  });

  it("is not that of a process which only lost its peer, though it ends first", async () => {
    const path = script(
      "loses",
      `forever(); if (rank === 0) throw new Error("FABRIC_DISTRIBUTED_PEER_LOST");
       if (rank === 1) setTimeout(() => { console.error("my own fault"); process.exit(9); }, 400);`,
    );
    const run = new Running(["run", "--devices", "3", path]);
    expect(await run.end()).toBe(9);
    expect(run.stderr).toContain(
      "[fabric] rank 1 failed with exit code 9; ending the other process",
    );
    expect(run.stderr).toContain("[fabric] the last lines of rank 1:\n  my own fault\n");
  });

  it("after a time-out names those that have not ended too, and what they do", async ({ skip }) => {
    skip(process.platform !== "linux", "states of processes are read from /proc");
    const path = script(
      "waits-in-vain",
      `if (rank === 2) for (;;); forever(); ${READY}
       setTimeout(() => { throw new Error("FABRIC_DISTRIBUTED_TIMEOUT"); }, 500);`,
    );
    const run = new Running(["run", "--devices", "3", path]);
    expect(await run.end()).toBe(1);
    expect(run.stderr).toMatch(
      /\[fabric\] rank [01] failed with exit code 1; it waited for others, and still there, perhaps hung: rank 2 \(process \d+, computing\); ending the other process\./,
    );
  });

  it("is none if all end well, at different times", () => {
    const path = script("well", "setTimeout(() => console.log('done'), 200 * rank);");
    const { status, stdout } = fabric(["run", "--devices", "2", path]);
    expect([status, stdout]).toEqual([0, "[rank 0] done\n[rank 1] done\n"]);
  });
});

describe("signals", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s reaches every process", async (signal, code) => {
    for (const count of [1, 2]) {
      const run = new Running([
        "run",
        `--devices=${count}`,
        script("waits", `forever(); ${READY}`),
      ]);
      const pids = await run.seen(READY_PATTERN, count);
      run.child.kill(signal);
      expect(await run.end()).toBe(code);
      await gone(pids);
    }
  });

  it("are heard once, and the script may take its time", async () => {
    const run = new Running(["run", "--devices", "2", script("counts", COUNTS)]);
    await run.seen(READY_PATTERN, 2);
    run.child.kill("SIGINT");
    expect(await run.end()).toBe(7);
    expect([...run.stdout.matchAll(/heard (\d+)/g)].map((match) => match[1])).toEqual(["1", "1"]);
  });

  it("that come as a pair, from a terminal and a package manager, count as one", async () => {
    const run = new Running(["run", script("pair", COUNTS)]);
    await run.seen(READY_PATTERN);
    run.child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 50));
    run.child.kill("SIGINT");
    expect(await run.end()).toBe(7);
    expect(run.stdout).toContain("heard 1");
  });

  it("a second time become SIGKILL", async () => {
    const path = script("stubborn", `process.on("SIGINT", () => {}); forever(); ${READY}`);
    const run = new Running(["run", "--devices", "2", path]);
    const pids = await run.seen(READY_PATTERN, 2);
    run.child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(pids.every((pid) => isAlive(Number(pid)))).toBe(true);
    run.child.kill("SIGINT");
    expect(await run.end()).toBe(137);
    await gone(pids);
  });

  it("become SIGKILL when the time is over", async () => {
    const path = script("slow", `process.on("SIGTERM", () => {}); forever(); ${READY}`);
    const run = impatient(path, 1, 300);
    await run.seen(READY_PATTERN);
    run.child.kill("SIGTERM");
    expect(await run.end()).toBe(137);
  });
});

describe("in a terminal", () => {
  const PYTHON = `
import os, pty, select, sys, time
pid, terminal = pty.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
text, sent = b"", False
while True:
    if not select.select([terminal], [], [], 20)[0]: break
    try: chunk = os.read(terminal, 4096)
    except OSError: break
    if not chunk: break
    text += chunk
    if not sent and text.count(b"ready") == 2:
        time.sleep(0.3); os.write(terminal, b"\\x03"); sent = True
sys.stdout.write(text.decode()); sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

  it("Ctrl-C reaches each process once", ({ skip }) => {
    skip(spawnSync("python3", ["-c", "import pty"]).status !== 0, "no python3 for a terminal");
    const path = script("terminal", COUNTS);
    const { status, stdout } = spawnSync(
      "python3",
      ["-c", PYTHON, process.execPath, main, "run", "--devices", "2", path],
      { encoding: "utf8", env: environment() },
    );
    expect(status).toBe(7);
    expect([...stdout.matchAll(/heard (\d+)/g)].map((match) => match[1])).toEqual(["1", "1"]);
  });
});

describe("the death of the parent", () => {
  it.each([1, 2])("by kill -9 ends %d process(es) that wait", async (count) => {
    const run = new Running(["run", `--devices=${count}`, script("orphan", `forever(); ${READY}`)]);
    const pids = await run.seen(READY_PATTERN, count);
    run.child.kill("SIGKILL");
    await run.end();
    await gone(pids);
  });

  it("ends processes that compute and never look at events", async () => {
    const run = new Running(["run", "--devices=2", script("busy", `${READY} for (;;);`)]);
    const pids = await run.seen(READY_PATTERN, 2);
    run.child.kill("SIGKILL");
    await gone(pids);
  });

  it("lets a script end in its own way, if it does so soon", async () => {
    const marker = join(scripts.folder, "marker");
    const path = script(
      "saves",
      `import { writeFileSync } from "node:fs";
       process.on("SIGTERM", () => { writeFileSync(${JSON.stringify(marker)}, "saved"); process.exit(); }); forever(); ${READY}`,
    );
    const run = new Running(["run", path]);
    const pids = await run.seen(READY_PATTERN);
    run.child.kill("SIGKILL");
    await gone(pids);
    expect(readFileSync(marker, "utf8")).toBe("saved");
  });

  it("is SIGKILL after five seconds for one that hears SIGTERM and computes on", async () => {
    const path = script("hears", `process.on("SIGTERM", () => {}); ${READY} for (;;);`);
    const run = new Running(["run", path]);
    const pids = await run.seen(READY_PATTERN);
    run.child.kill("SIGKILL");
    await gone(pids, 15_000);
  });
});

it("does not follow into programs that the script starts", () => {
  const path = script(
    "forks",
    `import { fork } from "node:child_process";
     if (process.argv[2] === "inner") {
       console.log("inner", "FABRIC_RUN_PARENT_PIPE" in process.env, typeof process.send);
       process.disconnect();
     } else {
       console.log("outer", "FABRIC_RUN_PARENT_PIPE" in process.env, typeof process.send);
       fork(process.argv[1], ["inner"]);
     }`,
  );
  const { status, stdout } = fabric(["run", path]);
  expect([status, stdout]).toEqual([0, "outer false undefined\ninner false function\n"]);
});
