// The page about a run: sizes, the picture of the errors, and every layer. One file that needs no other and no network.
import { byteText } from "@fabric/core/cli";
import { errorChart } from "./error-chart.js";
import { escapeMarkup } from "./escape-markup.js";
import type { QuantizeReport } from "./quantize-checkpoint.js";
import { layerOf } from "./select.js";
import { errorText, medianError, worstLayer } from "./summary.js";

/** Name of the page in the output folder. */
export const PAGE_FILE = "fabric-quantize.html";

const STYLE = `
:root { color-scheme: light dark; --ink: #22262e; --soft: #5c6370; --line: #e3e6eb; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ec; --soft: #a5acb8; --line: #363c47; --paper: #16191f; } }
body { margin: 0 auto; max-width: 64rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 15px/1.5 Inter, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin: 2.5rem 0 0.5rem; } p { margin: 0.25rem 0; color: var(--soft); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; margin: 1.5rem 0 0; }
dt { color: var(--soft); font-size: 0.85rem; } dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; } dd small { font-size: 0.85rem; color: var(--soft); overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--ink); } svg line { stroke: var(--line); }
div.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.75rem 0.3rem 0; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; } .n { text-align: right; } th { font-weight: 600; }`;

/** The page as text: HTML that is also well-formed XML. */
export function pageOf(report: QuantizeReport): string {
  const { layers, spared, bytesBefore, bytesAfter, mode, blocksize } = report;
  const title = `${report.input} as ${mode}`;
  const worst = worstLayer(layers);
  const form =
    blocksize === null ? "int8, a scale for each row" : `${mode}, blocks of ${blocksize}`;
  return `<!doctype html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>${escapeMarkup(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${escapeMarkup(title)}</h1>
<p>${escapeMarkup(form)}. Written by fabric quantize to ${escapeMarkup(report.output)}.</p>
<dl>
${tile("all tensors", `${byteText(bytesBefore)} → ${byteText(bytesAfter)}`, `${((100 * bytesAfter) / bytesBefore).toFixed(1)} % of before`)}
${tile("layers quantised", String(layers.length), `${spared.length} spared`)}
${tile("median error", errorText(medianError(layers)), "RMS, relative to the weight")}
${tile("largest error", errorText(worst.rmsError), layerOf(worst.name) || worst.name)}
</dl>
<h2>Error of each layer</h2>
<p>Root mean square of the differences over that of the weight. Point at a mark for its layer.</p>
${errorChart(layers, `Relative RMS error of ${layers.length} layers`)}
<h2>Layers</h2>
<div class="wide"><table>
<thead><tr><th>layer</th><th class="n">shape</th><th>dtype</th><th class="n">before</th><th class="n">after</th><th class="n">RMS error</th></tr></thead>
<tbody>
${layers.map((layer) => row([[layerOf(layer.name) || layer.name], [layer.shape.join(" × "), true], [layer.dtype], [byteText(layer.bytesBefore), true], [byteText(layer.bytesAfter), true], [errorText(layer.rmsError), true]])).join("\n")}
</tbody>
</table></div>
${sparedSection(spared)}</body>
</html>
`;
}

function tile(name: string, value: string, note: string): string {
  return `<div><dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(value)}<br/><small>${escapeMarkup(note)}</small></dd></div>`;
}

function row(cells: readonly (readonly [text: string, isNumber?: boolean])[]): string {
  return `<tr>${cells.map(([text, isNumber = false]) => `<td${isNumber ? ' class="n"' : ""}>${escapeMarkup(text)}</td>`).join("")}</tr>`;
}

function sparedSection(spared: QuantizeReport["spared"]): string {
  if (spared.length === 0) return "";
  return `<h2>Spared</h2>
<div class="wide"><table>
<thead><tr><th>weight</th><th class="n">size</th><th>why</th></tr></thead>
<tbody>
${spared.map(({ name, reason, bytes }) => row([[name], [byteText(bytes), true], [reason]])).join("\n")}
</tbody>
</table></div>
`;
}
