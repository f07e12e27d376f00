// What is refused, and with which next step.
import { copyFileSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isFabricError, randn, type Tensor, tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { type QuantizeCheckpointOptions, quantizeCheckpoint } from "../../src/quantize/index.js";
import { filesOf, temporaryFolder, writeCheckpoint } from "./support.js";

const root = temporaryFolder();
let count = 0;
const fresh = (): string => join(root, String(count++));
const plain = (): Record<string, Tensor> => ({
  "a.weight": randn([4, 64]),
  "b.weight": randn([4, 64]),
});

async function refused(
  input: string,
  output: string,
  code: string,
  ...parts: (string | RegExp)[]
): Promise<void> {
  await refusedWith(input, output, {}, code, ...parts);
}

async function refusedWith(
  input: string,
  output: string,
  options: QuantizeCheckpointOptions,
  code: string,
  ...parts: (string | RegExp)[]
): Promise<void> {
  const error: unknown = await quantizeCheckpoint(input, output, options).catch((e: unknown) => e);
  expect(String(error)).toContain(code);
  expect(isFabricError(error, code)).toBe(true);
  for (const part of parts) expect(String(error)).toMatch(part);
}

describe("an input", () => {
  it("that is not there, or no checkpoint", async () => {
    const folder = fresh();
    await refused(folder, fresh(), "FABRIC_CHECKPOINT_FILE", /there is nothing/);
    mkdirSync(folder);
    await refused(folder, fresh(), "FABRIC_CHECKPOINT_FILE", /neither model.safetensors nor/);
    writeFileSync(join(folder, "other.safetensors"), "");
    await refused(folder, fresh(), "FABRIC_CHECKPOINT_FILE", /but other\.safetensors\. Name one/);
    writeFileSync(join(folder, "pytorch_model.bin"), "");
    await refused(
      join(folder, "pytorch_model.bin"),
      fresh(),
      "FABRIC_CHECKPOINT_FILE",
      /converted to safetensors/,
    );
    await refused(join(folder, "other.safetensors"), fresh(), "FABRIC_CHECKPOINT_CORRUPT");
  });

  it("whose index does not fit its files", async () => {
    const index = (value: unknown): string => {
      const folder = writeCheckpoint(fresh(), plain(), { perFile: 1 });
      writeFileSync(
        join(folder, "model.safetensors.index.json"),
        typeof value === "string" ? value : JSON.stringify(value),
      );
      return folder;
    };
    const file = "model-00001-of-00002.safetensors";
    const code = "FABRIC_CHECKPOINT_INDEX";
    await refused(index("{"), fresh(), code, /not valid JSON/);
    await refused(index("[]"), fresh(), code, /no object "weight_map"/);
    await refused(index({ weight_map: {} }), fresh(), code, /is empty/);
    await refused(index({ weight_map: { "a.weight": 5 } }), fresh(), code, /not a name/);
    await refused(
      index({ weight_map: { "a.weight": "../model.safetensors" } }),
      fresh(),
      code,
      /beside it/,
    );
    await refused(
      index({ weight_map: { "a.weight": "gone.safetensors" } }),
      fresh(),
      code,
      /is missing/,
    );
    await refused(
      index({ weight_map: { "z.weight": file } }),
      fresh(),
      code,
      /has no tensor `z.weight`/,
    );
  });

  it("whose config.json is broken", async () => {
    const input = writeCheckpoint(fresh(), plain());
    writeFileSync(join(input, "config.json"), "[]");
    await refused(input, fresh(), "FABRIC_CHECKPOINT_CONFIG", /not a JSON object/);
  });

  it.each<[string, Record<string, Tensor>, RegExp]>([
    [
      "bitsandbytes",
      { "a.weight": tensor([[1]], { dtype: "uint8" }), "a.weight.absmax": randn([1]) },
      /`a\.weight\.absmax`/,
    ],
    ["LLM.int8()", { "a.SCB": randn([1]) }, /`a\.SCB`/],
    ["GPTQ", { "a.qweight": tensor([[1]], { dtype: "int32" }) }, /`a\.qweight`/],
    ["FP8", { "a.weight": randn([2, 2]).to("float8_e4m3fn") }, /`a\.weight` is float8_e4m3fn/],
  ])("that is quantised already, by %s", async (_, record, name) => {
    const input = writeCheckpoint(fresh(), { ...plain(), ...record });
    await refused(input, fresh(), "FABRIC_CHECKPOINT_QUANTIZED", /is quantised already/, name);
  });

  it("that config.json or an earlier run shows to be quantised", async () => {
    const config = { quantization_config: { quant_method: "awq" } };
    const input = writeCheckpoint(fresh(), plain(), { config });
    await refused(input, fresh(), "FABRIC_CHECKPOINT_QUANTIZED", /quantization_config of awq/);
    const output = fresh();
    await quantizeCheckpoint(writeCheckpoint(fresh(), plain()), output);
    await refused(output, fresh(), "FABRIC_CHECKPOINT_QUANTIZED", /a tensor `a\.weight\./);
    await refused(output, output, "FABRIC_CHECKPOINT_QUANTIZED");
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "with %s in a weight, by name; nothing is left",
    async (value) => {
      const spoilt = randn([4, 64]);
      spoilt.select(0, 1).fill_(value);
      const input = writeCheckpoint(fresh(), { ...plain(), "c.weight": spoilt });
      for (const mode of ["nf4", "nf4-dq", "int8"] as const) {
        const output = fresh();
        await refusedWith(
          input,
          output,
          { mode },
          "FABRIC_CHECKPOINT_VALUES",
          /`c\.weight`.*NaN or infinity/,
          /--ignore/,
        );
        expect(Object.keys(filesOf(output))).toEqual([]);
      }
      const report = await quantizeCheckpoint(input, fresh(), { ignore: ["c"] });
      expect(report.layers.length).toBe(2);
    },
  );

  it("with values beyond the dtype asked for", async () => {
    const large = writeCheckpoint(fresh(), { "a.weight": randn([4, 64]).mul(1e6) });
    await refusedWith(
      large,
      fresh(),
      { dtype: "float16" },
      "FABRIC_CHECKPOINT_VALUES",
      /float16 ends at 65504/,
      /--dtype bfloat16/,
    );
    await quantizeCheckpoint(large, fresh(), { dtype: "bfloat16" });
    const kept = writeCheckpoint(fresh(), { ...plain(), "a.bias": tensor([70000, 1]) });
    await refusedWith(
      kept,
      fresh(),
      { dtype: "float16" },
      "FABRIC_CHECKPOINT_VALUES",
      /`a\.bias`.*70000/,
    );
    const infinite = writeCheckpoint(fresh(), {
      ...plain(),
      "a.bias": tensor([Number.NEGATIVE_INFINITY]),
    });
    await quantizeCheckpoint(infinite, fresh(), { dtype: "float16" });
  });
});

describe("an output", () => {
  it("that is a file, or holds something else, is left alone, also with force", async () => {
    const input = writeCheckpoint(fresh(), plain());
    const file = fresh();
    writeFileSync(file, "mine");
    await refused(input, file, "FABRIC_CONFIG_OUTPUT", /is a file/);
    const folder = fresh();
    mkdirSync(folder);
    writeFileSync(join(folder, "thesis.tex"), "mine");
    await refusedWith(
      input,
      folder,
      { force: true },
      "FABRIC_CONFIG_OUTPUT",
      /not empty \(thesis\.tex\)/,
    );
    await refused(input, input, "FABRIC_CONFIG_OUTPUT", /not empty/);
    expect(readFileSync(join(folder, "thesis.tex"), "utf8")).toBe("mine");
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  it("of other options or another input is refused with the difference, and replaced by force", async () => {
    const input = writeCheckpoint(fresh(), plain());
    const output = fresh();
    await quantizeCheckpoint(input, output, { mode: "nf4" });
    writeFileSync(join(output, "notes.txt"), "mine");
    const code = "FABRIC_CONFIG_RESUME";
    await refusedWith(
      input,
      output,
      { mode: "fp4" },
      code,
      /--mode was "nf4" and is "fp4" now/,
      /--force/,
    );
    await refusedWith(
      input,
      output,
      { mode: "nf4", ignore: ["a"] },
      code,
      /--ignore was \[\] and is \["a"\] now/,
    );
    await refusedWith(input, output, { mode: "int8" }, code, /--mode/);
    utimesSync(join(input, "model.safetensors"), 1, 1);
    await refusedWith(
      input,
      output,
      { mode: "nf4" },
      code,
      /the input model\.safetensors has changed/,
    );
    const other = writeCheckpoint(fresh(), plain(), { perFile: 1 });
    await refusedWith(other, output, { mode: "nf4" }, code, /its input/);
    const report = await quantizeCheckpoint(input, output, { mode: "fp4", force: true });
    expect(report.resumedFiles).toBe(0);
    expect(readFileSync(join(output, "notes.txt"), "utf8")).toBe("mine");
  });

  it("with a journal that is none, or that names files elsewhere, harms nothing", async () => {
    const input = writeCheckpoint(fresh(), plain());
    const output = fresh();
    mkdirSync(output);
    const journal = join(output, "fabric-quantize.jsonl");
    writeFileSync(journal, '{"fabricQuantize":2}\n');
    await refused(input, output, "FABRIC_CHECKPOINT_JOURNAL", /Choose another output folder/);
    writeFileSync(journal, "not json\n");
    await refusedWith(input, output, { force: true }, "FABRIC_CHECKPOINT_JOURNAL");
    const victim = join(root, "victim");
    writeFileSync(victim, "mine");
    writeFileSync(
      journal,
      `${JSON.stringify({ fabricQuantize: 1, options: {}, input: {}, outputs: ["../victim", victim] })}\n`,
    );
    await quantizeCheckpoint(input, output, { force: true });
    expect(readFileSync(victim, "utf8")).toBe("mine");
  });

  it("that another process writes to is busy; the lock of a dead one is not", async () => {
    const input = writeCheckpoint(fresh(), plain());
    const output = fresh();
    mkdirSync(output);
    const lock = join(output, ".fabric-quantize.lock");
    writeFileSync(lock, String(process.ppid));
    await refused(
      input,
      output,
      "FABRIC_USAGE_BUSY",
      new RegExp(`process ${process.ppid} is writing`),
    );
    writeFileSync(lock, "4194305");
    await quantizeCheckpoint(input, output);
    expect(Object.keys(filesOf(output))).toEqual(["fabric-quantize.html", "model.safetensors"]);
  });
});

describe("an option", () => {
  it.each<[object, string, RegExp]>([
    [{ mode: "nf5" }, "FABRIC_CONFIG_MODE", /nf4, nf4-dq, fp4, fp4-dq, int8/],
    [{ blocksize: 48 }, "FABRIC_CONFIG_BLOCKSIZE", /48/],
    [{ dtype: "float64" }, "FABRIC_CONFIG_DTYPE", /float16, bfloat16, float32/],
    [{ maxShardBytes: 0 }, "FABRIC_CONFIG_SHARD_SIZE", /positive/],
    [{ ignore: [""] }, "FABRIC_CONFIG_PATTERN", /--ignore/],
    [{ ignored: ["a"] }, "FABRIC_CONFIG_OPTION", /unknown option `ignored`/],
  ])("%j", async (options, code, message) => {
    const input = writeCheckpoint(fresh(), plain());
    await refusedWith(input, fresh(), options as QuantizeCheckpointOptions, code, message);
  });
});

describe("small files", () => {
  it("of a folder are copied, those of tensors and large or odd ones are not", async () => {
    const input = writeCheckpoint(fresh(), plain());
    for (const name of [
      "tokenizer.json",
      "merges.txt",
      "tokenizer.model",
      "chat_template.jinja",
      "pytorch_model.bin",
      "train.py",
      ".hidden.json",
      "pytorch_model.bin.index.json",
    ])
      writeFileSync(join(input, name), name);
    const output = fresh();
    await quantizeCheckpoint(input, output, { html: false });
    expect(Object.keys(filesOf(output))).toEqual([
      "chat_template.jinja",
      "merges.txt",
      "model.safetensors",
      "tokenizer.json",
      "tokenizer.model",
    ]);
    const single = join(root, "single.safetensors");
    copyFileSync(join(input, "model.safetensors"), single);
    const alone = fresh();
    await quantizeCheckpoint(single, alone, { html: false });
    expect(Object.keys(filesOf(alone))).toEqual(["model.safetensors"]);
  });
});
