// Plots without a browser: Observable Plot drawn on linkedom, to SVG text and to PNG.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as Plot from "@observablehq/plot";
import { Resvg } from "@resvg/resvg-js";
import { parseHTML } from "linkedom";

/** Families that are tried in turn; the last is what the PNG renderer falls back to. */
const FONTS = "Inter, Segoe UI, Helvetica, Arial, DejaVu Sans, sans-serif";

/** Draws `options` as a self-contained SVG document. */
export function plotSvg(options: Plot.PlotOptions): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = Plot.plot({
    ...options,
    // A figure (title, legend) would be HTML; only the drawing is wanted.
    document: document as unknown as Document,
    figure: false,
    style: { fontFamily: FONTS, fontSize: "13px", background: "white", color: "#222" },
  });
  // Plot leaves the namespace to the browser; a file needs it.
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("font-family", FONTS);
  return `${svg.outerHTML}\n`;
}

/** SVG to PNG at `scale` pixels a unit. Text uses the fonts installed on the machine. */
export function svgToPng(svg: string, scale = 2): Buffer {
  const font = { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans" };
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: scale }, background: "white" })
    .render()
    .asPng();
}

/** Writes `<path>.svg` and `<path>.png`, making folders; returns both paths. */
export function writePlot(path: string, svg: string): { svg: string; png: string } {
  mkdirSync(dirname(path), { recursive: true });
  const files = { svg: `${path}.svg`, png: `${path}.png` };
  writeFileSync(files.svg, svg);
  writeFileSync(files.png, svgToPng(svg));
  return files;
}
