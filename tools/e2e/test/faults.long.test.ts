// Accidents of a job of several processes, each kind twenty times; docs/proof/faults.md has the results.
import { describe, it } from "vitest";
import { FAULTS, haveFaults } from "./support/faults.js";

describe("a job whose", () => {
  it.each(FAULTS)("%s ends as it must, 20 times", async (fault) => {
    console.log(`${fault}: longest end ${Math.round(await haveFaults(fault, 20))} ms`);
  });
});
