import * as torch from "@fabric/torch";
import { afterEach, describe, expect, it } from "vitest";

const { cuda } = torch;
let leave: (() => void) | undefined;

afterEach(() => {
  leave?.();
  leave = undefined;
});

describe("a recording", () => {
  it("refuses to read the recorded device, and names who reads", () => {
    const t = torch.ones([1]);
    leave = cuda.recording("cpu");
    const refused = { code: "FABRIC_CAPTURE_HOST_READ" };
    for (const [name, read] of [
      ["item", () => t.item()],
      ["toTypedArray", () => t.toTypedArray()],
      ["toTypedArray", () => t.toArray()],
      ["tensorBytes", () => torch.tensorBytes(t)],
    ] as const) {
      expect(read).toThrowError(expect.objectContaining(refused));
      expect(read).toThrow(new RegExp(`^${name}: reads a tensor on cpu`));
    }
    leave();
    leave = undefined;
    expect(t.item()).toBe(1);
  });

  it("leaves other devices readable", () => {
    leave = cuda.recording("cuda");
    expect(torch.ones([1]).item()).toBe(1);
    expect(cuda.avoidsHostReads()).toBe(true);
  });

  it("is told apart from a step that is prepared for one", () => {
    expect(cuda.avoidsHostReads()).toBe(false);
    cuda.withoutHostReads(() => {
      expect(cuda.avoidsHostReads()).toBe(true);
      expect(torch.ones([1]).item()).toBe(1);
    });
    expect(cuda.avoidsHostReads()).toBe(false);
    expect(() =>
      cuda.withoutHostReads(() => {
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(cuda.avoidsHostReads()).toBe(false);
  });
});
