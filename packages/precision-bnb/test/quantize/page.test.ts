// The page: well formed, a mark for each layer, and names that are text.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { randn } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { errorChart } from "../../src/quantize/error-chart.js";
import { type LayerFigures, quantizeCheckpoint } from "../../src/quantize/index.js";
import { decoder, temporaryFolder, writeCheckpoint } from "./support.js";

const root = temporaryFolder();

/** Elements of an XML text, with their attributes; throws where it is not well formed. */
function elementsOf(xml: string): { name: string; attributes: Record<string, string> }[] {
  const open: string[] = [];
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  const token = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  let at = 0;
  for (let match = token.exec(xml); match !== null; match = token.exec(xml)) {
    at = token.lastIndex;
    const [, isEnd, name = "", attributes = "", isEmpty, text] = match;
    for (const part of [text ?? "", attributes])
      if (/&(?!(amp|lt|gt|quot|#39);)/.test(part)) throw new Error(`a bare & in ${part}`);
    if (text !== undefined) continue;
    if (isEnd === "/") {
      if (open.pop() !== name) throw new Error(`</${name}> closes another element`);
      continue;
    }
    const pairs = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(
      ([, key = "", value = ""]) => [key, value],
    );
    if (new Set(pairs.map(([key]) => key)).size < pairs.length)
      throw new Error(`an attribute twice in <${name}>`);
    elements.push({ name, attributes: Object.fromEntries(pairs) as Record<string, string> });
    if (isEmpty !== "/") open.push(name);
  }
  if (at !== xml.length || open.length > 0)
    throw new Error(`not well formed at ${at}: ${xml.slice(at, at + 80)}`);
  return elements;
}

const marks = (xml: string): number =>
  elementsOf(xml).filter(({ attributes }) => attributes["class"] === "mark").length;

function layer(name: string, rmsError: number): LayerFigures {
  return {
    name: `${name}.weight`,
    shape: [2, 2],
    dtype: "float32",
    bytesBefore: 16,
    bytesAfter: 9,
    rmsError,
  };
}

describe("the page", () => {
  it("is well formed, self-contained, and has a mark and a row for each layer", async () => {
    const output = join(root, "out");
    const report = await quantizeCheckpoint(writeCheckpoint(join(root, "in"), decoder(5)), output, {
      ignore: ["lm_head"],
    });
    expect(report.page).toBe(join(output, "fabric-quantize.html"));
    const html = readFileSync(report.page as string, "utf8");
    expect(html.startsWith("<!doctype html>\n")).toBe(true);
    const body = html.slice("<!doctype html>\n".length);
    expect(marks(body)).toBe(report.layers.length);
    expect(elementsOf(body).filter(({ name }) => name === "tr").length).toBe(
      report.layers.length + report.spared.length + 2,
    );
    for (const { name } of report.layers)
      expect(html).toContain(`<td>${name.slice(0, -".weight".length)}</td>`);
    expect(html).not.toMatch(/<script|<link|src=|url\(/);
  });

  it("is left out on request", async () => {
    const output = join(root, "none");
    const report = await quantizeCheckpoint(join(root, "in"), output, { html: false });
    expect(report.page).toBeNull();
    expect(() => readFileSync(join(output, "fabric-quantize.html"))).toThrow(/ENOENT/);
  });

  it("shows hostile names as text", async () => {
    const name = `</title><script>alert("1")</script>&'\u0001.weight`;
    const input = writeCheckpoint(join(root, "hostile"), { [name]: randn([2, 32]) });
    const report = await quantizeCheckpoint(input, join(root, "hostile-out"));
    const html = readFileSync(report.page as string, "utf8");
    const elements = elementsOf(html.slice("<!doctype html>\n".length));
    expect(elements.some((element) => element.name === "script")).toBe(false);
    expect(marks(html.slice("<!doctype html>\n".length))).toBe(1);
    expect(html).not.toContain("\u0001");
  });
});

describe("the picture", () => {
  it.each<[string, LayerFigures[]]>([
    ["one layer without a name", [{ ...layer("", 0), name: "weight" }]],
    ["equal errors", [layer("a.0.q", 0.09), layer("a.1.q", 0.09)]],
    ["errors of zero", [layer("a", 0), layer("b", 0)]],
    ["very different errors", [layer("a", 1e-6), layer("b", 2)]],
    [
      "experts",
      Array.from({ length: 600 }, (_, i) => layer(`m.${i % 20}.experts.${i}.w`, 0.09 + i / 1e5)),
    ],
    ["more kinds than colours", Array.from({ length: 40 }, (_, i) => layer(`m.0.kind${i}`, 0.1))],
  ])("of %s has every mark inside the frame", (_, layers) => {
    const svg = errorChart(layers, "x < y");
    expect(marks(svg)).toBe(layers.length);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    const [root_] = elementsOf(svg);
    const [, , width = 0, height = 0] = (root_?.attributes["viewBox"] ?? "").split(" ").map(Number);
    const places = [...svg.matchAll(/class="mark"><\w+[^>]*translate\(([\d.-]+) ([\d.-]+)\)/g)];
    expect(places.length).toBe(layers.length);
    for (const [, x, y] of places) {
      expect(Number(x)).toBeGreaterThan(78);
      expect(Number(x)).toBeLessThan(width - 24);
      expect(Number(y)).toBeGreaterThanOrEqual(18);
      expect(Number(y)).toBeLessThan(height);
    }
  });

  it("puts larger errors higher, and deeper layers further right", () => {
    const svg = errorChart([layer("m.0.q", 0.08), layer("m.1.q", 0.12), layer("m.2.q", 0.1)], "");
    const places = [...svg.matchAll(/class="mark"><\w+[^>]*translate\(([\d.-]+) ([\d.-]+)\)/g)].map(
      ([, x, y]) => [Number(x), Number(y)] as const,
    );
    const [a, b, c] = places as [
      readonly [number, number],
      readonly [number, number],
      readonly [number, number],
    ];
    expect(a[0] < b[0] && b[0] < c[0]).toBe(true);
    expect(b[1] < c[1] && c[1] < a[1]).toBe(true);
  });
});
