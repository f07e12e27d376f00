// The optimizers again, in JavaScript: every operation of float32 is one Math.fround, codes are found by comparing with all midpoints.
import * as torch from "@fabric/torch";
import { createDynamicMap } from "../../src/functional/index.js";

const f = Math.fround;
const BLOCK = 256;

/** Numbers of a rule, as the operators take them. */
export interface Numbers {
  lr: number;
  betas: readonly number[];
  eps?: number;
  weightDecay?: number;
  alpha?: number;
  tAlpha?: number | null;
  tBeta3?: number | null;
  maxUnorm?: number;
  skipZeros?: boolean;
  skipNonFinite?: boolean;
}

export type RuleName =
  | "adam"
  | "lamb"
  | "ademamix"
  | "momentum"
  | "lars"
  | "lion"
  | "rmsprop"
  | "adagrad";

/** The numbers of a dynamic map. */
export function mapValues(signed: boolean): Float32Array {
  return Float32Array.from(createDynamicMap({ signed }).toArray() as number[]);
}

/** Nearest entry; one on the midpoint takes the even index. */
export function nearest(map: Float32Array, y: number): number {
  let index = 0;
  for (let i = 0; i < 255; i++) {
    const middle = f(((map[i] as number) + (map[i + 1] as number)) / 2);
    if (y > middle || (y === middle && i % 2 === 1)) index = i + 1;
  }
  return index;
}

/**
 * The code that bitsandbytes' CPU kernel takes: that of the nearest of 65,536 evenly spaced values. Small values share a bin, so that in a map that
 * is dense near zero codes come out several places off.
 */
export function lut16(map: Float32Array): (y: number) => number {
  const found = new Map<number, number>();
  return (y) => {
    const bin = Math.floor(f(f(f(f(y + 1) * 0.5) * 65535) + 0.5));
    let code = found.get(bin);
    if (code === undefined) {
      const x = f(-1 + f(f(2 * bin) / 65535));
      code = 0;
      for (let i = 1; i < 256; i++)
        if (Math.abs((map[i] as number) - x) < Math.abs((map[code] as number) - x)) code = i;
      found.set(bin, code);
    }
    return code;
  };
}

/** One state: numbers, and the codes and scales that they become between steps. */
class State {
  values: Float32Array;
  readonly codes: Uint8Array;
  readonly absmax: Float32Array;
  readonly #map: Float32Array;
  readonly #bits: 8 | 32;
  readonly #lut: ((y: number) => number) | null;

  constructor(n: number, signed: boolean, bits: 8 | 32, lut: boolean) {
    this.values = new Float32Array(n);
    this.codes = new Uint8Array(n);
    this.absmax = new Float32Array(Math.ceil(n / BLOCK));
    this.#map = mapValues(signed);
    this.#bits = bits;
    this.#lut = lut ? lut16(this.#map) : null;
  }

