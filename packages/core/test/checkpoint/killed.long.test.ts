import { describe, it } from "vitest";
import { killSavers } from "./kill.js";

describe("a process killed while it saves", () => {
  it.each([
    ["a folder", "ckpt"],
    ["a file", "ckpt.safetensors"],
  ])("leaves %s whole, 500 times", (_kind, name) => killSavers(name, 500));

  it("leaves a folder whole while saveAsync writes it, 500 times", () =>
    killSavers("ckpt", 500, "saveAsync"));

  it.each([
    ["with shards", "shards"],
    ["with shards and without in turn", "both"],
  ] as const)("leaves a folder that is saved %s whole, 500 times", (_kind, method) =>
    killSavers("ckpt", 500, method),
  );
});
