// What Fabric adds to a training step over plain calls of torch, here and in Python's Lightning.
import { median, perCallNs } from "./burst.js";
import { millisecondCase } from "./cases/steps.js";
import { columns } from "./columns.js";
import type { Peer } from "./peer.js";

/** Of a step of about 1 ms. */
const SHARE_BOUND = 0.03;

/** Plain step, step through Fabric and the difference; all sides take turns. */
export async function overheadTable(
  peer: Peer | null,
  bursts: number,
  calls: number,
): Promise<string> {
  const usable = peer !== null && peer.versions.lightning !== null ? peer : null;
  const [plain, fabric] = [millisecondCase("plain"), millisecondCase("fabric")];
  const times = { plain: [], fabric: [], theirPlain: [], theirFabric: [] } as {
    [side: string]: number[];
  };
  const sides: [string, () => Promise<number> | number][] = [
    ["plain", () => perCallNs(plain, calls)],
    ["fabric", () => perCallNs(fabric, calls)],
  ];
  if (usable !== null) {
    sides.push(
      ["theirPlain", () => usable.burst("plain", calls)],
      ["theirFabric", () => usable.burst("step:millisecond:32-true:fused", calls)],
    );
  }
  for (let burst = 0; burst < bursts; burst++) {
    // Every side meets every place in the order.
    for (let i = 0; i < sides.length; i++) {
      const [name, run] = sides[(i + burst) % sides.length] as (typeof sides)[number];
      times[name]?.push(await run());
    }
  }
  const us = (side: string): number => median(times[side] ?? []) / 1e3;
  const [own, theirs] = [us("fabric") - us("plain"), us("theirFabric") - us("theirPlain")];
  const show = (value: number): string => (Number.isNaN(value) ? "-" : `${value.toFixed(1)} us`);
  const verdict = own / us("plain") <= SHARE_BOUND && !(own > theirs) ? "met" : "MISSED";
  return columns([
    ["a step of an MLP", "plain torch", "through Fabric", "overhead", "of the step", "bound", ""],
    [
      "ours",
      show(us("plain")),
      show(us("fabric")),
      show(own),
      `${((100 * own) / us("plain")).toFixed(1)} %`,
      `<= ${100 * SHARE_BOUND} %, below Lightning's`,
      verdict,
    ],
    [
      "Python, Lightning",
      show(us("theirPlain")),
      show(us("theirFabric")),
      show(theirs),
      Number.isNaN(theirs) ? "-" : `${((100 * theirs) / us("theirPlain")).toFixed(1)} %`,
      "",
      "",
    ],
  ]);
}