  /** Between steps a state is what its codes say. */
  pack(): void {
    if (this.#bits === 32) return;
    const [map, zero] = [this.#map, this.#map.indexOf(0)];
    this.absmax.forEach((_, b) => {
      const block = this.values.subarray(b * BLOCK, (b + 1) * BLOCK);
      const most = block.reduce((a, x) => Math.max(a, Math.abs(x)), 0);
      this.absmax[b] = most;
      block.forEach((x, i) => {
        const y = f(x / most);
        let code = most === 0 ? zero : (this.#lut?.(y) ?? nearest(map, y));
        // A code has the sign of its value.
        if (this.#lut === null && x < 0 && !((map[code] as number) < 0) && zero > 0) code--;
        this.codes[b * BLOCK + i] = code;
        block[i] = f((map[code] as number) * most);
      });
    });
  }
}

/** A parameter and its optimizer; with `lut`, codes as {@link lut16} has them. */
export class Emulated {
  readonly p: Float32Array;
  readonly states: State[];
  step = 0;
  /** The norm of the last update over lr, where it was asked for. */
  unorm = 0;

  constructor(
    readonly rule: RuleName,
    p: torch.Tensor,
    readonly numbers: Numbers,
    bits: 8 | 32,
    lut = false,
  ) {
    this.p = Float32Array.from(p.float().flatten().toArray() as number[]);
    const n = this.p.length;
    const second = ["adam", "lamb", "ademamix"].includes(rule);
    this.states = [new State(n, true, bits, lut)];
    if (second) this.states.push(new State(n, false, bits, lut));
    if (rule === "ademamix") this.states.push(new State(n, true, bits, lut));
    this.dtype = p.dtype;
  }
  readonly dtype: torch.DType;

  /** Takes one step. */
  update(grad: torch.Tensor, gradScale = 1): void {
    const { rule, p } = this;
    const { lr, betas, eps = 0, weightDecay = 0, maxUnorm = 0 } = this.numbers;
    const [b1 = 0, b2 = 0] = betas;
    const t = ++this.step;
    const isDecoupled = ["adam", "lamb", "ademamix", "lion"].includes(rule);
    const c1 = 1 - b1 ** t;
    const c2 = Math.sqrt(1 - b2 ** t);
    const isAdam = rule === "adam" || rule === "lamb";
    const g = Float32Array.from(grad.float().flatten().toArray() as number[]);
    const before = this.states.map((s) => s.values.slice());
    const direction = new Float32Array(p.length);
    const skipped = new Set<number>();
    for (let i = 0; i < p.length; i++) {
      let x = g[i] as number;
      if (gradScale !== 1) x = f(x * f(1 / gradScale));
      if (this.numbers.skipZeros && x === 0) skipped.add(i);
      if (this.numbers.skipNonFinite && !Number.isFinite(x)) skipped.add(i);
      if (!isDecoupled && weightDecay !== 0) x = f(x + f(f(weightDecay) * (p[i] as number)));
      direction[i] = this.#advance(i, x, t, b1, b2, c1, c2, isAdam ? f(eps * c2) : f(eps));
    }
    for (const i of skipped) {
      direction[i] = 0;
      this.states.forEach((s, k) => {
        s.values[i] = before[k]?.[i] as number;
      });
    }
    let rate = isAdam ? (lr * c2) / c1 : lr;
    if (maxUnorm > 0) {
      this.unorm = norm(direction) * (isAdam ? c2 / c1 : 1);
      const cap = maxUnorm * norm(p) + (isAdam ? 0 : eps);
      if (norm(p) > 0 && this.unorm > cap) rate *= cap / this.unorm;
    }
    const keep = isDecoupled ? f(1 - lr * weightDecay) : 1;
    for (let i = 0; i < p.length; i++)
      if (!skipped.has(i))
        p[i] = f(f((p[i] as number) * keep) + f(f(-rate) * (direction[i] as number)));
    if (this.dtype !== "float32") {
      const rounded = torch.tensor(p).to(this.dtype).float().toArray() as number[];
      p.set(rounded);
    }
    for (const state of this.states) state.pack();
  }

  /** New state of one element; what times the rate is taken off it. */
  #advance(
    i: number,
    g: number,
    t: number,
    b1: number,
    b2: number,
    c1: number,
    c2: number,
    eps: number,
  ): number {
    const mix = (k: number, beta: number, x: number): number => {
      const values = (this.states[k] as State).values;
      values[i] = f(f(f(beta) * (values[i] as number)) + f(f(1 - beta) * x));
      return values[i];
    };
    const first = (this.states[0] as State).values;
    switch (this.rule) {
      case "adam":
      case "lamb": {
        const m = mix(0, b1, g);
        const v = mix(1, b2, f(g * g));
        return f(m / f(f(Math.sqrt(v)) + eps));
      }
      case "ademamix": {
        const m = mix(0, b1, g);
        const slow = mix(2, this.#beta3(t), g);
        const v = mix(1, b2, f(g * g));
        const { alpha = 0, tAlpha = null } = this.numbers;
        const weight = f(tAlpha === null ? alpha : Math.min((t * alpha) / tAlpha, alpha));
        return f(f(f(m / f(c1)) + f(weight * slow)) / f(f(f(Math.sqrt(v)) / f(c2)) + eps));
      }
      case "momentum":
      case "lars":
        first[i] = t === 1 ? g : f(f(f(b1) * (first[i] as number)) + g);
        return first[i] as number;
      case "lion": {
        const mixed = f(f(f(b1) * (first[i] as number)) + f(f(1 - b1) * g));
        mix(0, b2, g);
        return Math.sign(mixed);
      }
      case "rmsprop":
        return f(g / f(f(Math.sqrt(mix(0, b1, f(g * g)))) + eps));
      case "adagrad":
        first[i] = f((first[i] as number) + f(g * g));
        return f(g / f(f(Math.sqrt(first[i] as number)) + eps));
    }
  }

  #beta3(t: number): number {
    const [b1 = 0, , b3 = 0] = this.numbers.betas;
    const T = this.numbers.tBeta3 ?? null;
    if (T === null) return b3;
    const [l1, l3] = [Math.log(b1), Math.log(b3)];
    return Math.min(Math.exp((l1 * l3) / ((1 - t / T) * l3 + (t / T) * l1)), b3);
  }
}

/** In blocks of 256 and eight lanes, as the kernels sum; in float64 the order is beyond what a float32 shows, nearly always. */
function norm(x: Float32Array): number {
  return Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
}
