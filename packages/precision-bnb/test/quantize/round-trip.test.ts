// What stands in the output, against the functional API.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nn as bnb, functional } from "@fabric/precision-bnb";
import {
  type DType,
  linalgVectorNorm,
  manualSeed,
  randn,
  safetensors,
  type Tensor,
  tensor,
} from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { type QuantizeMode, quantizeCheckpoint } from "../../src/quantize/index.js";
import { contentOf, decoder, readCheckpoint, temporaryFolder, writeCheckpoint } from "./support.js";

const root = temporaryFolder();
let count = 0;
const fresh = (): string => join(root, String(count++));

/** What one weight becomes, by the functional API. */
function expected4bit(
  key: string,
  weight: Tensor,
  mode: QuantizeMode,
  blocksize: number,
): Record<string, Tensor> {
  const [packed, state] = functional.quantize4bit(weight, {
    quantType: mode.startsWith("nf4") ? "nf4" : "fp4",
    compressStatistics: mode.endsWith("-dq"),
    blocksize,
  });
  const entries = Object.entries(state.stateDict({ packed: true }));
  return {
    [key]: packed,
    ...Object.fromEntries(entries.map(([name, t]) => [`${key}.${name}`, t])),
  };
}

const isQuantized = (key: string): boolean => /(q_proj|up_proj|down_proj)\.weight$/.test(key);

function expectSame(actual: Record<string, Tensor>, expected: Record<string, Tensor>): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [key, t] of Object.entries(expected))
    expect([key, contentOf(actual[key] as Tensor)]).toEqual([key, contentOf(t)]);
}

function expectedAll(
  record: Record<string, Tensor>,
  mode: QuantizeMode,
  blocksize = 64,
): Record<string, Tensor> {
  return Object.assign(
    {},
    ...Object.entries(record).map(([key, t]) =>
      isQuantized(key) ? expected4bit(key, t, mode, blocksize) : { [key]: t },
    ),
  ) as Record<string, Tensor>;
}

