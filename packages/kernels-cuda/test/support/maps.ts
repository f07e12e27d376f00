// Maps of 256 ascending values for 8-bit states.
import * as torch from "@fabric/torch";

/** The dynamic map: decades from 1e-7 to 1, the upper ones divided finer (Dettmers et al. 2022). */
export function dynamicMap(signed: boolean): torch.Tensor {
  const values = [0, 1];
  for (let decade = 0; decade < 7; decade++) {
    const parts = 2 ** (decade + (signed ? 0 : 1));
    for (let i = 0; i < parts; i++) {
      const middle = 0.1 + (0.9 * (i + 0.5)) / parts;
      const value = middle * 10 ** (decade - 6);
      values.push(value);
      if (signed) values.push(-value);
    }
  }
  return mapOf(values);
}

/** Evenly spaced values: no threshold is far from another, and many are in one bucket near 1. */
export function linearMap(signed: boolean): torch.Tensor {
  return mapOf(Array.from({ length: 256 }, (_, i) => (signed ? i / 127.5 - 1 : i / 255)));
}

/** Values down to 1e-30, of which many are below the smallest bucket of the search. */
export function deepMap(): torch.Tensor {
  return mapOf(Array.from({ length: 256 }, (_, i) => (i === 0 ? 0 : 10 ** (-30 * (1 - i / 255)))));
}

function mapOf(values: number[]): torch.Tensor {
  // What is missing of 256 lies between the two largest values.
  const sorted = [...values].sort((a, b) => a - b);
  const [below, top] = sorted.slice(-2) as [number, number];
  const missing = 256 - sorted.length;
  for (let i = 1; i <= missing; i++) sorted.push(below + ((top - below) * i) / (missing + 1));
  return torch.tensor(sorted.sort((a, b) => a - b)).float();
}
