import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { Block } from "./fixtures.js";

const { nn } = torch;

describe("nn.utils", () => {
  it("turns parameters into one vector and back", () => {
    const [from, to] = [new Block(), new Block()];
    const vector = nn.utils.parametersToVector(from.parameters());
    expect(vector.shape).toEqual([24]);
    nn.utils.vectorToParameters(vector, to.parameters());
    expect(torch.equal(to.fc2.weight, from.fc2.weight)).toBe(true);
    expect(to.fc2.weight.isLeaf).toBe(true);
    expect(() => nn.utils.vectorToParameters(torch.zeros([3]), to.parameters())).toThrow(
      /a vector of 24 elements but received \[3\]/,
    );
  });
});
