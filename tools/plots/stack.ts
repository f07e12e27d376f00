// Several drawings below each other in one SVG, under a common title.

/** A drawing and its height in pixels. */
export interface Panel {
  readonly svg: string;
  readonly height: number;
}

const HEAD = 58;

/** Panels of one width from above to below. @returns SVG text. */
export function stackSvg(
  title: string,
  subtitle: string,
  width: number,
  panels: readonly Panel[],
): string {
  let y = HEAD;
  const placed = panels.map(({ svg, height }) => {
    const at = y;
    y += height;
    return svg.trim().replace("<svg", `<svg x="0" y="${at}"`);
  });
  const text = (size: number, at: number, rest: string, line: string): string =>
    `<text x="12" y="${at}" font-size="${size}" ${rest}>${escapeXml(line)}</text>`;
  const font = /font-family="([^"]*)"/.exec(panels[0]?.svg ?? "")?.[1] ?? "sans-serif";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" font-family="${font}">`,
    `<rect width="${width}" height="${y}" fill="white"/>`,
    text(17, 24, 'font-weight="bold" fill="#222"', title),
    text(12, 45, 'fill="#666"', subtitle),
    ...placed,
    "</svg>\n",
  ].join("\n");
}

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
