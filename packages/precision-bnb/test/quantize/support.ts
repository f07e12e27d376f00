// Checkpoints to quantise, and processes that do it.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DType,
  manualSeed,
  ones,
  randn,
  safetensors,
  type Tensor,
  tensorBytes,
} from "@fabric/torch";
import { afterAll } from "vitest";

export const CLI: string = join(import.meta.dirname, "../../../core/bin/fabric.js");
/** Where `fabric` finds this package. */
const WORKSPACE = join(import.meta.dirname, "../../../..");

/** A folder that goes when the tests of the file have run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fabric-quantize-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Tensors like those of a small decoder. */
export function decoder(layers = 2, dtype: DType = "bfloat16"): Record<string, Tensor> {
  manualSeed(7);
  const weight = (rows: number, columns: number): Tensor =>
    randn([rows, columns]).mul(0.02).to(dtype);
  const record: Record<string, Tensor> = { "model.embed_tokens.weight": weight(50, 32) };
  for (let i = 0; i < layers; i++) {
    const prefix = `model.layers.${i}`;
    record[`${prefix}.self_attn.q_proj.weight`] = weight(32, 32);
    record[`${prefix}.self_attn.q_proj.bias`] = weight(1, 32).view([32]);
    record[`${prefix}.mlp.up_proj.weight`] = weight(70, 32);
    record[`${prefix}.mlp.down_proj.weight`] = weight(33, 71);
    record[`${prefix}.input_layernorm.weight`] = ones([32]).to(dtype);
  }
  record["lm_head.weight"] = weight(50, 32);
  return record;
}

/** Writes a checkpoint of one file, or of one a tensor count, with an index. */
export function writeCheckpoint(
  folder: string,
  record: Readonly<Record<string, Tensor>>,
  { perFile = 0, config = null }: { perFile?: number; config?: object | null } = {},
): string {
  mkdirSync(folder, { recursive: true });
  if (config !== null) writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const entries = Object.entries(record);
  if (perFile === 0) {
    safetensors.save(join(folder, "model.safetensors"), record, { format: "pt" });
    return folder;
  }
  const map: Record<string, string> = {};
  const count = Math.ceil(entries.length / perFile);
  for (let i = 0; i < count; i++) {
    const file = `model-${String(i + 1).padStart(5, "0")}-of-${String(count).padStart(5, "0")}.safetensors`;
    const part = entries.slice(i * perFile, (i + 1) * perFile);
    safetensors.save(join(folder, file), Object.fromEntries(part), { format: "pt" });
    for (const [key] of part) map[key] = file;
  }
  writeFileSync(
    join(folder, "model.safetensors.index.json"),
    JSON.stringify({ metadata: { total_size: 0 }, weight_map: map }),
  );
  return folder;
}

/** Every tensor of an output folder, through its index if it has one. */
export function readCheckpoint(folder: string): Record<string, Tensor> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".safetensors"));
  const read = names.map((name) => safetensors.load(join(folder, name)));
  return Object.assign({}, ...read) as Record<string, Tensor>;
}

/** Dtype, shape and bytes. */
export function contentOf(t: Tensor): string {
  return `${t.dtype} [${t.shape.join(", ")}] ${Buffer.from(tensorBytes(t)).toString("base64")}`;
}

/** Runs `fabric` to its end. */
export function fabric(args: readonly string[]): {
  status: number | null;
  stdout: string;
  stderr: string;
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    encoding: "utf8",
    cwd: WORKSPACE,
    env: environment(),
  });
  return { status, stdout, stderr };
}

/** Starts `fabric`. */
export function startFabric(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], {
    cwd: WORKSPACE,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The files of a folder by name, without the journal, which holds times. */
export function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name !== "fabric-quantize.jsonl");
  return Object.fromEntries(
    names.sort().map((name) => [name, readFileSync(join(folder, name)).toString("base64")]),
  );
}

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(FORCE_COLOR|NO_COLOR)$/.test(name),
  );
  return { ...Object.fromEntries(kept), OMP_NUM_THREADS: "1" };
}
