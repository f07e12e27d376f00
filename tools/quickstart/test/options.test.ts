import { describe, expect, it } from "vitest";
import { PRECISIONS, readOptions } from "../options.js";

describe("readOptions", () => {
  it("runs every precision and asks for 97 % by default", () => {
    expect(readOptions([])).toMatchObject({
      precisions: [...PRECISIONS],
      epochs: null,
      requiredAccuracy: 0.97,
    });
  });

  it("takes lists of precisions, and asks for no accuracy after a single epoch", () => {
    const options = readOptions(["--precision=bf16-mixed,64-true", "--epochs", "1"]);
    expect(options).toMatchObject({
      precisions: ["bf16-mixed", "64-true"],
      epochs: 1,
      requiredAccuracy: null,
    });
  });

  it("refuses a number of epochs that is none", () => {
    expect(() => readOptions(["--epochs", "two"])).toThrow(/whole number >= 1 for --epochs/);
  });
});
