import { torch } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { Gpt, gptLoss } from "../../../docs/examples/gpt-model.js";
import { ALPHABET, Corpus } from "../corpus.js";
import { readOptions } from "../options.js";
import { CONFIG, type TrainOptions, train } from "../train.js";

const options = (change: Partial<TrainOptions>): TrainOptions => ({
  precision: "32-true",
  masterWeights: false,
  stochasticRounding: false,
  steps: 20,
  lr: 3e-3,
  seed: 1,
  ...change,
});

describe("the sums", () => {
  it("are right, start each row, and repeat with the seed", () => {
    const { tokens, next } = new Corpus(4).batch(3, 40);
    expect(tokens.shape).toEqual([3, 40]);
    expect(tokens.slice(1, 1).toArray()).toEqual(next.slice(1, 0, 39).toArray());
    for (const row of tokens.toArray() as number[][]) {
      const text = row.map((token) => ALPHABET[token]).join("");
      const whole = text.split("\n").slice(0, -1);
      expect(whole.length).toBeGreaterThan(2);
      for (const line of whole) {
        const [, a, b, sum] = /^(\d+)\+(\d+)=(\d+)$/.exec(line) as unknown as string[];
        expect(Number(a) + Number(b)).toBe(Number(sum));
      }
    }
    expect(new Corpus(4).batch(3, 40).tokens.toArray()).toEqual(tokens.toArray());
    expect(new Corpus(5).batch(3, 40).tokens.toArray()).not.toEqual(tokens.toArray());
  });
});

describe("the small GPT", () => {
  it("starts at the loss of guessing, and looks only back", () => {
    torch.manualSeed(1);
    const net = new Gpt(CONFIG);
    const { tokens, next } = new Corpus(1).batch(4, 32);
    expect(gptLoss(net.forward(tokens), next).item()).toBeCloseTo(Math.log(ALPHABET.length), 1);
    const before = net.forward(tokens).detach();
    const changed = tokens.clone();
    changed.set_([0, 20], ((tokens.at(0, 20).item() as number) + 1) % ALPHABET.length);
    const after = net.forward(changed).detach();
    expect(torch.equal(before.narrow(1, 0, 20), after.narrow(1, 0, 20))).toBe(true);
    expect(torch.equal(before, after)).toBe(false);
  });

  it.each([
    { precision: "32-true" },
    { precision: "bf16-mixed" },
    { precision: "16-mixed" },
    { precision: "bf16-true", masterWeights: true },
    { precision: "bf16-true", stochasticRounding: true },
    { precision: "16-true", masterWeights: true },
  ])(
    "learns with $precision (master weights $masterWeights, stochastic rounding $stochasticRounding)",
    (change) => {
      const { losses, heldOut } = train(options(change));
      expect(losses).toHaveLength(20);
      // From ln 13 = 2.56 to the frequencies of characters.
      expect(heldOut).toBeLessThan(2.35);
    },
  );

  it("refuses master weights where weights are float32", () => {
    expect(() => train(options({ masterWeights: true }))).toThrow(/bf16-true and 16-true/);
  });
});

describe("the command line", () => {
  it("reads options, and names a wrong one", () => {
    expect(
      readOptions(["--precision", "16-true", "--master-weights", "--steps", "5"]),
    ).toMatchObject({
      precision: "16-true",
      masterWeights: true,
      stochasticRounding: false,
      steps: 5,
      lr: 5e-4,
    });
    expect(readOptions(["--", "--help"])).toBe("help");
    expect(() => readOptions(["--steps", "0"])).toThrow(/--steps.*"0"/);
    expect(() => readOptions(["--lr", "fast"])).toThrow(/--lr.*"fast"/);
  });
});
