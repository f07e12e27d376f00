// Damaged files: none may crash, hang or take more memory than the file has bytes.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { temporaryDirectory } from "./temporary.js";

const { safetensors } = torch;
const directory = temporaryDirectory();

/** mulberry32: the same damage every time. */
function randomSource(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
type Random = ReturnType<typeof randomSource>;

const LENGTHS = [
  0n,
  1n,
  2n,
  7n,
  8n,
  255n,
  2n ** 31n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];
const NUMBERS = [
  "0",
  "1",
  "-1",
  "4294967296",
  "9007199254740992",
  "18446744073709551615",
  "1e9",
  "0.5",
  "null",
  '"1"',
  "[]",
];
const TOKENS = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "\\",
  "F64",
  "U8",
  "BOOL",
  "__metadata__",
  "\u0000",
  "é",
];

function flipBit(bytes: Buffer, at: number, random: Random): Buffer {
  bytes[at] = (bytes[at] as number) ^ (1 << random(8));
  return bytes;
}

/** Replaces a piece of the header and mends the length, so that the damage is met behind the first check. */
function editHeader(bytes: Buffer, edit: (header: string) => string): Buffer {
  const length = Number(bytes.readBigUInt64LE(0));
  const header = Buffer.from(edit(bytes.toString("latin1", 8, 8 + length)), "latin1");
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([prefix, header, bytes.subarray(8 + length)]);
}

const MUTATIONS: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => flipBit(bytes, random(bytes.length), random),
  (bytes, random) => flipBit(bytes, 8 + random(Number(bytes.readBigUInt64LE(0))), random),
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => Buffer.concat([bytes, Buffer.alloc(1 + random(64), random(256))]),
  (bytes, random) => {
    bytes.writeBigUInt64LE(LENGTHS[random(LENGTHS.length)] as bigint);
    return bytes;
  },
  (bytes, random) => {
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(0) + BigInt(random(33)) - 16n);
    return bytes;
  },
  (bytes, random) =>
    editHeader(bytes, (header) => {
      const numbers = [...header.matchAll(/\d+/g)];
      const found = numbers[random(numbers.length)] as RegExpExecArray;
      return (
        header.slice(0, found.index) +
        NUMBERS[random(NUMBERS.length)] +
        header.slice(found.index + found[0].length)
      );
    }),
  (bytes, random) =>
    editHeader(bytes, (header) => {
      const at = random(header.length);
      return header.slice(0, at) + TOKENS[random(TOKENS.length)] + header.slice(at + random(4));
    }),
  (bytes, random) =>
    editHeader(bytes, (header) => {
      const [a, b] = [random(header.length), random(header.length)].sort((x, y) => x - y) as [
        number,
        number,
      ];
      return header.slice(0, b) + header.slice(a, b) + header.slice(b);
    }),
];

describe("damaged files", () => {
  // A few seconds alone; a minute and more where every core is taken.
  it("are read or refused with a typed error, 2,250 of them", { timeout: 300_000 }, () => {
    torch.manualSeed(0);
    const source = join(directory, "source.safetensors");
    safetensors.save(
      source,
      {
        weight: torch.randn([3, 4]),
        bias: torch.randn([3]).double(),
        mask: torch.tensor([true, false]),
        steps: torch.tensor([1n]),
        none: torch.zeros([0, 2]),
      },
      { format: "pt" },
    );
    const sound = readFileSync(source);
    const random = randomSource(1);
    const path = join(directory, "damaged.safetensors");
    let refused = 0;
    for (let i = 0; i < 2250; i++) {
      const mutate = MUTATIONS[i % MUTATIONS.length] as (typeof MUTATIONS)[number];
      const damaged = mutate(Buffer.from(sound), random);
      writeFileSync(path, damaged);
      const before = torch.memory().cpu.bytes;
      torch.resetPeakMemory();
      try {
        torch.scope(() => {
          // Bool entries are made from bytes, so for a moment both are there.
          safetensors.load(path);
          const file = safetensors.open(path);
          for (const key of file.keys()) file.get(key);
          file.close();
        });
      } catch (error) {
        refused += 1;
        expect((error as torch.FabricError).code, `mutation ${i}: ${String(error)}`).toMatch(
          /^FABRIC_CHECKPOINT_(CORRUPT|DTYPE)$/,
        );
      }
      // load's tensors and open's copies (of bool and unaligned entries) live at the same time; 64 bytes an allocation are rounding.
      expect(torch.memory().cpu.peakBytes - before).toBeLessThanOrEqual(
        2 * damaged.length + 64 * 20,
      );
      // Less, once the collector has taken the tensors that made the file.
      expect(torch.memory().cpu.bytes).toBeLessThanOrEqual(before);
    }
    // Flips in the data and in names leave a valid file; most damage does not.
    expect(refused).toBeGreaterThan(1500);
  });
});
