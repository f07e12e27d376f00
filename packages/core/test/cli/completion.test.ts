// The completion scripts, in real shells where there are any.

import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { environment, fabric, main, Scripts } from "./fabric.js";

const scripts = new Scripts();
afterAll(() => scripts.remove());
const program = scripts.write(
  "bin/fabric",
  `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`,
);
chmodSync(program, 0o755);
scripts.write("train.ts", "");
scripts.write("data set/a.ts", "");

function has(shell: string): boolean {
  return spawnSync(shell, ["-c", "exit 0"]).status === 0;
}

function shell(name: string, text: string): { stdout: string; stderr: string } {
  const { stdout, stderr } = spawnSync(name, ["-c", text], {
    encoding: "utf8",
    cwd: scripts.folder,
    env: environment({ PATH: `${join(scripts.folder, "bin")}:${process.env["PATH"]}` }),
  });
  return { stdout, stderr };
}

/** What bash offers for a command line, whose last word is being typed. */
function offered(...words: string[]): string[] {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const { stdout, stderr } = shell(
    "bash",
    `source <(fabric completion bash); COMP_WORDS=(${quoted}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
     _fabric fabric; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
  expect(stderr).toBe("");
  return stdout.split("\n").filter((line) => line !== "");
}

describe.skipIf(!has("bash"))("in bash", () => {
  it.each([
    [["fabric", "d"], ["doctor"]],
    [["fabric", "run", "--ac"], ["--accelerator="]],
    [["fabric", "run", "--num"], ["--num-nodes="]],
    [
      ["fabric", "doctor", "--"],
      ["--quick", "--json", "--help"],
    ],
    [
      ["fabric", "run", "--accelerator", "c"],
      ["cpu", "cuda"],
    ],
    // As bash splits --accelerator=c.
    [
      ["fabric", "run", "--accelerator", "=", "c"],
      ["cpu", "cuda"],
    ],
    [
      ["fabric", "run", "--accelerator", "="],
      ["auto", "cpu", "gpu", "cuda", "mps"],
    ],
    [["fabric", "run", "t"], ["train.ts"]],
    [["fabric", "run", "--precision", "=", "64"], ["64-true"]],
    [["fabric", "run", "--precision", "=", "au"], ["auto"]],
    [
      ["fabric", "completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["fabric", "help", "pre"], ["precisions"]],
    [["fabric", "run", "train.ts", "--", "d"], ["data set"]],
    [["fabric", "run", "train.ts", "--", "--acc"], []],
    [["fabric", "run", "--main-port", ""], []],
  ])("%j offers %j", (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  it("is bound to the command, by the shell's own rules", () => {
    const { stdout } = shell("bash", "source <(fabric completion bash); complete -p fabric");
    expect(stdout).toBe("complete -F _fabric fabric\n");
  });
});

describe("the scripts for other shells", () => {
  it("zsh loads and binds its own", ({ skip }) => {
    skip(!has("zsh"), "zsh is not installed");
    const { stdout, stderr } = shell(
      "zsh",
      "autoload -U compinit && compinit -u -D && source <(fabric completion zsh) && echo $_comps[fabric]",
    );
    expect([stdout, stderr]).toEqual(["_fabric\n", ""]);
  });

  it("fish completes commands, values and precisions", ({ skip }) => {
    skip(!has("fish"), "fish is not installed");
    const complete = (line: string): string[] =>
      shell("fish", `fabric completion fish | source; complete -C '${line}'`)
        .stdout.split("\n")
        .map((entry) => entry.split("\t")[0] ?? "");
    expect(complete("fabric doc")).toContain("doctor");
    expect(complete("fabric run --accelerator c")).toEqual(["cpu", "cuda", ""]);
    expect(complete("fabric run --precision 64")).toContain("64-true");
  });

  it("name every command and option", () => {
    const { stdout: help } = fabric(["help"]);
    const commands = [...help.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map((match) => match[1] ?? "");
    expect(commands).toContain("run");
    for (const name of ["bash", "zsh", "fish"]) {
      const { stdout, status } = fabric(["completion", name]);
      expect(status).toBe(0);
      for (const command of commands) expect(stdout).toContain(command);
      for (const option of ["main-address", "quick", "json"]) expect(stdout).toContain(option);
    }
  });

  it("are refused for a shell that nobody knows", () => {
    expect(fabric(["completion", "fihs"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Did you mean `fish`?"),
    });
    expect(fabric(["completion"]).status).toBe(2);
    expect(fabric(["completion", "--list", "strategies"]).status).toBe(2);
  });
});
