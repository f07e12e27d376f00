import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CSVLogger, Fabric, JSONLinesLogger, TensorBoardLogger, torch } from "@fabric/core";
import { afterAll, describe, expect, it } from "vitest";
import { crc32c } from "../../dist/loggers/tensorboard-events.js";
import { thrown } from "../helpers.js";

const rootDir = mkdtempSync(join(tmpdir(), "fabric-loggers-"));
afterAll(() => rmSync(rootDir, { recursive: true, force: true }));
let count = 0;
/** An experiment's name that no other test uses. */
const fresh = (): string => `run${count++}`;

describe("the folder of an experiment", () => {
  it.each([CSVLogger, JSONLinesLogger, TensorBoardLogger])(
    "of %o is the next version that is free",
    (Type) => {
      const name = fresh();
      for (const version of [0, 1, 2]) {
        const logger = new Type({ rootDir, name });
        logger.logMetrics({ loss: 1 });
        logger.finalize?.("success");
        logger.save?.();
        expect([logger.name, logger.version, logger.rootDir]).toEqual([name, version, rootDir]);
        expect(logger.logDir).toBe(join(rootDir, name, `version_${version}`));
      }
      expect(readdirSync(join(rootDir, name)).sort()).toEqual([
        "version_0",
        "version_1",
        "version_2",
      ]);
      expect(new Type({ rootDir, name, version: "best" }).logDir).toBe(join(rootDir, name, "best"));
      for (const version of [-1, 1.5, "", "..", "a/b"])
        thrown("FABRIC_CONFIG_LOGGER", () => new Type({ rootDir, name, version }));
      thrown("FABRIC_CONFIG_LOGGER", () => new Type({ rootDir: "" }));
    },
  );
});

describe("CSVLogger", () => {
  const read = (logger: CSVLogger): string[] =>
    readFileSync(join(logger.logDir, "metrics.csv"), "utf8").trimEnd().split("\n");

  it("sorts columns, widens the header for a new metric, and counts steps across flushes", () => {
    const logger = new CSVLogger({ rootDir, name: fresh(), flushLogsEveryNSteps: 2 });
    logger.logMetrics({ loss: 0.5 });
    logger.logMetrics({ loss: 0.25, acc: 1 });
    expect(read(logger)).toEqual(["acc,loss,step", ",0.5,0", "1,0.25,1"]);
    logger.logMetrics({ loss: 0.125 });
    logger.logMetrics({ "a,b": Number.NaN, loss: 1 }, 10);
    logger.logMetrics({ loss: 2 });
    expect(read(logger)).toHaveLength(5);
    logger.finalize("success");
    expect(read(logger)).toEqual([
      '"a,b",acc,loss,step',
      ",,0.5,0",
      ",1,0.25,1",
      ",,0.125,2",
      "NaN,,1,10",
      ",,2,11",
    ]);
  });

  it("goes on with the file of an earlier run of the same version", () => {
    const options = { rootDir, name: fresh(), version: "same" };
    const first = new CSVLogger(options);
    first.logMetrics({ loss: 1 }, 6);
    first.save();
    const second = new CSVLogger(options);
    second.logMetrics({ acc: 2 });
    second.save();
    expect(read(second)).toEqual(["acc,loss,step", ",1,6", "2,,7"]);
  });

  it("refuses a flush interval that is none", () => {
    thrown("FABRIC_CONFIG_LOGGER", () => new CSVLogger({ flushLogsEveryNSteps: 0 }));
  });
});

describe("JSONLinesLogger", () => {
  it("appends one object a call, also of numbers that JSON lacks", () => {
    const logger = new JSONLinesLogger({ rootDir, name: fresh() });
    logger.logHyperparams({ lr: 0.1 });
    logger.logMetrics({ loss: Number.NaN });
    logger.logMetrics({ loss: 2 }, 7);
    const lines = readFileSync(join(logger.logDir, "metrics.jsonl"), "utf8").trimEnd().split("\n");
    const [hparams, a, b] = lines.map((line) => JSON.parse(line));
    expect(hparams.hparams).toEqual({ lr: 0.1 });
    expect(a).toMatchObject({ loss: "NaN", step: 0 });
    expect(b).toMatchObject({ loss: 2, step: 7 });
    expect(b.time).toBeGreaterThan(1e9);
  });
});

