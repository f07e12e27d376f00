// `fabric run` from the command line to the script.

import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { fabric, Scripts } from "./fabric.js";

const scripts = new Scripts();
afterAll(() => scripts.remove());

/** A script beside core, so that it finds the packages of this workspace. */
const core = join(import.meta.dirname, "../..");
const importCore = `import { Fabric, registerStrategy, SingleDeviceStrategy } from ${JSON.stringify(join(core, "dist/index.js"))};`;

const PRINT = scripts.write(
  "print.mjs",
  `console.log(JSON.stringify({ args: process.argv.slice(2), execArgv: process.execArgv,
     env: Object.fromEntries(Object.entries(process.env).filter(([name]) => /^FABRIC_|^RANK$|^WORLD_SIZE$/.test(name))) }));`,
);

describe("fabric run", () => {
  it("exports what was typed, and gives the script what follows --", () => {
    const { status, stdout } = fabric(
      ["run", "--precision=32", PRINT, "--accelerator", "cpu", "--", "--devices", "3"],
      { node: ["--no-deprecation"] },
    );
    expect(status).toBe(0);
    const { args, env, execArgv } = JSON.parse(stdout) as {
      args: string[];
      env: object;
      execArgv: string[];
    };
    expect(args).toEqual(["--devices", "3"]);
    expect(env).toEqual({
      FABRIC_CLI_USED: "1",
      FABRIC_ACCELERATOR: "cpu",
      FABRIC_PRECISION: "32",
      RANK: "0",
      WORLD_SIZE: "1",
    });
    expect(execArgv).toContain("--no-deprecation");
  });

  it("runs TypeScript, worker threads of data loaders included", () => {
    const script = join(import.meta.dirname, "../fixtures/typescript/train.ts");
    const { status, stdout, stderr } = fabric(["run", "--accelerator=cpu", script]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toBe("[[3,3],[4,4]]\n[[5,5]]\n");
  });

  it("says which variables act that nobody typed", () => {
    const env = { FABRIC_PRECISION: "64-true", FABRIC_DEVICES: "1" };
    const { stderr } = fabric(["run", "--devices", "1", PRINT], { env });
    expect(stderr).toBe("[fabric] FABRIC_PRECISION=64-true from the environment is used.\n");
  });

  it("reaches new Fabric(), which refuses code that says something else", () => {
    const agrees = scripts.write(
      "agrees.mjs",
      `${importCore} console.log(new Fabric({ precision: 64 }).precision.precision);`,
    );
    expect(fabric(["run", agrees, "--precision=64-true", "--accelerator=cpu"])).toMatchObject({
      status: 0,
      stdout: "64-true\n",
    });
    const conflict = fabric(["run", agrees, "--precision=32-true"]);
    expect(conflict.status).toBe(1);
    expect(conflict.stderr).toContain("FABRIC_CONFIG_CONFLICT");
  });

  it("has a precision chosen by the hardware, told once", () => {
    const path = scripts.write(
      "auto.mjs",
      `${importCore} for (let i = 0; i < 2; i++) console.log(new Fabric({ accelerator: "cpu" }).precision.precision);`,
    );
    const { status, stdout, stderr } = fabric(["run", "--precision=auto", path]);
    expect([status, stdout]).toEqual([0, "32-true\n32-true\n"]);
    expect(stderr).toMatch(/^\[fabric\] precision: "auto" is "32-true" here: .*\n$/);
  });

  it("tells code that wants more processes than were started", () => {
    const path = scripts.write(
      "more.mjs",
      `${importCore} new Fabric({ accelerator: "cpu", devices: 2 });`,
    );
    const { status, stderr } = fabric(["run", path]);
    expect(status).toBe(1);
    expect(stderr).toContain("FABRIC_CONFIG_WORLD_SIZE");
  });

  it("starts two processes, which a Fabric without a word about devices joins", () => {
    const path = scripts.write(
      "two.mjs",
      `${importCore} const fabric = new Fabric({ accelerator: "cpu" }); console.log(fabric.globalRank, fabric.worldSize, fabric.strategy.constructor.name);`,
    );
    const { status, stdout } = fabric(["run", "--devices=2", path]);
    expect(status).toBe(0);
    expect(stdout.split("\n").sort()).toEqual([
      "",
      "[rank 0] 0 2 DDPStrategy",
      "[rank 1] 1 2 DDPStrategy",
    ]);
  });

  it("runs a strategy that a file loaded beforehand registers", () => {
    const strategies = scripts.write(
      "strategies.mjs",
      `${importCore} registerStrategy("mine", () => new SingleDeviceStrategy({ device: "cpu" }));`,
    );
    const path = scripts.write(
      "mine.mjs",
      `${importCore} const fabric = new Fabric({ accelerator: "cpu" }); console.log(fabric.globalRank, fabric.worldSize, fabric.device);`,
    );
    const args = ["run", "--strategy", "mine", "--devices", "2", path];
    expect(fabric(args).status).toBe(2);
    const { status, stdout } = fabric(args, { node: ["--import", strategies] });
    expect(status).toBe(0);
    expect(stdout.split("\n").sort()).toEqual(["", "[rank 0] 0 2 cpu", "[rank 1] 1 2 cpu"]);
  });

  it.each([0, 1, 2, 77])("passes the exit code %i on", (code) => {
    const path = scripts.write("exit.mjs", "process.exit(Number(process.argv[2]));");
    expect(fabric(["run", path, "--", String(code)]).status).toBe(code);
  });

  it("exits with 2 where nothing could be started", () => {
    for (const args of [["nowhere.ts"], ["--presicion=16-true", PRINT], ["--devices=0", PRINT]]) {
      const { status, stdout, stderr } = fabric(["run", ...args]);
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/^fabric run: .*\n(.*\n)*See: fabric help run\n$/);
    }
  });
});

