// Which weights are quantised, by name and by pattern.
import { join } from "node:path";
import { isFabricError, ones, randn, type Tensor } from "@fabric/torch";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type QuantizeReport, quantizeCheckpoint } from "../../src/quantize/index.js";
import { temporaryFolder, writeCheckpoint } from "./support.js";

const root = temporaryFolder();
let count = 0;
const fresh = (): string => join(root, String(count++));

async function quantize(
  names: readonly string[] | Record<string, Tensor>,
  options: { ignore?: string[]; only?: string[]; config?: object } = {},
): Promise<QuantizeReport> {
  const { config, ...rest } = options;
  const record = Array.isArray(names)
    ? Object.fromEntries((names as string[]).map((name) => [name, randn([2, 32])]))
    : (names as Record<string, Tensor>);
  const input = writeCheckpoint(fresh(), record, { config: config ?? null });
  return quantizeCheckpoint(input, fresh(), { mode: "nf4", html: false, ...rest });
}
const names = ({ layers }: QuantizeReport): string[] => layers.map(({ name }) => name);

describe("by itself", () => {
  it("takes two-dimensional float weights, and nothing else", async () => {
    const report = await quantize({
      weight: randn([2, 32]),
      "fc.weight": randn([2, 32]).half(),
      "fc.bias": randn([32]),
      "fc.weight_norm": randn([2, 32]),
      "conv.weight": randn([2, 2, 3, 3]),
      "vector.weight": randn([32]),
      "ids.weight": ones([2, 32]).to("int64"),
      "none.weight": randn([0, 32]),
    });
    expect(names(report)).toEqual(["fc.weight", "weight"]);
    expect(report.spared).toEqual([]);
  });

  it.each([
    ["model.embed_tokens", "an embedding"],
    ["transformer.wte", "an embedding"],
    ["tok_emb", "an embedding"],
    ["bert.embeddings.word_embeddings", "an embedding"],
    ["shared", "an embedding"],
    ["embed.0", "an embedding"],
    ["transformer.wpe", "positions"],
    ["pos_emb", "an embedding"],
    ["pos", "positions"],
    ["positionTable", "positions"],
    ["final_norm", "a norm"],
    ["ln_f", "a norm"],
    ["encoder.LayerNorm", "a norm"],
    ["block.0.relative_attention_bias", "a bias by position"],
  ])("spares %s as %s", async (layer, what) => {
    const report = await quantize([`${layer}.weight`, "fc.weight"]);
    expect(names(report)).toEqual(["fc.weight"]);
    expect(report.spared).toEqual([
      { name: `${layer}.weight`, reason: `${what} by its name`, bytes: 256 },
    ]);
  });

  it("takes what is named in full by --only, whatever its name looks like, but not what a pattern finds", async () => {
    const all = ["model.embed_tokens.weight", "norm.weight", "fc.weight"];
    expect(names(await quantize(all, { only: ["**"] }))).toEqual(["fc.weight"]);
    await expect(quantize(all, { only: ["model"] })).rejects.toMatchObject({
      code: "FABRIC_CONFIG_NOTHING_TO_QUANTIZE",
    });
    expect(names(await quantize(all, { only: ["model.embed_tokens", "fc"] }))).toEqual([
      "fc.weight",
      "model.embed_tokens.weight",
    ]);
    expect(names(await quantize(all, { only: ["norm.weight"] }))).toEqual(["norm.weight"]);
  });

  it.each([
    "lm_head",
    "model.layers.0.self_attn.q_proj",
    "mlp.shared_expert.gate_proj",
    "lnear",
    "position_wise.fc",
    "compose",
    "member",
  ])("takes %s", async (layer) => {
    expect(names(await quantize([`${layer}.weight`]))).toEqual([`${layer}.weight`]);
  });

  it("spares a head that config.json ties to the embedding", async () => {
    const layers = ["lm_head.weight", "fc.weight"];
    const tied = await quantize(layers, { config: { tie_word_embeddings: true } });
    expect(tied.spared[0]?.reason).toBe("tied to the embedding (config.json)");
    const untied = await quantize(layers, { config: { tie_word_embeddings: false } });
    expect(untied.spared).toEqual([]);
  });
});

describe("patterns", () => {
  const LAYERS = ["a.0.q.weight", "a.1.q.weight", "a.1.k.weight", "a.10.q.weight", "head.weight"];
  const warnings: string[] = [];
  beforeEach(() => {
    warnings.length = 0;
    vi.spyOn(process, "emitWarning").mockImplementation((message) => {
      warnings.push(String(message));
    });
  });
  afterEach(() => vi.restoreAllMocks());

  it.each<[string, { ignore?: string[]; only?: string[] }, string[]]>([
    ["a prefix", { ignore: ["a.1"] }, ["a.0.q.weight", "head.weight"]],
    [
      "a prefix with its dot",
      { ignore: ["a.1."] },
      ["a.0.q.weight", "a.10.q.weight", "head.weight"],
    ],
    ["* in a segment", { ignore: ["a.*.q"] }, ["a.1.k.weight", "head.weight"]],
    ["** over segments", { ignore: ["**.q"] }, ["a.1.k.weight", "head.weight"]],
    ["the tensor's name", { ignore: ["**.k.weight"] }, LAYERS.filter((n) => !n.includes(".k."))],
    ["several", { ignore: ["head", "**.q"] }, ["a.1.k.weight"]],
    ["only", { only: ["**.q"] }, ["a.0.q.weight", "a.1.q.weight", "a.10.q.weight"]],
    ["only and ignore", { only: ["a"], ignore: ["a.1."] }, ["a.0.q.weight", "a.10.q.weight"]],
  ])("%s", async (_, options, expected) => {
    const report = await quantize(LAYERS, options);
    expect(names(report)).toEqual(expected);
    expect(warnings).toEqual([]);
    for (const { reason } of report.spared) expect(reason).toMatch(/^--ignore |^not among --only$/);
  });

  it("that match nothing warn", async () => {
    await quantize(LAYERS, { ignore: ["head", "decoder"], only: ["a", "head", "z.*"] });
    expect(warnings).toEqual([
      expect.stringContaining("--ignore decoder matches no"),
      expect.stringContaining("--only z.* matches no"),
    ]);
  });

  it("that leave nothing are an error that says what was spared", async () => {
    const error: unknown = await quantize(LAYERS, { ignore: ["**"] }).catch((e: unknown) => e);
    expect(isFabricError(error, "FABRIC_CONFIG_NOTHING_TO_QUANTIZE")).toBe(true);
    expect(String(error)).toContain("`a.0.q.weight` (--ignore **)");
  });
});
