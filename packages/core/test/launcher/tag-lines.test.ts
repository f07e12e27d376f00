// Whole lines with a tag, however the output was cut.

import { describe, expect, it } from "vitest";

import { TagLines } from "../../src/launcher/tag-lines.js";

/** What comes out, one entry for each piece passed on. */
async function tagged(chunks: readonly (string | Buffer)[]): Promise<string[]> {
  const stream = new TagLines("[rank 1] ");
  const pieces: string[] = [];
  stream.on("data", (piece) => pieces.push(String(piece)));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await new Promise((resolve) => stream.on("end", resolve));
  return pieces;
}

describe("TagLines", () => {
  it.each([
    [["a\nb\n"], ["[rank 1] a\n[rank 1] b\n"]],
    [
      ["a", "b\nc"],
      ["[rank 1] ab\n", "[rank 1] c\n"],
    ],
    [["\n\n"], ["[rank 1] \n[rank 1] \n"]],
    [["a\r\nb\r\n"], ["[rank 1] a\n[rank 1] b\n"]],
    [["10 %\r", "50 %\r", "100 %\n"], ["[rank 1] 100 %\n"]],
    [["10 %\r20 %\r"], ["[rank 1] 20 %\n"]],
    [[""], []],
  ])("turns %j into %j", async (chunks, expected) => {
    expect(await tagged(chunks)).toEqual(expected);
  });

  it("keeps characters whole that were cut between two chunks", async () => {
    const bytes = Buffer.from("größe\n");
    expect(await tagged([bytes.subarray(0, 3), bytes.subarray(3)])).toEqual(["[rank 1] größe\n"]);
  });

  it("does not collect a line without end", async () => {
    const pieces = await tagged(Array.from({ length: 40 }, () => "x".repeat(1 << 16)));
    expect(pieces.length).toBeGreaterThan(1);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(1.1 * (1 << 20));
    expect(pieces.join("").replaceAll(/\[rank 1\] |\n/g, "")).toHaveLength(40 << 16);
  });
});
