// The figures of the scaling model as Markdown, for docs/guide/clusters.md.
import {
  dataParallelStep,
  efficiency,
  LINKS,
  ringTime,
  type Step,
  sentBytes,
  shardedBytes,
} from "./model.js";

export const RANKS = [2, 8, 64, 512, 4096] as const;

/** GPT-2 small: 124 million parameters, float32 gradients, a step of 0.3 s. */
export const STEP: Step = {
  gradientBytes: 124e6 * 4,
  bucketBytes: 25 * 2 ** 20,
  forwardSeconds: 0.1,
  backwardSeconds: 0.2,
};

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
const seconds = (s: number): string =>
  s < 1 ? `${(s * 1e3).toPrecision(3)} ms` : `${s.toPrecision(3)} s`;
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

/** Bytes a process sends in a step. */
export function bytesTable(): string {
  const { gradientBytes: bytes } = STEP;
  return table(
    ["sent by each process in a step", ...RANKS.map(String)],
    [
      ["`ddp`: all-reduce", ...RANKS.map((n) => megabytes(sentBytes.allReduce(bytes, n)))],
      [
        "`fsdp`: two all-gathers, one reduce-scatter",
        ...RANKS.map((n) => megabytes(shardedBytes(bytes, bytes, n))),
      ],
      [
        "`fsdp` without resharding after forward",
        ...RANKS.map((n) => megabytes(shardedBytes(bytes, bytes, n, false))),
      ],
    ],
  );
}

/** Time of one all-reduce of all gradients. */
export function timeTable(): string {
  return table(
    ["one all-reduce of 496 MB, ring", ...RANKS.map(String)],
    LINKS.map((link) => [
      link.name,
      ...RANKS.map((n) => seconds(ringTime("allReduce", STEP.gradientBytes, n, link))),
    ]),
  );
}

/** Share of the time in which processes compute, for buckets of 25 and 100 MiB. */
export function efficiencyTable(): string {
  return table(
    ["step of 0.3 s, computing", ...RANKS.map(String)],
    LINKS.flatMap((link) =>
      [25, 100].map((mib) => [
        `${link.name}, buckets of ${mib} MiB`,
        ...RANKS.map((n) => {
          const step = { ...STEP, bucketBytes: mib * 2 ** 20 };
          return `${Math.round(efficiency(step, n, link) * 100)} % (${seconds(dataParallelStep(step, n, link))})`;
        }),
      ]),
    ),
  );
}
