// Saves or resumes under fsdp, or in one process: what is asked for in argv[2].
import { Fabric, FSDPStrategy, nn, optim, type Plugin, torch } from "@fabric/core";
import { MixedPrecision } from "@fabric/precision-mixed";
import { Linear } from "@fabric/precision-te";
import { report } from "../../../../../packages/torch/test/support/processes.js";
import { alone, batch, meanLosses, Net } from "./models.js";

/** What one run does. */
export interface Job {
  /** Null makes a plain Fabric of one process. */
  readonly stateDictType: "full" | "sharded" | null;
  readonly load?: string;
  /** Load only the weights, into a model that was made on the meta device. */
  readonly meta?: boolean;
  readonly raw?: string;
  readonly save?: string;
  readonly steps: number;
  readonly from: number;
  readonly precision: string;
}

const size = Number(process.env["WORLD_SIZE"]);
const rank = Number(process.env["RANK"]);
const ROWS = 16;

/** float16 on the CPU only as an object: the alias means bfloat16 there. */
function precisionOf(job: Job): { precision?: string; plugins?: Plugin[] } {
  return job.precision === "16-mixed"
    ? { plugins: [new MixedPrecision({ precision: "16-mixed", device: "cpu" })] }
    : { precision: job.precision };
}

function makeFabric(job: Job): Fabric {
  const { plugins = [], ...rest } = precisionOf(job);
  if (job.stateDictType === null)
    return new Fabric({ accelerator: "cpu", ...rest, plugins: [...plugins, alone] });
  const strategy = new FSDPStrategy({ timeoutMs: 20_000, stateDictType: job.stateDictType });
  return new Fabric({ accelerator: "cpu", devices: size, strategy, ...rest, plugins });
}

function makeNet(job: Job): Net {
  const net = new Net();
  // The plugin would leave these sizes; the layers pad them.
  if (job.precision === "transformer-engine")
    nn.replaceModules(net, (m) => (m instanceof nn.Linear ? Linear.fromLinear(m) : undefined));
  return net;
}

async function run(job: Job): Promise<unknown> {
  const fabric = makeFabric(job);
  await fabric.launch();
  torch.manualSeed(5);
  const model = fabric.setupModule(
    fabric.initModule({ emptyInit: job.meta === true }, () => makeNet(job)),
  );
  const optimizer = fabric.setupOptimizers(new optim.AdamW(model.parameters(), { lr: 0.01 }));
  const state = { model, optimizer, step: 0 };
  if (job.load !== undefined) await fabric.load(job.load, state);
  if (job.raw !== undefined) await fabric.loadRaw(job.raw, model);
  const losses: number[] = [];
  for (let step = job.from; step < job.from + job.steps; step++) {
    torch.scope(() => {
      optimizer.zeroGrad();
      const loss = model.trainingStep(...batch(step, ROWS, rank, size));
      fabric.backward(loss);
      optimizer.step();
      losses.push(loss.item());
    });
  }
  const loaded = state.step;
  state.step = job.from + job.steps;
  if (job.save !== undefined) await fabric.save(job.save, state);
  const mean = job.stateDictType === null ? losses : await meanLosses(fabric, losses);
  const lossScale = fabric.lossScale;
  fabric.teardown();
  return { losses: mean, loaded, lossScale, shape: model.head.weight.shape };
}

for (const job of JSON.parse(process.argv[2] as string) as Job[]) {
  try {
    report(await run(job));
  } catch (error) {
    report({ error: (error as Error).stack });
  }
}
if (torch.distributed.isInitialized()) await torch.distributed.destroyProcessGroup();
