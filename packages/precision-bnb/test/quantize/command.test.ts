// `fabric quantize` as it is typed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { randn } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import type { QuantizeReport } from "../../src/quantize/index.js";
import { summaryText } from "../../src/quantize/summary.js";
import { decoder, fabric, temporaryFolder, writeCheckpoint } from "./support.js";

const root = temporaryFolder();
const input = writeCheckpoint(join(root, "in"), decoder(2));

describe("fabric quantize", () => {
  it("is listed, and prints its help", () => {
    expect(fabric(["help"]).stdout).toMatch(
      /^ {2}quantize +quantise a checkpoint to 4-bit or int8 weights \(@fabric\/precision-bnb\)$/m,
    );
    const { status, stdout } = fabric(["quantize", "--help"]);
    expect(status).toBe(0);
    for (const part of [
      "Usage: fabric quantize IN OUT [options]",
      "--max-shard-size SIZE",
      "Examples:",
      "130",
    ])
      expect(stdout).toContain(part);
  });

  it("ends with a table of sizes and errors, and what was spared", () => {
    const output = join(root, "table");
    const { status, stdout, stderr } = fabric([
      "quantize",
      input,
      output,
      "--mode",
      "nf4-dq",
      "--ignore",
      "lm_head",
    ]);
    expect(status).toBe(0);
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^layer +before +after +RMS error$/);
    expect(lines[2]).toMatch(
      /^model\.layers\.0\.mlp\.down_proj +4\.69 kB +[\d.]+ kB +\d+\.\d\d %$/,
    );
    expect(lines.filter((line) => line.startsWith("model.layers.")).length).toBe(6);
    expect(stdout).toMatch(/^6 layers +22\.4 kB +[\d.]+ kB +\d+\.\d\d % median$/m);
    expect(stdout).toMatch(/^lm_head\.weight +3\.20 kB +--ignore lm_head$/m);
    expect(stdout).toMatch(/^model\.embed_tokens\.weight +3\.20 kB +an embedding by its name$/m);
    expect(stdout).toContain(`picture: ${join(output, "fabric-quantize.html")}`);
    expect(stderr).toMatch(/^ *100% {2}29\.\d kB of 29\.\d kB/m);
    expect(stderr).not.toContain("\r");
  });

  it("prints JSON alone on standard output with --json, and no page with --no-html", () => {
    const output = join(root, "json");
    const { status, stdout } = fabric([
      "quantize",
      join(input, "model.safetensors"),
      output,
      "--mode=int8",
      "--json",
      "--no-html",
      "--only",
      "**.mlp.*",
    ]);
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as QuantizeReport;
    expect(report).toMatchObject({
      mode: "int8",
      blocksize: null,
      page: null,
      files: ["model.safetensors"],
    });
    expect(report.layers.map(({ name }) => name)).toEqual(
      ["0.mlp.down", "0.mlp.up", "1.mlp.down", "1.mlp.up"].map(
        (name) => `model.layers.${name}_proj.weight`,
      ),
    );
    expect(existsSync(join(output, "fabric-quantize.html"))).toBe(false);
    expect(readFileSync(join(output, "fabric-quantize.jsonl"), "utf8")).toContain('"mode":"int8"');
  });

  it.each<[string[], string]>([
    [[], "IN and OUT are needed"],
    [["in"], "IN and OUT are needed"],
    [["in", "out", "more"], "`more` follows"],
    [
      ["in", "out", "--mode", "nf3"],
      "--mode `nf3` is not known. Expected one of nf4, nf4-dq, fp4, fp4-dq, int8",
    ],
    [["in", "out", "--blocksize", "100"], "--blocksize `100`"],
    [["in", "out", "--mode", "int8", "--blocksize", "64"], "--blocksize is for 4-bit modes"],
    [["in", "out", "--dtype", "float64"], "--dtype `float64`"],
    [["in", "out", "--max-shard-size", "5 parsecs"], "is no size"],
    [["in", "out", "--max-shard-size", "0"], "is no size"],
    [["in", "out", "--ignor", "x"], "Did you mean `--ignore`?"],
  ])("%j is wrong usage", (args, message) => {
    const { status, stdout, stderr } = fabric(["quantize", ...args]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  it("exits with 1 and the reason when it fails", () => {
    const { status, stdout, stderr } = fabric(["quantize", join(root, "gone"), join(root, "out")]);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("FABRIC_CHECKPOINT_FILE");
    expect(existsSync(join(root, "out"))).toBe(false);
  });

  it("escapes names that would speak to the terminal", () => {
    const name = "a\u001b[2Jb";
    const hostile = writeCheckpoint(join(root, "hostile"), { [`${name}.weight`]: randn([2, 32]) });
    const { stdout } = fabric(["quantize", hostile, join(root, "hostile-out")]);
    expect(stdout).toContain("a\\x1b[2Jb");
    expect(stdout).not.toContain("\u001b");
  });
});

describe("the table", () => {
  it("aligns numbers at the right, and tells how much an earlier run wrote", () => {
    const text = summaryText({
      input: "in",
      output: "out",
      mode: "nf4",
      blocksize: 64,
      layers: [
        {
          name: "weight",
          shape: [2, 2],
          dtype: "float32",
          bytesBefore: 16,
          bytesAfter: 9,
          rmsError: 0.0921,
        },
        {
          name: "long.name.weight",
          shape: [2, 2],
          dtype: "float32",
          bytesBefore: 160000,
          bytesAfter: 9000,
          rmsError: 0.1,
        },
      ],
      spared: [],
      bytesBefore: 200000,
      bytesAfter: 50000,
      files: ["a", "b"],
      resumedFiles: 1,
      page: null,
    });
    expect(text).toBe(`layer        before    after      RMS error
---------  --------  -------  -------------
weight         16 B      9 B         9.21 %
long.name  160.0 kB  9.00 kB        10.00 %
2 layers   160.0 kB  9.01 kB  9.61 % median

out: 200.0 kB to 50.0 kB (25.0 %), 2 files, 1 of them written before
`);
  });
});
