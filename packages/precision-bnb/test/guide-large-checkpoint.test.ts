// The programs of "Loading a large checkpoint" in docs/guide/quantization.md, run as they stand.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nn } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeCheckpoint } from "./quantize/support.js";

const WORKSPACE = join(import.meta.dirname, "../../..");
const NET = `import { nn } from "@fabric/torch";
export class Net extends nn.Module {
  fc1 = new nn.Linear(64, 128);
  norm = new nn.LayerNorm(128);
  head = new nn.Linear(128, 10);
}
`;

class Net extends nn.Module {
  fc1 = new nn.Linear(64, 128);
  norm = new nn.LayerNorm(128);
  head = new nn.Linear(128, 10);
}

function programs(): string[] {
  const page = readFileSync(join(WORKSPACE, "docs/guide/quantization.md"), "utf8");
  const [, section = ""] = page.split("## Loading a large checkpoint\n");
  const [text = ""] = section.split("\n## ");
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, program = ""]) => program);
}

/** A project with a model, its checkpoint, and the same under prefixed names. */
function project(): string {
  const folder = temporaryFolder();
  const state = new Net().bfloat16().stateDict();
  writeCheckpoint(join(folder, "checkpoint"), state, { perFile: 2 });
  const prefixed = Object.entries(state).map(([key, value]) => [`model.${key}`, value]);
  writeCheckpoint(join(folder, "prefixed"), Object.fromEntries(prefixed), { perFile: 2 });
  writeFileSync(join(folder, "net.ts"), NET);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  mkdirSync(join(folder, "node_modules/@fabric"), { recursive: true });
  for (const name of ["core", "torch", "precision-bnb"])
    symlinkSync(join(WORKSPACE, "packages", name), join(folder, "node_modules/@fabric", name));
  return folder;
}

const folder = project();
const LAYERS = `
for (const layer of [net.fc1, net.head]) console.log(layer.constructor.name, layer.weight.isLoaded ?? layer.weight.dtype);
`;

describe("the guide's", () => {
  it.each([
    ["initModule", 0, `${LAYERS}`, ["Linear4bit true", "Linear4bit true"]],
    ["meta device", 1, `${LAYERS}`, ["Linear4bit true", "Linear bfloat16"]],
    ["own names", 2, "", ["6 [ 128, 64 ]"]],
  ])("program with %s", (_, number, end, lines) => {
    expect(programs()).toHaveLength(3);
    const file = join(folder, `main${number}.ts`);
    writeFileSync(file, programs()[number] + end);
    const tsx = join(WORKSPACE, "node_modules/tsx/dist/esm/index.mjs");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", tsx, file], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(stdout.trim().split("\n")).toEqual(lines);
    expect(status).toBe(0);
  });
});
