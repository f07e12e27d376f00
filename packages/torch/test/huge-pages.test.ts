// What the kernel is asked for when a large tensor is made.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";

const SCRIPT = `
import { readFileSync } from "node:fs";
import { zeros } from "@fabric/torch";
const large = zeros([1 << 24]);
const areas = readFileSync("/proc/self/smaps", "utf8").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
const kb = (area) => Number(/^Size: +(\\d+)/m.exec(area)?.[1] ?? 0);
const flags = areas.filter((area) => kb(area) >= 65536 && /^VmFlags:.* hg/m.test(area));
console.log(JSON.stringify([flags.length > 0, process.env.THP_MEM_ALLOC_ENABLE ?? null]));
large.dispose();
`;

function run(value?: string): unknown {
  const { THP_MEM_ALLOC_ENABLE: _, ...env } = process.env;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", SCRIPT], {
    cwd: import.meta.dirname,
    encoding: "utf8",
    env: value === undefined ? env : { ...env, THP_MEM_ALLOC_ENABLE: value },
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe.runIf(existsSync("/sys/kernel/mm/transparent_hugepage"))("a tensor of 64 MB", () => {
  it("asks for huge pages, and leaves the environment as it was", () => {
    expect(run()).toEqual([true, null]);
  });

  it("does as the variable says, if there is one", () => {
    expect(run("0")).toEqual([false, "0"]);
    expect(run("1")).toEqual([true, "1"]);
  });
});
