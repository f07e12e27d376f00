// Times the sides of a case in turns, over buffers that take turns too.
import { torch } from "@fabric/core";
import { median } from "../burst.js";
import type { BenchDevice, DeviceCase, Sides } from "./case.js";
import type { Clock, Timed } from "./clock.js";
import type { DevicePeer } from "./peer.js";

/** Buffers that launches rotate over on a GPU: beyond any cache. */
const ROTATE_BYTES = 200e6;
const MOST_SETS = 32;
/** At least so many launches lie between two events. */
const LAUNCHES = 20;

/** What one side took. */
export interface Timing {
  readonly side: string;
  readonly how: Timed["how"] | "peer";
  readonly medianNs: number;
  readonly minNs: number;
}

/** How much is measured. */
export interface Plan {
  readonly device: BenchDevice;
  readonly bursts: number;
  readonly clock: Clock;
  readonly peer: DevicePeer | null;
}

/** Sets of buffers for a case that touches `bytes` a launch. */
export function setsFor(bytes: number, device: BenchDevice): number {
  if (device === "cpu") return 1;
  return Math.min(MOST_SETS, Math.max(1, Math.ceil(ROTATE_BYTES / bytes)));
}

/** Every set is used equally often. */
export function launchesFor(sets: number, device: BenchDevice): number {
  return device === "cpu" ? 2 : sets * Math.ceil(LAUNCHES / sets);
}

/** The timings of a case, ours first; peers that could not run it are told to `skip`. */
export async function measure(
  bench: DeviceCase,
  { device, bursts, clock, peer }: Plan,
  skip: (why: string) => void,
): Promise<Timing[]> {
  const sets = setsFor(bench.cost.bytes, device);
  const launches = launchesFor(sets, device);
  const made: Sides[] = Array.from({ length: sets }, bench.make);
  const sides = new Map<string, { how: Timing["how"]; burst: () => number | Promise<number> }>();
  for (const side of Object.keys(made[0] as Sides)) {
    const runs = made.map((set) => set[side] as () => void);
    const launch = (i: number): void => torch.scope(runs[i % sets] as () => void);
    sides.set(side, clock.prepare(launch, launches, bench.record ?? true));
  }
  for (const [side, name] of Object.entries(bench.python ?? {})) {
    if (peer === null || !peer.has(name)) continue;
    const failure = await peer.prepare(name, sets);
    if (failure === null) sides.set(side, { how: "peer", burst: () => peer.burst(name, launches) });
    else skip(`${side}, ${bench.name}: ${failure}`);
  }
  const times = new Map([...sides.keys()].map((side) => [side, [] as number[]]));
  const order = [...sides];
  for (let burst = 0; burst < bursts; burst++) {
    for (const [side, { burst: run }] of order) times.get(side)?.push(await run());
    order.push(...order.splice(0, 1));
  }
  await peer?.forget();
  return [...times].map(([side, ns]) => ({
    side,
    how: sides.get(side)?.how ?? "peer",
    medianNs: median(ns),
    minNs: Math.min(...ns),
  }));
}
