// What `fabric run` accepts and refuses, without starting anything.

import { afterAll, describe, expect, it } from "vitest";

import { UsageError } from "../../src/cli/command.js";
import { childEnvironment } from "../../src/cli/run/environment.js";
import { type RunOptions, readRunOptions } from "../../src/cli/run/options.js";
import { countProcesses } from "../../src/cli/run/processes.js";
import { nodeArguments } from "../../src/cli/run/script.js";
import { threadsPerProcess } from "../../src/launcher/rank-variables.js";
import { Scripts } from "./fabric.js";

const scripts = new Scripts();
afterAll(() => scripts.remove());
const train = scripts.write("train.mjs", "");

/** The second start of a job. */
const START = { runId: "a", attempt: 1, port: 29401 };

function refused(args: readonly string[]): string {
  try {
    countProcesses(readRunOptions(args));
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error(`${args.join(" ")} was accepted`);
}

describe("options", () => {
  it.each([
    [["--precison", "x", train], "`--precision`"],
    [["--num-node=2", train], "`--num-nodes`"],
    [[train, "--device=2"], "`--devices`"],
    [[train, "-x"], "unknown option `-x`"],
    [["--accelerator", "xpu", train], "Expected one of auto, cpu, gpu, cuda, mps, tpu"],
    [["--accelerator", "cudo", train], "Did you mean `cuda`?"],
    [["--accelerator", "tpu", train], "there is no XLA backend"],
    [["--accelerator"], "--accelerator needs a value"],
    [["--accelerator", "--devices", "2", train], "but `--devices` follows"],
    [["--precision=", train], "--precision needs a value"],
    [["--strategy", "ring", train], "FABRIC_CONFIG_STRATEGY"],
    [["--strategy", "ddp_fork", train], "FABRIC_UNSUPPORTED_STRATEGY"],
    [["--devices", "0", train], "FABRIC_CONFIG_DEVICES"],
    [["--devices", "two", train], "FABRIC_CONFIG_DEVICES"],
    [["--devices", "0,0", train], "an index is repeated"],
    [["--devices", "99999999", train], "at most 1024"],
    [["--accelerator", "cpu", "--devices", "0,1", train], "number of processes"],
    [["--accelerator=cpu", "--devices=-1", train], "number of processes"],
    [["--accelerator=mps", "--devices=2", train], "mps has one device"],
    [["--num-nodes", "0", train], ">= 1 for --num-nodes"],
    [["--num-nodes", "1.5", train], "received `1.5`"],
    [["--node-rank", "-1", train], ">= 0 for --node-rank"],
    [["--node-rank", "1", train], "--num-nodes 1, the default"],
    [["--num-nodes=2", "--node-rank=2", train], "ranks count from 0"],
    [["--main-port", "0", train], "from 1 to 65535"],
    [["--main-port", "65536", train], "from 1 to 65535"],
    [["--main-port", "http", train], "received `http`"],
    [["--max-restarts", "-1", train], ">= 0 for --max-restarts"],
    [["--main-address", "http://host", train], "no host name"],
    [["--precision", "int5", train], "FABRIC_CONFIG_PRECISION"],
    [["--precision", "BF16-MIXED", train], 'Did you mean "bf16-mixed"?'],
    [["--precision=bf16-mixed", "--precision", "64-true", train], "given twice"],
    [[], "no script"],
    [["missing.ts"], "there is no script `missing.ts`"],
    [[scripts.folder], "is not a file"],
    [[train, "10"], "follow --"],
  ])("refuses %j", (args, message) => {
    expect(refused(args)).toContain(message);
  });

  it("may stand on both sides of the script, with dashes or underscores", () => {
    const options = readRunOptions([
      "--num_nodes=2",
      "--main_address",
      "10.0.0.1",
      train,
      "--node_rank",
      "1",
      "--main-port=1",
      "--precision",
      "bf16-mixed",
      "--",
      "--num_nodes=9",
      "--",
      "x",
    ]);
    expect(options).toMatchObject({
      script: train,
      numNodes: 2,
      nodeRank: 1,
      mainAddress: "10.0.0.1",
      mainPort: 1,
      precision: "bf16-mixed",
      scriptArguments: ["--num_nodes=9", "--", "x"],
    } satisfies Partial<RunOptions>);
    expect(options.devices).toBeUndefined();
  });

  it.each(["auto", "32-true", "32", "16", "bf16", "64-true", "transformer-engine"])(
    "takes the precision %s",
    (precision) => {
      expect(readRunOptions([train, "--precision", precision]).precision).toBe(precision);
    },
  );

  it("finds the precisions that the script's own project depends on", () => {
    const script = scripts.write("app/train.mjs", "");
    scripts.write("app/package.json", '{ "name": "app", "dependencies": { "odd": "*" } }');
    expect(refused([script, "--precision", "odd-true"])).toContain("FABRIC_CONFIG_PRECISION");
    scripts.write(
      "app/node_modules/odd/package.json",
      '{ "name": "odd", "version": "1.0.0", "fabric": { "api": 1, "precisions": ["odd-true"] } }',
    );
    expect(readRunOptions([script, "--precision", "odd-true"]).precision).toBe("odd-true");
    expect(refused([train, "--precision", "odd-true"])).toContain("FABRIC_CONFIG_PRECISION");
  });
});

describe("processes", () => {
  it.each([
    [[], 1],
    [["--devices=auto"], 1],
    [["--devices", "3"], 3],
    [["--devices", "0,2"], 2],
    [["--devices=3,"], 1],
    [["--accelerator=cpu", "--devices=2"], 2],
    [["--accelerator=cuda", "--devices=5,7"], 2],
    [["--accelerator=mps", "--devices=1"], 1],
  ])("%j are as many as %i", (args, count) => {
    expect(countProcesses(readRunOptions([...args, train]))).toBe(count);
  });

  it("share the cores, unless OMP_NUM_THREADS says otherwise; one alone keeps them", () => {
    expect([threadsPerProcess(8, 3), threadsPerProcess(2, 4)]).toEqual([2, 1]);
    const options = readRunOptions([train]);
    const threads = (processes: number, base: NodeJS.ProcessEnv): string | undefined =>
      childEnvironment(options, 0, processes, START, base)["OMP_NUM_THREADS"];
    expect(threads(2, { OMP_NUM_THREADS: "5" })).toBe("5");
    expect(Number(threads(2, {}))).toBeGreaterThanOrEqual(1);
    expect(threads(1, {})).toBeUndefined();
  });

  it("get their ranks, and of the options only what was typed", () => {
    const options = readRunOptions([
      "--num-nodes=3",
      "--node-rank=2",
      "--devices=2",
      "--max-restarts=4",
      train,
    ]);
    expect(childEnvironment(options, 1, 2, START, {})).toEqual({
      FABRIC_CLI_USED: "1",
      FABRIC_DEVICES: "2",
      FABRIC_NUM_NODES: "3",
      RANK: "5",
      LOCAL_RANK: "1",
      WORLD_SIZE: "6",
      LOCAL_WORLD_SIZE: "2",
      GROUP_RANK: "2",
      MASTER_ADDR: "127.0.0.1",
      MASTER_PORT: "29401",
      TORCHELASTIC_RUN_ID: "a",
      TORCHELASTIC_RESTART_COUNT: "1",
      TORCHELASTIC_MAX_RESTARTS: "4",
      OMP_NUM_THREADS: expect.stringMatching(/^\d+$/),
    });
  });
});

describe("loaders", () => {
  it("are none for JavaScript, tsx/esm for TypeScript", () => {
    for (const name of ["a.js", "a.mjs", "a.cjs", "a"]) expect(nodeArguments(name)).toEqual([]);
    const args = nodeArguments(scripts.write("a.ts", ""), true);
    expect(args.slice(0, 2)).toEqual(["--enable-source-maps", "--import"]);
    expect(args[2]).toMatch(/tsx\/dist\/esm\/index\.mjs$/);
  });

  it("are node's own without tsx, if it strips types, else the install command is told", () => {
    for (const name of ["a.ts", "a.mts"]) {
      expect(nodeArguments(name, true, null)).toEqual([]);
      expect(() => nodeArguments(name, false, null)).toThrow("pnpm add -D tsx");
    }
    for (const name of ["a.py", "a.json", "a.cts"])
      expect(() => nodeArguments(name)).toThrow(UsageError);
  });
});
