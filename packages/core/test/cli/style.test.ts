// When colours are used.

import { describe, expect, it } from "vitest";

import { hasColors } from "../../src/cli/style.js";

describe("colours", () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: "1" }, true, false],
    [{ NO_COLOR: "" }, true, true],
    [{ TERM: "dumb" }, true, false],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "" }, false, true],
    [{ FORCE_COLOR: "0" }, true, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, false, true],
  ])("with %j on a terminal (%s): %s", (environment, isTerminal, expected) => {
    expect(hasColors(environment, isTerminal)).toBe(expected);
  });
});
