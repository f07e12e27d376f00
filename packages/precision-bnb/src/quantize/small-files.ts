// What stands beside the weights: config.json with the quantisation added, tokenizer files as they are.
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { DType } from "@fabric/torch";
import { partsOf, type QuantizeMode } from "./modes.js";
import { type Choice, layerOf } from "./select.js";
import type { Source } from "./source.js";

/** Larger ones are no tokenizer's. */
const MAX_BYTES = 64e6;
const KINDS = /\.(json|txt|model|jinja)$/;
const CONFIG = "config.json";

/** Names of the files that are copied, config.json among them. */
export function smallFiles({ folder }: Source): string[] {
  if (folder === null) return [];
  return readdirSync(folder)
    .filter((name) => KINDS.test(name) && !name.endsWith(".index.json") && !name.startsWith("."))
    .filter((name) => {
      const stat = statSync(join(folder, name), { throwIfNoEntry: false });
      return stat?.isFile() === true && stat.size <= MAX_BYTES;
    })
    .sort();
}

/** What decides about config.json. */
export interface ConfigOptions {
  readonly mode: QuantizeMode;
  readonly dtype: DType | null;
}

/** Copies them. */
export function copySmallFiles(
  source: Source,
  folder: string,
  choices: readonly Choice[],
  options: ConfigOptions,
): void {
  for (const name of smallFiles(source)) {
    const bytes = readFileSync(join(source.folder as string, name));
    const isConfig = name === CONFIG && source.config !== null;
    writeWhole(join(folder, name), isConfig ? quantizedConfig(source, choices, options) : bytes);
  }
}

/** config.json as transformers writes it for bitsandbytes. */
function quantizedConfig(
  source: Source,
  choices: readonly Choice[],
  { mode, dtype }: ConfigOptions,
): string {
  const { quantType, nested } = partsOf(mode);
  const config = { ...source.config };
  // The older name, and the newer.
  const given = config["dtype"] ?? config["torch_dtype"];
  if (dtype !== null)
    for (const key of ["dtype", "torch_dtype"]) if (key in config) config[key] = dtype;
  const is4bit = quantType !== null;
  config["quantization_config"] = {
    _load_in_4bit: is4bit,
    _load_in_8bit: !is4bit,
    bnb_4bit_compute_dtype: dtype ?? (typeof given === "string" ? given : commonDtype(choices)),
    bnb_4bit_quant_storage: "uint8",
    bnb_4bit_quant_type: quantType ?? "fp4",
    bnb_4bit_use_double_quant: nested,
    llm_int8_enable_fp32_cpu_offload: false,
    llm_int8_has_fp16_weight: false,
    llm_int8_skip_modules: skippedModules(source, choices),
    llm_int8_threshold: 6.0,
    load_in_4bit: is4bit,
    load_in_8bit: !is4bit,
    quant_method: "bitsandbytes",
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** Layers that readers must leave as they are; a head without a weight of its own is the embedding's. */
function skippedModules({ tensors }: Source, choices: readonly Choice[]): string[] {
  const spared = choices
    .filter((choice) => choice.spared !== null)
    .map((choice) => layerOf(choice.tensor.name));
  const hasHead = tensors.some(({ name }) => /(^|\.)lm_head\.weight$/.test(name));
  return [...new Set([...spared, ...(hasHead ? [] : ["lm_head"])])];
}

/** Dtype of most quantised elements. */
function commonDtype(choices: readonly Choice[]): DType {
  const counts = new Map<DType, number>();
  for (const { tensor, quantize } of choices)
    if (quantize) counts.set(tensor.dtype, (counts.get(tensor.dtype) ?? 0) + tensor.elements);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  const dtype = most?.[0] ?? "float32";
  return dtype === "float64" ? "float32" : dtype;
}

/** Writes a small file so that it is there whole or not at all. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const aside = `${path}.tmp`;
  const fd = openSync(aside, "w");
  try {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(aside, path);
}
