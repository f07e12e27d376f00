// The progress of long commands, on a terminal and in a log.

import { describe, expect, it } from "vitest";

import { Progress } from "../../src/cli/progress.js";

function stream(isTTY: boolean, columns = 80): { text: string; stream: NodeJS.WriteStream } {
  const out = { text: "", stream: {} as NodeJS.WriteStream };
  out.stream = {
    isTTY,
    columns,
    write: (text: string) => {
      out.text += text;
      return true;
    },
  } as unknown as NodeJS.WriteStream;
  return out;
}

describe("Progress", () => {
  it("writes a line for every tenth into a log, and no control characters", () => {
    const out = stream(false);
    using progress = new Progress({ total: 1000, stream: out.stream });
    for (let i = 0; i < 100; i++) progress.add(10, `part\u001b[2J ${i}`);
    progress.end();
    const lines = out.text.trimEnd().split("\n");
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(
      /^ 10% {2}100 B of 1\.00 kB {2}.*\/s {2}\d+:\d\d left {2}part\\x1b\[2J 9$/,
    );
    expect(lines.at(-1)).toMatch(/^100% /);
  });

  it("draws one line over itself on a terminal, no wider than it, and takes it away", () => {
    const out = stream(true, 40);
    const progress = new Progress({ total: 100, done: 50, stream: out.stream });
    progress.add(25, "a name that is longer than the terminal is wide");
    progress.add(25, "the last");
    progress.end();
    const drawn = out.text.split("\r").filter((text) => text !== "");
    expect(drawn.length).toBe(3);
    expect(drawn[0]).toMatch(/^█{18}░{6} {2} 75% /);
    for (const line of drawn) {
      expect(line.endsWith("\u001b[K")).toBe(true);
      expect(line.slice(0, -3).length).toBeLessThan(40);
    }
    expect(drawn.at(-1)).toBe("\u001b[K");
  });
});
