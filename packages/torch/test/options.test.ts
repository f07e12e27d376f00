import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

function thrown(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error("nothing was thrown");
}

describe("checks of options", () => {
  it("take plain objects with known names, of any realm", () => {
    torch.checkOptions("fn", {}, ["a"]);
    torch.checkOptions("fn", Object.create(null), ["a"]);
    torch.checkOptions("fn", { a: undefined }, ["a", "b"]);
  });

  it("name the option that is unknown, those that are known, and the one that was meant", () => {
    const error = thrown(() => torch.checkOptions("fn", { num_heads: 2 }, ["numHeads", "bias"]));
    expect(error.code).toBe("FABRIC_CONFIG_OPTION");
    expect(error.message).toBe(
      "fn: unknown option `num_heads`. Known options: `numHeads`, `bias`. Did you mean `numHeads`?",
    );
    expect(thrown(() => torch.checkOptions("fn", { x: 1 }, ["a"], "FABRIC_X")).code).toBe(
      "FABRIC_X",
    );
  });

  it.each([
    [null, "null"],
    [undefined, "undefined"],
    [[1], "[1]"],
    ["text", '"text" (string)'],
    [new Map(), "Map"],
    [torch.ones([2, 3]), "float32[2, 3]"],
    [torch.noGrad, "function noGrad"],
  ])("refuse what is no plain object: %#", (value, shown) => {
    const error = thrown(() => torch.checkOptions("fn", value, ["a", "b"]));
    expect(error.code).toBe("FABRIC_CONFIG_OPTION");
    expect(error.message).toBe(
      `fn: expected an object of options with \`a\`, \`b\` but received ${shown}.`,
    );
  });

  it("take switches, and their default where they are left out", () => {
    expect(torch.checkSwitch("fn", "on", undefined, true)).toBe(true);
    expect(torch.checkSwitch("fn", "on", false, true)).toBe(false);
    const error = thrown(() => torch.checkSwitch("fn", "on", 1, true));
    expect(error.code).toBe("FABRIC_CONFIG_OPTION");
    expect(error.message).toBe("fn: expected true or false as `on` but received 1.");
  });

  it("describe a disposed tensor without failing", () => {
    const t = torch.ones([1]);
    t.dispose();
    expect(torch.describeValue(t)).toBe("a disposed Tensor");
    expect(torch.optionError("fn", "x", "a number", t).message).toContain("a disposed Tensor");
  });
});