describe("4-bit tensors", () => {
  it.each<[QuantizeMode, DType, number]>([
    ["nf4", "float32", 64],
    ["nf4-dq", "bfloat16", 64],
    ["fp4", "float16", 32],
    ["fp4-dq", "bfloat16", 256],
  ])(
    "%s of %s in blocks of %i are those of quantize4bit, bit for bit",
    async (mode, dtype, blocksize) => {
      const record = decoder(2, dtype);
      const [input, output] = [writeCheckpoint(fresh(), record), fresh()];
      const report = await quantizeCheckpoint(input, output, {
        mode,
        blocksize,
        ignore: ["lm_head"],
      });
      expectSame(readCheckpoint(output), expectedAll(record, mode, blocksize));
      expect(report.files).toEqual(["model.safetensors"]);
      const opened = safetensors.open(join(output, "model.safetensors"));
      expect(opened.metadata).toEqual({ format: "pt" });
      opened.close();
    },
  );

  it("are the same in shards, from shards, and each layer stays in one file", async () => {
    const record = decoder(3);
    const input = writeCheckpoint(fresh(), record, { perFile: 4 });
    const output = fresh();
    const report = await quantizeCheckpoint(join(input, "model.safetensors.index.json"), output, {
      ignore: ["lm_head"],
      maxShardBytes: 9000,
    });
    expect(report.files.length).toBeGreaterThan(3);
    expect(report.files[1]).toBe(`model-00002-of-0000${report.files.length}.safetensors`);
    expectSame(readCheckpoint(output), expectedAll(record, "nf4-dq"));
    const index = JSON.parse(
      readFileSync(join(output, "model.safetensors.index.json"), "utf8"),
    ) as {
      metadata: { total_size: number };
      weight_map: Record<string, string>;
    };
    expect(index.metadata.total_size).toBe(report.bytesAfter);
    for (const file of report.files) {
      const opened = safetensors.open(join(output, file));
      const mapped = Object.keys(index.weight_map).filter((key) => index.weight_map[key] === file);
      expect(opened.keys().sort()).toEqual(mapped.sort());
      expect(
        opened.keys().reduce((sum, key) => sum + opened.info(key).nbytes, 0),
      ).toBeLessThanOrEqual(9000);
      opened.close();
    }
    for (const key of Object.keys(record).filter(isQuantized))
      expect(index.weight_map[`${key}.absmax`]).toBe(index.weight_map[key]);
  });

  it("of a tensor larger than one piece, with an odd number of elements, are the same too", async () => {
    manualSeed(3);
    const record = { weight: randn([3, 1_000_003]).half() };
    const [input, output] = [writeCheckpoint(fresh(), record), fresh()];
    const report = await quantizeCheckpoint(join(input, "model.safetensors"), output, {
      mode: "nf4-dq",
    });
    const expected = expected4bit("weight", record.weight, "nf4-dq", 64);
    expectSame(readCheckpoint(output), expected);
    // NF4 of normal values: 0.0920 of sigma.
    expect(report.layers[0]?.rmsError).toBeGreaterThan(0.0911);
    expect(report.layers[0]?.rmsError).toBeLessThan(0.0929);
    expect(report.layers[0]?.bytesAfter).toBe(
      Object.values(expected).reduce((sum, t) => sum + t.nbytes, 0),
    );
  });

  it("report the error of what dequantize4bit gives", async () => {
    const weight = randn([33, 71]).bfloat16();
    const input = writeCheckpoint(fresh(), { "fc.weight": weight });
    const report = await quantizeCheckpoint(input, fresh(), { mode: "fp4-dq" });
    const back = functional.dequantize4bit(
      ...functional.quantize4bit(weight, { quantType: "fp4", compressStatistics: true }),
    );
    const norm = (t: Tensor): number => linalgVectorNorm(t, { dtype: "float64" }).item<number>();
    const error = norm(back.float().sub(weight.float())) / norm(weight.float());
    expect(report.layers[0]?.rmsError).toBeCloseTo(error, 12);
  });

  it("load into a 4-bit layer", async () => {
    const weight = randn([16, 64]);
    const output = fresh();
    await quantizeCheckpoint(writeCheckpoint(fresh(), { "fc.weight": weight }), output, {
      mode: "nf4",
    });
    const layer = new bnb.LinearNF4(64, 16, { bias: false, compressStatistics: false });
    layer.to("cpu");
    const read = readCheckpoint(output);
    layer.loadStateDict(
      Object.fromEntries(Object.entries(read).map(([key, t]) => [key.slice("fc.".length), t])),
    );
    const x = randn([2, 64]);
    const back = functional.dequantize4bit(...functional.quantize4bit(weight));
    const difference = layer.forward(x).sub(x.matmul(back.t())).abs().amax().item<number>();
    expect(difference).toBeLessThan(1e-4);
  });
});

describe("int8 tensors", () => {
  it("are rint(x * (127 / s)) by rows, with the keys of LLM.int8()", async () => {
    manualSeed(5);
    const weight = randn([5, 40]);
    weight.select(0, 2).zero_();
    const record = { "a.fc.weight": weight, "a.fc.bias": randn([5]) };
    const output = fresh();
    const report = await quantizeCheckpoint(writeCheckpoint(fresh(), record), output, {
      mode: "int8",
    });
    const read = readCheckpoint(output);
    expect(Object.keys(read).sort()).toEqual([
      "a.fc.SCB",
      "a.fc.bias",
      "a.fc.weight",
      "a.fc.weight_format",
    ]);
    expect(contentOf(read["a.fc.weight_format"] as Tensor)).toBe(
      contentOf(tensor(0, { dtype: "uint8" })),
    );
    const rows = weight.toArray() as number[][];
    const scales = rows.map((row) => Math.max(...row.map(Math.abs)));
    expect((read["a.fc.SCB"] as Tensor).toArray()).toEqual(scales);
    const codes = rows.map((row, i) =>
      row.map((x) => {
        const scale = scales[i] as number;
        return scale === 0 ? 0 : halfToEven(Math.fround(x * Math.fround(127 / scale)));
      }),
    );
    expect((read["a.fc.weight"] as Tensor).toArray()).toEqual(codes);
    expect(report.layers[0]?.rmsError).toBeLessThan(0.01);
    expect(report.layers[0]?.bytesAfter).toBe(200 + 20 + 1);
  });

  it("come in pieces of whole rows", async () => {
    manualSeed(6);
    const record = { "fc.weight": randn([5, 700_001]).bfloat16() };
    const output = fresh();
    await quantizeCheckpoint(writeCheckpoint(fresh(), record), output, { mode: "int8" });
    const { "fc.weight": codes, "fc.SCB": scales } = readCheckpoint(output);
    const [float, s] = [record["fc.weight"].float(), record["fc.weight"].float().abs().amax([1])];
    expect(contentOf(scales as Tensor)).toBe(contentOf(s));
    const expected = float.mul(tensor(127).div(s).unsqueeze(1)).round().to("int8");
    expect((codes as Tensor).equal(expected)).toBe(true);
  });
});

