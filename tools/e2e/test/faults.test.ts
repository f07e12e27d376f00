// Accidents of a job of several processes, each kind twice. faults.long.test.ts has twenty of each.
import { describe, it } from "vitest";
import { FAULTS, haveFaults } from "./support/faults.js";

describe("a job whose", () => {
  it.each(FAULTS)(
    "%s ends in time, names the cause, leaves no process and a whole checkpoint",
    async (fault) => {
      await haveFaults(fault, 2);
    },
  );
});
