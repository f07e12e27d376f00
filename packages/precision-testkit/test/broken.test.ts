// Every rule catches a plugin that breaks it: a suite that cannot fail proves nothing.
import { FullPrecision, torch } from "@fabric/core";
import { conformanceRules, runConformance, type Subject } from "@fabric/precision-testkit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BROKEN } from "./broken-plugins.js";

const IDS = conformanceRules.map(({ id }) => id);

/** The subject with all rules but one left out. */
const only = (rule: string, subject: Subject): Subject => ({
  ...subject,
  skip: Object.fromEntries(IDS.filter((id) => id !== rule).map((id) => [id, "not asked for"])),
});

beforeEach(() => {
  vi.spyOn(process, "emitWarning").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(torch.getDefaultDtype()).toBe("float32");
  expect(torch.autocastState("cpu").enabled).toBe(false);
});

describe("a plugin that", () => {
  it.each(BROKEN)("$what fails $rule", async ({ rule, subject, message }) => {
    const { results, failed } = await runConformance(only(rule, subject));
    const result = results.find(({ id }) => id === rule);
    expect(result?.status).toBe("failed");
    expect(result?.detail).toMatch(message);
    expect(failed).toBe(1);
  });

  it("is right passes each of these rules", async () => {
    const { results } = await runConformance({ create: () => new FullPrecision() });
    expect(results.filter(({ status }) => status === "failed")).toEqual([]);
  });
});

it("covers every rule but the one that needs a GPU", () => {
  const covered = new Set(BROKEN.map(({ rule }) => rule));
  expect(IDS.filter((id) => !covered.has(id))).toEqual(["cuda"]);
});

describe("the subject", () => {
  it.each([
    [{}, /create/],
    [{ create: () => new FullPrecision(), tolerances: {} }, /unknown option `tolerances`/],
    [{ create: () => new FullPrecision(), device: "tpu" }, /"cpu" or "cuda"/],
    [{ create: () => new FullPrecision(), skip: { nonsense: "because" } }, /no rule/],
    [{ create: () => new FullPrecision(), skip: { label: "" } }, /the reason/],
    [{ create: () => new FullPrecision(), tolerance: { forward: -1 } }, /above 0/],
  ])("%o is refused", async (subject, message) => {
    await expect(runConformance(subject as unknown as Subject)).rejects.toMatchObject({
      code: "FABRIC_CONFIG_TESTKIT",
      message: expect.stringMatching(message),
    });
  });

  it("leaves a rule out for a reason, which the report tells", async () => {
    const { results, skipped } = await runConformance(
      only("label", { create: () => new FullPrecision() }),
    );
    expect(skipped).toBe(IDS.length - 1);
    expect(results.find(({ id }) => id === "brand")?.detail).toBe("not asked for");
  });
});
