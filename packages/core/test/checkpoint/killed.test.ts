import { describe, it } from "vitest";
import { killSavers } from "./kill.js";

describe("a process killed while it saves", () => {
  it.each([
    ["a folder", "ckpt"],
    ["a file", "ckpt.safetensors"],
  ])("leaves %s whole, ten times", (_kind, name) => killSavers(name, 10));

  it("leaves a folder whole while saveAsync writes it, ten times", () =>
    killSavers("ckpt", 10, "saveAsync"));

  it("leaves a folder that is saved with shards and without in turn whole, ten times", () =>
    killSavers("ckpt", 10, "both"));
});
