// Saving and loading 256 MB of weights, beside Python's safetensors, and beside what memory and disk allow.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fabric, nn, safetensors, type Tensor, torch } from "@fabric/core";
import { alternate, median, type Pair } from "./burst.js";
import { columns } from "./columns.js";
import type { Peer } from "./peer.js";

const LAYERS = 16;
const WIDTH = 2048;
const BYTES = LAYERS * WIDTH * WIDTH * 4;

class Wide extends nn.Module {
  layers: nn.Linear[] = Array.from(
    { length: LAYERS },
    () => new nn.Linear(WIDTH, WIDTH, { bias: false }),
  );
  override forward(x: Tensor): Tensor {
    return x;
  }
}

async function wallNs(run: () => unknown): Promise<number> {
  const start = process.hrtime.bigint();
  await run();
  return Number(process.hrtime.bigint() - start);
}

/** GB/s of save and load, ours and Python's in turns. */
export async function checkpointTable(peer: Peer | null, bursts: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fabric-bench-"));
  try {
    return await measure(folder, peer, bursts);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, peer: Peer | null, bursts: number): Promise<string> {
  const fabric = new Fabric({ accelerator: "cpu", devices: 1 });
  const model = fabric.setup(new Wide());
  const checkpoint = join(folder, "ckpt");
  const plain = join(folder, "ours.safetensors");
  const theirs = join(folder, "theirs.safetensors");
  const python = (kind: string) =>
    peer === null ? null : () => peer.burst(`files:${kind}:${theirs}`, 1);
  const lines = [["256 MB of weights", "ours", "Python", "rate ratio", "bound", ""]];
  const row = async (
    name: string,
    ours: () => unknown,
    kind: string | null,
    bound: number | null,
  ): Promise<void> => {
    const other = kind === null ? null : python(kind);
    await ours();
    if (other !== null) await other();
    const pairs = await alternate(bursts, () => wallNs(ours), other);
    lines.push([name, ...cells(pairs, bound)]);
  };
  await row("fabric.save, on the disk", () => fabric.save(checkpoint, { model }), "saveDurable", 1);
  await row(
    "safetensors.save, on the disk",
    () => safetensors.save(plain, model.stateDict()),
    "saveDurable",
    1,
  );
  await row(
    "... beside save_file that leaves it to the kernel",
    () => safetensors.save(plain, model.stateDict()),
    "save",
    null,
  );
  await row(
    "bound: write and fsync of as many bytes",
    () => rawWrite(join(folder, "raw")),
    null,
    null,
  );
  await row("saveAsync, until training goes on", asyncCall(fabric, model, checkpoint), null, null);
  await fabric.save(checkpoint, { model });
  await row("fabric.load, verified", () => fabric.load(checkpoint, { model }), "load", 1);
  await row(
    "fabric.load, verify: false",
    () => fabric.load(checkpoint, { model }, { verify: false }),
    "load",
    1,
  );
  await row("safetensors.open, into the model", () => openInto(plain, model), "load", 1);
  const [a, b] = [torch.ones([BYTES / 4]), torch.ones([BYTES / 4])];
  await row("bound: copy of as many bytes in memory", () => a.copy_(b), null, null);
  return columns(lines);
}

/** Times the call alone, and waits for the disk in between. */
function asyncCall(fabric: Fabric, model: nn.Module, path: string): () => unknown {
  let pending: Promise<void> = Promise.resolve();
  return () => {
    const before = pending;
    return before.then(() => {
      pending = fabric.saveAsync(path, { model });
    });
  };
}

function openInto(path: string, model: Wide): void {
  torch.scope(() => {
    using file = safetensors.open(path);
    model.loadStateDict(Object.fromEntries(file.keys().map((key) => [key, file.get(key)])));
  });
}

const block = new Uint8Array(WIDTH * WIDTH * 4).fill(1);

function rawWrite(path: string): void {
  const fd = openSync(path, "w");
  for (let i = 0; i < LAYERS; i++)
    for (let at = 0; at < block.length; ) at += writeSync(fd, block, at);
  fsyncSync(fd);
  closeSync(fd);
}

function cells(pairs: readonly Pair[], bound: number | null): string[] {
  const rate = (times: readonly number[]): number => BYTES / median(times);
  const ours = rate(pairs.map((pair) => pair.ours));
  const theirs = rate(pairs.flatMap((pair) => (pair.peer === null ? [] : [pair.peer])));
  const show = (value: number): string => (Number.isNaN(value) ? "-" : `${value.toFixed(2)} GB/s`);
  const ratio = ours / theirs;
  return [
    show(ours),
    show(theirs),
    Number.isNaN(ratio) ? "-" : ratio.toFixed(2),
    bound === null ? "" : `>= ${bound}`,
    bound === null || Number.isNaN(ratio) ? "" : ratio >= bound ? "met" : "MISSED",
  ];
}
