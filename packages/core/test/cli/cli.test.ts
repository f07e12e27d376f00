// Help, exit codes and colours of every command.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { COMMANDS } from "../../src/cli/commands.js";
import { fabric } from "./fabric.js";

const ESCAPE = "\u001b[";

describe("help", () => {
  it("is printed for --help, -h and help, and with exit code 2 without a command", () => {
    const { status, stdout } = fabric(["help"]);
    expect(status).toBe(0);
    for (const { name, summary } of COMMANDS)
      expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, "m"));
    expect(fabric(["--help"]).stdout).toBe(stdout);
    expect(fabric(["-h"]).stdout).toBe(stdout);
    expect(fabric([])).toEqual({ status: 2, stdout: "", stderr: stdout });
  });

  const declared = COMMANDS.filter(({ options }) => options !== undefined);
  it.each(declared.map(({ name }) => name))("of %s has usage, options and exit codes", (name) => {
    const { status, stdout } = fabric([name, "--help"]);
    expect(status).toBe(0);
    for (const part of [`Usage: fabric ${name}`, "Options:", "--help", "Examples:", "Exit codes:"])
      expect(stdout).toContain(part);
    expect(fabric(["help", name]).stdout).toBe(stdout);
  });

  it.each(COMMANDS.map(({ name }) => name))("of %s starts with its usage", (name) => {
    expect(fabric(["help", name]).stdout).toMatch(new RegExp(`^Usage: fabric ${name}`));
  });

  it("does not belong to us after --", () => {
    const { status, stderr } = fabric(["run", "nowhere.ts", "--", "--help"]);
    expect(status).toBe(2);
    expect(stderr).toContain("nowhere.ts");
  });

  it("--version prints the version of core", () => {
    const manifest = join(import.meta.dirname, "../../package.json");
    const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
    expect(fabric(["--version"])).toMatchObject({ status: 0, stdout: `${version}\n` });
  });
});

describe("wrong usage", () => {
  it.each([
    [["docter"], "Did you mean `doctor`?"],
    [["help", "precission"], "Did you mean `precisions`?"],
    [["doctor", "--jsn"], "Did you mean `--json`?"],
    [["doctor", "--json=yes"], "--json takes no value"],
    [["doctor", "all"], "unexpected argument `all`"],
    [["precisions", "--", "x"], "unexpected argument `x`"],
    [["help", "run", "doctor"], "unexpected argument `doctor`"],
  ])("%j exits with 2", (args, message) => {
    const { status, stdout, stderr } = fabric(args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });
});

describe("colours", () => {
  it("are for terminals, or where they are forced, and never in JSON", () => {
    expect(fabric(["help"]).stdout).not.toContain(ESCAPE);
    const env = { FORCE_COLOR: "1" };
    expect(fabric(["help"], { env }).stdout).toContain(ESCAPE);
    expect(fabric(["precisions"], { env }).stdout).toContain(ESCAPE);
    expect(fabric(["precisions", "--json"], { env }).stdout).not.toContain(ESCAPE);
  });
});

describe("fabric precisions", () => {
  it("lists every alias with its package", () => {
    const rows = JSON.parse(fabric(["precisions", "--json"]).stdout) as {
      alias: string;
      package: string;
      installed: boolean;
      usable: boolean;
    }[];
    expect(rows.find((row) => row.alias === "bf16-mixed")).toMatchObject({
      package: "@fabric/precision-mixed",
      installed: true,
      usable: true,
    });
    expect(rows[0]).toMatchObject({ alias: "auto", package: "@fabric/core", usable: true });
    expect(fabric(["precisions"]).stdout).toContain("64-true");
  });
});