/** Fields of a protobuf message: an independent reader, number -> values. */
function fields(message: Buffer): Map<number, (bigint | Buffer)[]> {
  const found = new Map<number, (bigint | Buffer)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (n: number): Buffer => {
    at += n;
    return message.subarray(at - n, at);
  };
  while (at < message.length) {
    const key = Number(varint());
    const type = key & 7;
    const value =
      type === 0 ? varint() : type === 1 ? take(8) : type === 5 ? take(4) : take(Number(varint()));
    found.set(key >> 3, [...(found.get(key >> 3) ?? []), value]);
  }
  return found;
}

/** The events of a file; throws if a sum is wrong. */
function events(file: string): Map<number, (bigint | Buffer)[]>[] {
  const data = readFileSync(file);
  const mask = (sum: number): number => (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
  const found = [];
  for (let at = 0; at < data.length; ) {
    const length = Number(data.readBigUInt64LE(at));
    expect(data.readUInt32LE(at + 8)).toBe(mask(crc32c(data.subarray(at, at + 8))));
    const message = data.subarray(at + 12, at + 12 + length);
    expect(data.readUInt32LE(at + 12 + length)).toBe(mask(crc32c(message)));
    found.push(fields(message));
    at += 16 + length;
  }
  return found;
}

describe("TensorBoardLogger", () => {
  it("sums as CRC-32C does", () => {
    // The check value of the algorithm (RFC 3720, B.4 has more).
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  });

  it("writes scalars that an independent reader finds", () => {
    const logger = new TensorBoardLogger({ rootDir, name: fresh() });
    logger.logMetrics({ loss: 0.5 }, 3);
    logger.logMetrics({ "train/acc": -1.25 });
    const [file = ""] = readdirSync(logger.logDir);
    expect(file).toMatch(/^events\.out\.tfevents\.\d+\./);
    const [head, loss, acc] = events(join(logger.logDir, file));
    expect(String(head?.get(3)?.[0])).toBe("brain.Event:2");
    const scalar = (event: Map<number, (bigint | Buffer)[]> | undefined): unknown[] => {
      const value = fields(fields(event?.get(5)?.[0] as Buffer).get(1)?.[0] as Buffer);
      return [
        event?.get(2)?.[0],
        String(value.get(1)?.[0]),
        Buffer.from(value.get(2)?.[0] as Buffer).readFloatLE(0),
      ];
    };
    expect(scalar(loss)).toEqual([3n, "loss", 0.5]);
    expect(scalar(acc)).toEqual([4n, "train/acc", -1.25]);
  });

  it("is read by TensorBoard itself", ({ skip }) => {
    const python = process.env["FABRIC_BENCH_PYTHON"] ?? "python3";
    const script = `
import sys, glob, os
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
for path in glob.glob(os.path.join(sys.argv[1], "*")):
    for e in EventFileLoader(path).Load():
        for v in e.summary.value:
            kind = v.WhichOneof("value")
            print(e.step, v.tag, v.tensor.float_val[0] if v.tensor.float_val else v.tensor.string_val[0].decode())
`;
    if (
      spawnSync(python, ["-c", "import tensorboard.backend.event_processing.event_file_loader"])
        .status !== 0
    )
      skip(
        "TensorBoard is not importable in Python; set FABRIC_BENCH_PYTHON to a Python that has it",
      );
    const logger = new TensorBoardLogger({ rootDir, name: fresh() });
    logger.logHyperparams({ lr: 0.5 });
    for (let i = 0; i < 300; i++) logger.logMetrics({ loss: i / 4 }, i * 1000);
    const { stdout, stderr } = spawnSync(python, ["-c", script, logger.logDir], {
      encoding: "utf8",
    });
    const lines = stdout.trimEnd().split("\n");
    expect(
      lines.filter((text) => / loss /.test(text)),
      stderr,
    ).toHaveLength(300);
    expect(stdout).toContain("299000 loss 74.75");
    expect(stdout).toContain("| lr | 0.5 |");
  });
});

describe("several loggers in one Fabric", () => {
  it("all get numbers read from tensors", () => {
    const csv = new CSVLogger({ rootDir, name: fresh() });
    const lines = new JSONLinesLogger({ rootDir, name: fresh() });
    const fabric = new Fabric({ accelerator: "cpu", loggers: [csv, lines] });
    fabric.log("loss", torch.tensor([1.5]), 4);
    csv.save();
    expect(readFileSync(join(csv.logDir, "metrics.csv"), "utf8")).toBe("loss,step\n1.5,4\n");
    expect(readFileSync(join(lines.logDir, "metrics.jsonl"), "utf8")).toContain('"loss":1.5');
  });
});
