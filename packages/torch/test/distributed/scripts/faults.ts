// What goes wrong between processes; the first argument says what.
import * as torch from "@fabric/torch";
import { report } from "../../support/processes.js";

const d = torch.distributed;
const [mode, timeout = "1500"] = process.argv.slice(2);

const block = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};
/** Reports what an operation gives: `[code, message, milliseconds]`. */
const tell = async (run: () => unknown): Promise<void> => {
  const start = performance.now();
  try {
    await run();
    report(["fine", "", performance.now() - start]);
  } catch (error) {
    const { code, message } = error as torch.FabricError;
    report([code, message, performance.now() - start]);
  }
};

const t = torch.ones([1000]);
const rank = Number(process.env["RANK"]);
if (mode === "absent" && rank === 1) process.exit(0);
if (mode === "absent") {
  await tell(() => d.initProcessGroup({ timeoutMs: Number(timeout) }));
  process.exit(0);
}
await d.initProcessGroup({ timeoutMs: Number(timeout) });
await d.barrier();

const modes: Record<string, () => unknown> = {
  /** Rank 1 is busy for longer than the time-out. */
  hung: async () => {
    if (rank === 1) return block(5000);
    await tell(() => d.allReduce(t));
    await tell(() => d.allReduce(t).wait());
  },
  /** The test ends rank 1, or stops it. */
  lost: async () => {
    report("ready");
    if (rank === 1) return block(20_000);
    await tell(() => d.allReduce(t));
  },
  /** A rank leaves while others still wait for it. */
  destroyed: async () => {
    if (rank === 1) return block(600);
    const works = [d.allReduce(t), d.barrier(), d.recv(t, 1), d.recv(t, null)];
    const ends = works.map((work) => tell(() => work));
    await tell(() => d.destroyProcessGroup());
    await Promise.all(ends);
    await tell(() => d.allReduce(t));
  },
  /** Rank 1 leaves while its collective waits to be compared; others come to it later. */
  leaves: async () => {
    if (rank !== 1) {
      block(600);
      return tell(() => d.allReduce(t));
    }
    const work = tell(() => d.allReduce(t));
    await tell(() => d.destroyProcessGroup());
    await work;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    report("alive");
  },
  /** Rank 0 leaves last once, and first once. */
  again: async () => {
    for (let i = 0; i < 2; i++) {
      if (rank === i) block(300);
      await d.destroyProcessGroup();
      await d.initProcessGroup({ timeoutMs: Number(timeout) });
      const sum = torch.ones([1]);
      await tell(() => d.allReduce(sum));
      report(sum.item());
    }
    await d.destroyProcessGroup();
  },
  /** Rank 1 never comes; rank 2 comes when rank 0 has given up. */
  late: async () => {
    if (rank === 1) return block(2500);
    if (rank === 2) block(Number(timeout) + 300);
    await tell(() => d.allReduce(t));
  },
  /** A sub-group goes while the connections for its objects still wait for a member. */
  halfway: async () => {
    const pair = (await d.newGroup([0, 1])) as torch.distributed.ProcessGroup;
    if (rank === 1) return block(2500);
    const object = tell(() => d.broadcastObject(1, 0, { group: pair }));
    await tell(() => d.destroyProcessGroup(pair));
    await object;
    await tell(() => d.destroyProcessGroup());
  },
  /** Only the two ranks of an object take part. */
  objects: async () => {
    if (rank === 0) await tell(() => d.sendObject({ a: 1 }, 1, { tag: 3 }));
    if (rank === 1) report(await d.recvObject(null, { tag: 3 }));
    await tell(() => d.barrier());
    // Something else than an object.
    if (rank === 0) await d.send(torch.tensor([-1], { dtype: "int64" }), 1);
    if (rank === 1) await tell(() => d.recvObject(0));
  },
  /** The test stops rank 0, which hosts the store. */
  stopped: async () => {
    report("ready");
    if (rank === 0) return block(20_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await Promise.all([
      tell(() => d.newGroup([0, 1])),
      tell(() => d.monitoredBarrier({ timeoutMs: 500 })),
    ]);
  },
  monitored: async () => {
    if (rank >= 2) return block(1500);
    await tell(() => d.monitoredBarrier({ timeoutMs: 300 }));
    await tell(() => d.monitoredBarrier({ timeoutMs: 300, waitAllRanks: true }));
  },
  /** One after the other: what was refused did not start. */
  mismatch: async () => {
    await tell(() => (rank === 0 ? d.allReduce(t) : d.broadcast(t, 0)));
    await tell(() => d.allReduce(rank === 0 ? t : torch.ones([2, 3])));
    await tell(() => d.allReduce(rank === 0 ? t : torch.ones([1000], { dtype: "float64" })));
    await tell(() => d.allReduce(t, { op: rank === 0 ? "sum" : "max" }));
    const works = rank === 0 ? [d.allReduce(t), d.barrier()] : [d.barrier(), d.allReduce(t)];
    for (const work of works) await tell(() => work);
    await tell(() => d.barrier());
  },
  missing: () => (rank === 1 ? block(3000) : tell(() => d.allReduce(t))),
  agreed: async () => {
    for (let i = 0; i < 20; i++) await d.allReduce(t);
    await Promise.all([d.allReduce(t), d.barrier(), d.allReduceCoalesced([t, t])]);
    d.barrier().wait();
    report(await d.allGatherObject(rank));
    // Words of earlier collectives do not stay in the store.
    report(torch.distributed.group.world?.sequence);
  },
  exit: () => {
    if (rank === 1) return block(300);
    void d.allReduce(t);
    void d.recv(t, 1);
    process.exit(3);
  },
  throw: () => {
    if (rank === 1) return block(300);
    void d.allReduce(t);
    throw new Error("on purpose");
  },
  idle: () => report("the end of the script"),
};
await modes[mode as string]?.();
