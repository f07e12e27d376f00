// The picture of `fabric quantize` for a small model: `node --import tsx/esm tools/plots/quantize-error.ts docs/proof`.
//
// Twelve blocks of random weights. Output projections get longer tails with depth, as trained ones have; the first down projection has the longest.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { safetensors, type Tensor, torch } from "@fabric/core";
import { quantizeCheckpoint } from "@fabric/precision-bnb";

const BLOCKS = 12;
const WIDTH = 256;
const HIDDEN = 688;
const directory = process.argv[2] ?? "docs/proof";

/** Normal values, and `tail` times their cubes. */
function weight(rows: number, columns: number, tail: number): Tensor {
  const cubes = torch.randn([rows, columns]).pow(3).mul(tail);
  return torch.randn([rows, columns]).add(cubes).mul(0.02).to("bfloat16");
}

function model(): Record<string, Tensor> {
  torch.manualSeed(1);
  const record: Record<string, Tensor> = {};
  for (let i = 0; i < BLOCKS; i++) {
    const block = `model.layers.${i}`;
    record[`${block}.self_attn.q_proj.weight`] = weight(WIDTH, WIDTH, 0.004 * i);
    record[`${block}.self_attn.k_proj.weight`] = weight(WIDTH / 4, WIDTH, 0.006 * i);
    record[`${block}.self_attn.v_proj.weight`] = weight(WIDTH / 4, WIDTH, 0.01);
    record[`${block}.self_attn.o_proj.weight`] = weight(WIDTH, WIDTH, 0.02 + 0.01 * i);
    record[`${block}.mlp.gate_proj.weight`] = weight(HIDDEN, WIDTH, 0);
    record[`${block}.mlp.up_proj.weight`] = weight(HIDDEN, WIDTH, 0.05);
    record[`${block}.mlp.down_proj.weight`] = weight(WIDTH, HIDDEN, 0.2 / (1 + i));
  }
  return record;
}

const folder = mkdtempSync(join(tmpdir(), "quantize-error-"));
try {
  const input = join(folder, "model.safetensors");
  safetensors.save(input, model());
  const { page } = await quantizeCheckpoint(input, join(folder, "out"), { mode: "nf4-dq" });
  const html = readFileSync(page as string, "utf8");
  const svg = html.slice(html.indexOf("<svg"), html.indexOf("</svg>") + "</svg>".length);
  // The page brings its own paper; a picture alone may stand on a dark one.
  const paper = svg.replace(/(<svg[^>]*>)/, '$1\n<rect width="100%" height="100%" fill="#fff"/>');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "quantize-error.svg"), `${paper}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
