// One trained GPT in each precision that stores it differently: how well it predicts, what it takes, how fast it is.
import { Fabric, torch } from "@fabric/core";
import { BitsandbytesPrecision, quantizedLayers } from "@fabric/precision-bnb";
import { Gpt, type GptConfig } from "./gpt-model.js";
import { perplexity } from "./gpt-train.js";

/** Two that store floats, for comparison, and the six of @fabric/precision-bnb. */
export const MODES = [
  "32-true",
  "bf16-true",
  "int8-training",
  "int8",
  "fp4",
  "fp4-dq",
  "nf4",
  "nf4-dq",
] as const;
export type Mode = (typeof MODES)[number];

/** What was measured in one mode. */
export interface ModeResult {
  readonly mode: Mode;
  /** On the held-out text, a byte. */
  readonly perplexity: number;
  /** Weights of the linear layers in the blocks: codes, scales and tables, or floats. */
  readonly layerBytes: number;
  /** The whole state: also embeddings, norms, biases and the head. */
  readonly bytes: number;
  /** Tokens (bytes of text) a second, read in a batch of 8 rows. */
  readonly batchRate: number;
  /** Tokens a second when the network runs for one at a time, as in generating; no earlier ones are attended to. */
  readonly singleRate: number;
}

/**
 * The head stays a float layer: it is a seventy-fifth of the weights, and its errors are the scores' errors. Transformers leaves it out as well.
 */
export const IGNORED: string[] = ["head"];

/** Where everything runs: the kernels of 4 and 8 bits are there for the CPU. */
export const PLACE = { accelerator: "cpu", devices: 1 } as const;

/** A Fabric for a mode. `new Fabric({ precision: mode })` is enough where nothing is left out. */
export function fabricFor(mode: Mode): Fabric {
  if (mode === "32-true" || mode === "bf16-true") return new Fabric({ ...PLACE, precision: mode });
  const plugin = new BitsandbytesPrecision({ mode, ignoreModules: IGNORED });
  return new Fabric({ ...PLACE, plugins: [plugin] });
}

/** A model with the weights of a checkpoint that was saved in any precision. */
export async function loadGpt(fabric: Fabric, checkpoint: string, config: GptConfig): Promise<Gpt> {
  const net = new Gpt(config);
  // Before set-up: each weight is then quantised once, on its way to the device.
  await fabric.load(checkpoint, { model: net });
  return fabric.setup(net);
}

/** Loads and measures `checkpoint` in all modes. `text`: held-out bytes, uint8 `[N]`. `rounds`: timings whose median is told. */
export async function compareModes(
  checkpoint: string,
  config: GptConfig,
  text: torch.Tensor,
  rounds: number,
): Promise<ModeResult[]> {
  const runs: Run[] = [];
  for (const mode of MODES) {
    const fabric = fabricFor(mode);
    const model = await loadGpt(fabric, checkpoint, config);
    runs.push({ mode, model, batch: [], single: [] });
  }
  const batch = text
    .narrow(0, 0, 8 * config.context)
    .view([8, config.context])
    .to("int64");
  const single = batch.narrow(0, 0, 1).narrow(1, 0, 1);
  // In turns, and the median: what else the machine does then meets all modes alike. The first round only warms up.
  for (let round = 0; round <= rounds; round++)
    for (const run of runs) {
      const batchRate = rate(run.model, batch, 1);
      const singleRate = rate(run.model, single, 20);
      if (round === 0) continue;
      run.batch.push(batchRate);
      run.single.push(singleRate);
    }
  return runs.map(({ mode, model, ...rates }) => ({
    mode,
    perplexity: perplexity(model, text, config.context),
    layerBytes: layerBytes(model),
    bytes: stateBytes(model),
    batchRate: median(rates.batch),
    singleRate: median(rates.single),
  }));
}

interface Run {
  readonly mode: Mode;
  readonly model: Gpt;
  readonly batch: number[];
  readonly single: number[];
}

/** Tokens a second of `times` forward passes. */
function rate(model: Gpt, tokens: torch.Tensor, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i++)
    torch.scope(() => torch.noGrad(() => void model.forward(tokens).at(0, 0, 0).item()));
  return (1000 * times * tokens.numel()) / (performance.now() - start);
}

function layerBytes(model: Gpt): number {
  const quantized = quantizedLayers(model);
  if (quantized.length > 0) return quantized.reduce((sum, layer) => sum + layer.bytesAfter, 0);
  const weights = model.blocks
    .flatMap(({ attention, up, down }) => [attention.qkv, attention.out, up, down])
    .map((linear) => linear.weight.nbytes);
  return weights.reduce((sum, bytes) => sum + bytes, 0);
}

function stateBytes(model: Gpt): number {
  return Object.values(model.stateDict()).reduce((sum, tensor) => sum + tensor.nbytes, 0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
