// States as PyTorch pickled them, and damaged copies of them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readTeState } from "../../src/state/te-state.js";

/** Those that hold something; make-fixtures.py writes them. */
export const FIXTURES = [
  "te2-linear",
  "te2-mlp",
  "te2-current",
  "te1-archive",
  "views",
  "views-archive",
];

/** The bytes of one. */
export function fixture(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`fixtures/${name}.bin`, import.meta.url)));
}

/** Reads so many damaged states. @throws whatever is no refusal, and an Error for a refusal that is not in the reader's words. */
export function readDamaged(cases: number): { read: number; refused: number; longestMs: number } {
  let seed = 12345;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const sources = FIXTURES.map(fixture);
  const result = { read: 0, refused: 0, longestMs: 0 };
  for (let i = 0; i < cases; i++) {
    const bytes = damage(sources[i % sources.length] as Buffer, random);
    const start = performance.now();
    const found = readTeState(bytes);
    result.longestMs = Math.max(result.longestMs, performance.now() - start);
    if ("state" in found) result.read++;
    else if (found.problem.includes("nothing in it is run")) result.refused++;
    else throw new Error(found.problem);
  }
  return result;
}

/** One to four changes: a byte, a run of bytes from elsewhere, a cut, a piece left out, a piece twice. */
function damage(source: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(source);
  const changes = 1 + random(4);
  for (let i = 0; i < changes && bytes.length > 8; i++) {
    const at = random(bytes.length);
    const size = 1 + random(12);
    switch (random(6)) {
      case 0:
      case 1:
        bytes[at] = random(256);
        break;
      case 2:
        bytes[at] = (bytes[at] as number) ^ (1 << random(8));
        break;
      case 3:
        bytes.copy(bytes, at, random(bytes.length), random(bytes.length));
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, at + size), bytes.subarray(at)]);
    }
  }
  return bytes;
}
