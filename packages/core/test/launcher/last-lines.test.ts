import { expect, it } from "vitest";

import { LastLines } from "../../src/launcher/last-lines.js";

it("keeps the last twelve lines that say something, whatever the pieces", () => {
  const last = new LastLines();
  expect(last.lines).toEqual([]);
  const text = Array.from({ length: 20 }, (_, i) => `line ${i} \u00e4\n\n`).join("");
  for (const byte of Buffer.from(text)) last.add(Buffer.from([byte]));
  last.add(Buffer.from("no newline"));
  expect(last.lines).toEqual([
    ...Array.from({ length: 11 }, (_, i) => `line ${i + 9} \u00e4`),
    "no newline",
  ]);
});

it("does not grow with the output", () => {
  const last = new LastLines();
  for (let i = 0; i < 5000; i++) last.add(Buffer.from(`${i} ${"x".repeat(1000)}\n`));
  expect(last.lines.at(-1)).toMatch(/^4999 x{1000}$/);
  expect(last.lines.length).toBeLessThanOrEqual(12);
  last.add(Buffer.from("y".repeat(100_000)));
  expect(last.lines).toEqual(["y".repeat(8192)]);
});
