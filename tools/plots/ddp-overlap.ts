// When gradients are there and when their averages are: `node --import tsx/esm tools/plots/ddp-overlap.ts docs/proof`.
//
// Two processes on this machine train a perceptron; the picture is one backward pass of rank 0.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DDPStrategy, Fabric, nn, optim, type Tensor, torch } from "@fabric/core";
import * as Plot from "@observablehq/plot";
import { plotSvg, writePlot } from "./render.js";

const LAYERS = 8;
const WIDTH = 1024;
const BATCH = 512;
const STEPS = 12;

/** Milliseconds from the start of backward. */
interface Measured {
  readonly buckets: { readonly bytes: number; readonly start: number; readonly end: number }[];
  /** When the last gradient was there: the end of what backward computes. */
  readonly lastGradient: number;
  /** When backward returned. */
  readonly end: number;
}

/** One of the processes. */
async function train(): Promise<void> {
  const fabric = new Fabric({
    accelerator: "cpu",
    devices: 2,
    strategy: new DDPStrategy({ bucketCapMb: 4, timeoutMs: 60_000 }),
  });
  await fabric.launch();
  const net = new nn.Sequential(
    ...Array.from({ length: LAYERS }, () => [new nn.Linear(WIDTH, WIDTH), new nn.ReLU()]).flat(),
  );
  const [model, optimizer] = fabric.setup(net, new optim.SGD(net.parameters(), { lr: 0.01 }));
  const wrapper = fabric.unwrap(model) as unknown as nn.parallel.DistributedDataParallel;
  wrapper.startTrace();
  const x = torch.randn([BATCH, WIDTH]);
  const passes: Measured[] = [];
  for (let step = 0; step < STEPS; step++) {
    optimizer.zeroGrad();
    const loss = (model.forward(x) as Tensor).square().mean();
    const begin = Number(process.hrtime.bigint());
    fabric.backward(loss);
    const end = Number(process.hrtime.bigint());
    optimizer.step();
    const { allReduces } = wrapper.takeTrace();
    const ms = (ns: number): number => (ns - begin) / 1e6;
    const buckets = allReduces.map(({ bytes, start, end: done }) => ({
      bytes,
      start: ms(start),
      end: ms(done),
    }));
    // The last bucket goes out as soon as its last gradient is there.
    passes.push({ buckets, lastGradient: Math.max(...buckets.map((b) => b.start)), end: ms(end) });
  }
  // The first passes make the buckets; of the others the one with the middle duration.
  const usual = passes.slice(3).sort((a, b) => a.end - b.end)[Math.floor((STEPS - 3) / 2)];
  if (fabric.isGlobalZero) process.stdout.write(`${JSON.stringify(usual)}\n`);
}

/** Runs the two processes and returns what rank 0 measured. */
async function measure(): Promise<Measured> {
  const port = await freePort();
  const outputs = await Promise.all(
    [0, 1].map(
      (rank) =>
        new Promise<string>((resolve, reject) => {
          const child = spawn(
            process.execPath,
            ["--import", "tsx/esm", import.meta.filename, "train"],
            {
              env: {
                ...process.env,
                OMP_NUM_THREADS: "1",
                LOCAL_RANK: String(rank),
                MASTER_ADDR: "127.0.0.1",
                MASTER_PORT: String(port),
              },
              stdio: ["ignore", "pipe", "inherit"],
            },
          );
          let text = "";
          child.stdout.setEncoding("utf8").on("data", (part: string) => {
            text += part;
          });
          child.on("close", (code) =>
            code === 0 ? resolve(text) : reject(new Error(`rank ${rank}: exit code ${code}`)),
          );
        }),
    ),
  );
  return JSON.parse(outputs[0] as string) as Measured;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function draw({ buckets, lastGradient, end }: Measured): string {
  const rows = buckets.map((bucket, i) => ({
    ...bucket,
    name: `bucket ${i} (${(bucket.bytes / 2 ** 20).toFixed(1)} MiB)`,
  }));
  const hidden = buckets.reduce(
    (sum, b) => sum + Math.max(0, Math.min(b.end, lastGradient) - b.start),
    0,
  );
  const total = buckets.reduce((sum, b) => sum + b.end - b.start, 0);
  return plotSvg({
    width: 900,
    height: 90 + 34 * (rows.length + 1),
    marginLeft: 150,
    marginTop: 62,
    marginRight: 30,
    marginBottom: 44,
    x: {
      label: "ms from the start of backward",
      labelOffset: 38,
      domain: [0, Math.ceil(end)],
      grid: true,
    },
    y: {
      label: null,
      domain: ["backward computes", ...rows.map((row) => row.name)],
      padding: 0.35,
    },
    marks: [
      Plot.text(["Gradients are averaged while backward goes on"], {
        frameAnchor: "top-left",
        dx: -140,
        dy: -50,
        fontSize: 17,
        fontWeight: "bold",
      }),
      Plot.text(
        [
          `2 processes, ${LAYERS} layers of ${WIDTH} x ${WIDTH}, buckets of 4 MiB over loopback; ${Math.round((100 * hidden) / total)} % of the time of all-reduces lies within backward's own`,
        ],
        { frameAnchor: "top-left", dx: -140, dy: -28 },
      ),
      Plot.barX([0], { x1: 0, x2: lastGradient, y: () => "backward computes", fill: "#999999" }),
      Plot.barX(rows, { x1: "start", x2: "end", y: "name", fill: "#0072b2" }),
      Plot.ruleX([lastGradient], { stroke: "#d55e00", strokeWidth: 2 }),
      Plot.text([{ x: lastGradient }], {
        x: "x",
        text: () => "last gradient",
        frameAnchor: "bottom",
        dy: -6,
        dx: -6,
        textAnchor: "end",
        fill: "#d55e00",
      }),
    ],
  });
}

if (process.argv[2] === "train") await train();
else {
  const directory = process.argv[2] ?? "docs/proof";
  const measured = await measure();
  writePlot(join(directory, "ddp-overlap"), draw(measured));
  writeFileSync(join(directory, "ddp-overlap.json"), `${JSON.stringify(measured, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(measured)}\n`);
}
