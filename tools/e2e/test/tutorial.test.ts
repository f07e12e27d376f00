// docs/tutorial/precision-plugin.md, executed: its files are written, its commands run, their output compared.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../../setup/paths.mjs";
import { linkDependencies, type Outcome, runIn } from "../plugin/plugin-folder.js";
import { type Block, blocksOf, shows } from "../plugin/tutorial.js";

const page = readFileSync(join(ROOT, "docs/tutorial/precision-plugin.md"), "utf8");
const root = mkdtempSync(join(tmpdir(), "fabric-tutorial-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let cwd = root;
let last: Outcome = { status: 0, stdout: "", stderr: "" };

/** The commands that a registry would answer are answered from the workspace; all others run as they stand. */
function runLine(line: string): Outcome {
  const [command = "", ...args] = line.split(/\s+/);
  if (command === "cd") {
    cwd = join(cwd, args[0] ?? "");
    return { status: 0, stdout: "", stderr: "" };
  }
  if (line === "npm install") {
    linkDependencies(cwd);
    return { status: 0, stdout: "", stderr: "" };
  }
  if (line.startsWith("npm create fabric-precision ")) {
    const bin = join(ROOT, "packages/create-fabric-precision/bin/create-fabric-precision.js");
    return runIn(cwd, "node", [bin, ...args.slice(2)]);
  }
  if (command === "npx") return runIn(cwd, args[0] ?? "", args.slice(1));
  return runIn(cwd, command, args);
}

function writeBlock({ path, text, mode }: Block & { kind: "file" }): void {
  const [name = "", key] = path.split("#");
  const file = join(root, name);
  mkdirSync(dirname(file), { recursive: true });
  if (key !== undefined) {
    const json = JSON.parse(readFileSync(file, "utf8"));
    json[key] = JSON.parse(text);
    writeFileSync(file, `${JSON.stringify(json, null, 2)}\n`);
  } else if (mode === "insert-before-last-line") {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    writeFileSync(file, `${lines.slice(0, -1).join("\n")}\n${text}${lines.at(-1)}\n`);
  } else {
    expect(mode).toBe("");
    writeFileSync(file, text);
  }
}

describe("the tutorial", () => {
  const blocks = blocksOf(page);

  it("has files, commands and outputs", () => {
    const count = (kind: Block["kind"]): number => blocks.filter((b) => b.kind === kind).length;
    expect(count("file")).toBeGreaterThan(8);
    expect(count("commands")).toBeGreaterThan(5);
    expect(count("output")).toBeGreaterThan(5);
  });

  // In order: each block builds on those before it.
  blocks.forEach((block, index) => {
    if (block.kind === "file") {
      it(`${index}: writes ${block.path}`, () => writeBlock(block));
    } else if (block.kind === "commands") {
      for (const [i, line] of block.lines.entries()) {
        const fails = block.fails && i === block.lines.length - 1;
        it(`${index}: runs ${line}${fails ? ", which fails" : ""}`, () => {
          last = runLine(line);
          const printed = `${last.stdout}\n${last.stderr}`;
          expect(last.status === 0, printed).toBe(!fails);
        });
      }
    } else {
      it(`${index}: shows ${block.text.trim().split("\n")[0]}`, () => {
        const { stdout, stderr } = last;
        const matches = shows(block.text, stdout) || shows(block.text, `${stdout}\n${stderr}`);
        expect(
          matches,
          `expected\n${block.text}\nbut the command printed\n${stdout}\n${stderr}`,
        ).toBe(true);
      });
    }
  });
});