describe("what stays float", () => {
  it("is cast by --dtype, which states record too, and codes still come from float32", async () => {
    const record = decoder(1, "float32");
    const output = fresh();
    await quantizeCheckpoint(writeCheckpoint(fresh(), record), output, {
      mode: "nf4",
      dtype: "float16",
    });
    const read = readCheckpoint(output);
    const key = "model.layers.0.mlp.up_proj.weight";
    const expected = expected4bit(key, record[key] as Tensor, "nf4", 64);
    expect(contentOf(read[key] as Tensor)).toBe(contentOf(expected[key] as Tensor));
    const text = read[`${key}.quant_state.bitsandbytes__nf4`]?.toTypedArray() as Uint8Array;
    expect(JSON.parse(Buffer.from(text).toString())).toEqual({
      quant_type: "nf4",
      blocksize: 64,
      dtype: "float16",
      shape: [70, 32],
    });
    expect(contentOf(read["model.embed_tokens.weight"] as Tensor)).toBe(
      contentOf((record["model.embed_tokens.weight"] as Tensor).half()),
    );
  });

  it("keeps values that float16 could not hold", async () => {
    const weight = randn([8, 64]).mul(1e6).bfloat16();
    const output = fresh();
    const report = await quantizeCheckpoint(
      writeCheckpoint(fresh(), { "fc.weight": weight }),
      output,
    );
    expectSame(readCheckpoint(output), expected4bit("fc.weight", weight, "nf4-dq", 64));
    expect(report.layers[0]?.rmsError).toBeLessThan(0.2);
  });

  it("may be of any dtype, and empty", async () => {
    const record = {
      "fc.weight": randn([4, 64]),
      ids: tensor([1, 2, 3]),
      mask: tensor([true, false]),
      none: randn([0, 3]),
      scalar: tensor(2.5, { dtype: "float64" }),
    };
    const output = fresh();
    await quantizeCheckpoint(writeCheckpoint(fresh(), record), output, { mode: "nf4" });
    const { "fc.weight": weight, ...others } = record;
    expectSame(readCheckpoint(output), {
      ...expected4bit("fc.weight", weight, "nf4", 64),
      ...others,
    });
  });
});

describe("config.json", () => {
  const run = async (
    config: object | null,
    options = {},
  ): Promise<Record<string, unknown> | null> => {
    const output = fresh();
    await quantizeCheckpoint(writeCheckpoint(fresh(), decoder(1), { config }), output, options);
    const path = join(output, "config.json");
    return existsSync(path)
      ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>)
      : null;
  };

  it("gets transformers' section for 4 bits", async () => {
    const config = { model_type: "llama", torch_dtype: "bfloat16" };
    expect(await run(config, { ignore: ["lm_head"] })).toEqual({
      ...config,
      quantization_config: {
        _load_in_4bit: true,
        _load_in_8bit: false,
        bnb_4bit_compute_dtype: "bfloat16",
        bnb_4bit_quant_storage: "uint8",
        bnb_4bit_quant_type: "nf4",
        bnb_4bit_use_double_quant: true,
        llm_int8_enable_fp32_cpu_offload: false,
        llm_int8_has_fp16_weight: false,
        llm_int8_skip_modules: ["lm_head", "model.embed_tokens"],
        llm_int8_threshold: 6,
        load_in_4bit: true,
        load_in_8bit: false,
        quant_method: "bitsandbytes",
      },
    });
  });

  it("gets the section for int8, and the dtype that was asked for", async () => {
    const config = await run({ dtype: "float32" }, { mode: "int8", dtype: "bfloat16" });
    expect(config).toMatchObject({
      dtype: "bfloat16",
      quantization_config: {
        load_in_8bit: true,
        load_in_4bit: false,
        llm_int8_skip_modules: ["model.embed_tokens"],
      },
    });
  });

  it("is not made up where there is none", async () => {
    expect(await run(null)).toBeNull();
  });
});

function halfToEven(x: number): number {
  const rounded = Math.round(x);
  return (Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded) + 0;
}