describe("TypeScript", () => {
  const source = `import { basename } from "node:path";
    import { twice } from "./twice.ts";
    enum Mode { Train = 3 }
    const mode: Mode = Mode.Train;
    console.log(basename(import.meta.url), twice(mode), await Promise.resolve(1));
    throw new Error("on line 6");`;
  const twice = "export const twice = (x: number): number => 2 * x;";

  it.each([
    ["module", '{ "name": "a", "type": "module" }'],
    ["commonjs", '{ "name": "a" }'],
  ])("runs in a package of type %s, with the lines of the source in errors", (type, manifest) => {
    scripts.write(`${type}/package.json`, manifest);
    scripts.write(`${type}/twice.ts`, twice);
    const path = scripts.write(`${type}/train.ts`, source);
    const { status, stdout, stderr } = fabric(["run", path], { cwd: core });
    expect([status, stdout]).toEqual([1, "train.ts 6 1\n"]);
    expect(stderr).toContain("train.ts:6");
  });

  it("runs as .mts, and as .ts without import or export: all of it is ES modules", () => {
    const module = scripts.write("bare/a.mts", "const x: number = 1; console.log(await x);");
    const script = scripts.write(
      "bare/b.ts",
      "const x: number = 2; console.log(x, typeof require);",
    );
    expect(fabric(["run", module], { cwd: core }).stdout).toBe("1\n");
    expect(fabric(["run", script], { cwd: core }).stdout).toBe("2 undefined\n");
  });

  it("shares one core with a plugin that is loaded by alias", () => {
    const path = scripts.write(
      "alias.ts",
      `import { Fabric, nn, torch, isPrecision, Precision } from ${JSON.stringify(join(core, "dist/index.js"))};
       const fabric: Fabric = new Fabric({ accelerator: "cpu" });
       const model = fabric.setup(new nn.Linear(2, 2));
       console.log(fabric.precision.precision, fabric.precision instanceof Precision, model.forward(torch.ones([1, 2])).shape);`,
    );
    const { status, stdout } = fabric(["run", path, "--precision=bf16-true"], { cwd: core });
    expect([status, stdout]).toEqual([0, "bf16-true true [ 1, 2 ]\n"]);
  });
});
