// One load in a process of its own: prints `ready` when libtorch is there, then a JSON line with its memory.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Fabric } from "@fabric/core";
import { BitsandbytesPrecision } from "@fabric/precision-bnb";
import * as torch from "@fabric/torch";
import { Decoder } from "./model.mjs";

const { values } = parseArgs({
  options: {
    checkpoint: { type: "string" },
    warmup: { type: "string" },
    mode: { type: "string" },
    via: { type: "string" },
    sizes: { type: "string" },
  },
});
torch.setNumThreads(1);

/** The ways to a loaded model; the last one is what the others are compared with. */
const WAYS = {
  /** Room for the codes, then the weights. */
  async init(fabric, folder, sizes) {
    const model = fabric.initModule({ emptyInit: true }, () => new Decoder(sizes));
    await fabric.loadRaw(folder, model);
    return fabric.setup(model);
  },
  /** Layers are replaced on the meta device, where nothing is allocated. */
  async meta(fabric, folder, sizes) {
    const model = fabric.setup(
      torch.device("meta", () => new Decoder(sizes)),
      { moveToDevice: false },
    );
    model.toEmpty({ device: fabric.device });
    await fabric.loadRaw(folder, model);
    return model;
  },
  /** All tensors at once, into a bfloat16 model that is quantised afterwards. */
  async whole(fabric, folder, sizes) {
    const model = torch.defaultDtype("bfloat16", () =>
      torch.nn.init.skipInit(() => new Decoder(sizes)),
    );
    const checkpoint = torch.safetensors.openSharded(folder);
    const state = checkpoint.keys().map((key) => [key, checkpoint.get(key).clone()]);
    model.loadStateDict(Object.fromEntries(state));
    return fabric.setup(model);
  },
};

const load = async (folder, sizes) => {
  const plugin = new BitsandbytesPrecision({ mode: values.mode });
  const fabric = new Fabric({ accelerator: "cpu", plugins: [plugin] });
  return await WAYS[values.via](fabric, folder, sizes);
};

const sizes = JSON.parse(values.sizes);
// Code and the tables of the kernels are in memory after a first load of a few kilobytes.
await load(values.warmup, { ...sizes, blocks: 1, width: 64, vocabulary: 64 });
globalThis.gc();
// The peak that the kernel counts begins anew.
writeFileSync("/proc/self/clear_refs", "5");
const before = memory();
process.stdout.write("ready\n");
const start = performance.now();
const model = await load(values.checkpoint, sizes);
const seconds = (performance.now() - start) / 1000;
const after = memory();
process.stdout.write("loaded\n");

const state = Object.values(model.stateDict());
const logits = torch.noGrad(() => model.forward(torch.tensor([[1, 2, 3, 4]], { dtype: "int64" })));
if (!logits.isfinite().all().item()) throw new Error("the loaded model computes no finite numbers");
const report = {
  finalBytes: state.reduce((sum, tensor) => sum + tensor.nbytes, 0),
  before,
  after,
  seconds,
};
process.stdout.write(`${JSON.stringify(report)}\n`);

/** Bytes: anonymous memory, all resident memory, and its highest value since the last `clear_refs`. */
function memory() {
  const text = readFileSync("/proc/self/status", "utf8");
  const field = (name) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)[1]);
  return { anon: field("RssAnon"), rss: field("VmRSS"), peak: field("VmHWM") };
}
