// The programs of "Calibration" and "Inference with FP8 weights" in docs/guide/fp8.md, run one after the other as they stand.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const WORKSPACE = join(import.meta.dirname, "../../..");
const NET = `import * as torch from "@fabric/torch";
import { Linear } from "@fabric/precision-te";
export class Net extends torch.nn.Module {
  fc1 = new Linear(32, 64);
  fc2 = new Linear(64, 16);
  forward(x) { return this.fc2.forward(torch.relu(this.fc1.forward(x))); }
}
torch.manualSeed(1);
export const model = new Net();
export const batches = Array.from({ length: 4 }, () => torch.randn([8, 32]).mul(1000));
export const input = batches[1];
`;

function programs(): string[] {
  const page = readFileSync(join(WORKSPACE, "docs/guide/fp8.md"), "utf8");
  const [, ...sections] = page.split(/^## (?=Calibration|Inference with FP8 weights)/m);
  return sections
    .flatMap((section) => [
      ...(section.split("\n## ")[0] as string).matchAll(/^```ts\n([\s\S]*?)^```$/gm),
    ])
    .map(([, program = ""]) => program);
}

function project(): string {
  const folder = mkdtempSync(join(tmpdir(), "fabric-te-guide-"));
  writeFileSync(join(folder, "net.ts"), NET);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  mkdirSync(join(folder, "node_modules/@fabric"), { recursive: true });
  for (const name of ["core", "torch", "precision-te"])
    symlinkSync(join(WORKSPACE, "packages", name), join(folder, "node_modules/@fabric", name));
  return folder;
}

const folder = project();
/** Before and after each program: what it takes for granted, and what is looked at. */
const AROUND = [
  [
    "model, batches, input",
    `const error = y.sub(model.forward(input)).square().mean().sqrt().div(model.forward(input).square().mean().sqrt()).item();
console.log(y.shape, error < 0.1);`,
  ],
  ["model", "console.log(model.fc1.weight.dtype, model.fc2.weight.nbytes);"],
  ["Net", "console.log(net.fc1.weight.dtype, net.fc1.weight.device, net.fc2.weight.nbytes);"],
] as const;
const LINES = ["[ 8, 16 ] true", "float8_e4m3fn 1024", "float8_e4m3fn cpu 1024"];

describe("the guide's", () => {
  it("programs of calibration and inference run", () => {
    expect(programs()).toHaveLength(AROUND.length);
    const tsx = join(WORKSPACE, "node_modules/tsx/dist/esm/index.mjs");
    programs().forEach((program, i) => {
      const [names, end] = AROUND[i] as (typeof AROUND)[number];
      const file = join(folder, `main${i}.ts`);
      writeFileSync(file, `import { ${names} } from "./net.ts";\n${program}${end}\n`);
      const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", tsx, file], {
        cwd: folder,
        encoding: "utf8",
      });
      expect([status, stdout.trim(), status === 0 ? "" : stderr]).toEqual([0, LINES[i], ""]);
    });
  }, 60_000);
});
