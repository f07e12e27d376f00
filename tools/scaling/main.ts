// Prints the tables of the scaling model and draws its picture: `node --import tsx/esm tools/scaling/main.ts docs/proof`.
import { join } from "node:path";
import { lineChart } from "../plots/line-chart.js";
import { writePlot } from "../plots/render.js";
import { stackSvg } from "../plots/stack.js";
import { doublingTime, efficiency, LINKS, ringTime } from "./model.js";
import { bytesTable, efficiencyTable, STEP, timeTable } from "./table.js";

const directory = process.argv[2] ?? "docs/proof";
/** 2 to 4096 processes. */
const DOUBLINGS = Array.from({ length: 12 }, (_, i) => i + 1);
const WIDTH = 860;
const HEIGHT = 400;

const xLabel = "processes, as a power of two";
const time = lineChart({
  title: "One bucket of 25 MiB: time of an all-reduce, in ms",
  subtitle:
    "Lines: a ring. The last: halving and doubling over 100 Gbit/s, whose latency grows with the logarithm only",
  xLabel,
  yLabel: "ms",
  logY: true,
  width: WIDTH,
  height: HEIGHT,
  series: [
    ...LINKS.map((link) => ({
      name: link.name,
      points: DOUBLINGS.map((x) => ({
        x,
        y: ringTime("allReduce", STEP.bucketBytes, 2 ** x, link) * 1e3,
      })),
    })),
    ...LINKS.slice(2, 3).map((link) => ({
      name: "100 Gbit/s, doubling",
      points: DOUBLINGS.map((x) => ({ x, y: doublingTime(STEP.bucketBytes, 2 ** x, link) * 1e3 })),
    })),
  ],
});
const share = lineChart({
  title: "Data parallel, 124 million parameters: share of time computing, in %",
  subtitle: "A step of 0.3 s; 496 MB of gradients, exchanged during backward in buckets of 25 MiB",
  xLabel,
  yLabel: "%",
  yDomain: [0, 100],
  width: WIDTH,
  height: HEIGHT,
  series: LINKS.map((link) => ({
    name: link.name,
    points: DOUBLINGS.map((x) => ({ x, y: efficiency(STEP, 2 ** x, link) * 100 })),
  })),
});
const svg = stackSvg(
  "Computed scaling of the exchange of gradients",
  "latency + bytes / bandwidth for each message; nothing here is measured",
  WIDTH,
  [
    { svg: time, height: HEIGHT },
    { svg: share, height: HEIGHT },
  ],
);
writePlot(join(directory, "scaling"), svg);
console.log([bytesTable(), timeTable(), efficiencyTable()].join("\n\n"));
