// Every relative link of the documentation leads to a file, and the parity page claims nothing without a test.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");

function pages(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith("api"))
    .map((name) => join(folder, name));
}

/** Targets of links and pictures, without those that lead elsewhere or within the page. */
function links(text: string): string[] {
  const prose = text.replaceAll(/```.*?```/gs, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target.replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target));
}

describe("the documentation", () => {
  it.each(
    [join(root, "README.md"), ...pages(join(root, "docs"))].map((page) => [
      page.slice(root.length + 1),
      page,
    ]),
  )("%s links to files that exist", (_name, page) => {
    const dead = links(readFileSync(page, "utf8")).filter(
      (target) => !existsSync(join(dirname(page), target)),
    );
    expect(dead).toEqual([]);
  });

  it("parity.md leaves nothing open, and every yes of ours has a test", () => {
    const rows = readFileSync(join(root, "docs/parity.md"), "utf8")
      .split("\n")
      .filter((line) => /^\| [^*|-]/.test(line))
      .slice(1)
      .map((line) => line.split("|").map((cell) => cell.trim()));
    expect(rows.length).toBeGreaterThan(120);
    for (const [, feature = "", , , ours = ""] of rows) {
      expect(ours, feature).toMatch(/^(yes: |part \(|no: )/);
      if (!ours.startsWith("yes")) continue;
      const tests = links(ours);
      expect(tests.length, feature).toBeGreaterThan(0);
      for (const test of tests) {
        expect(test, feature).toMatch(/\.test\.ts$/);
        expect(statSync(join(root, "docs", test)).isFile(), feature).toBe(true);
      }
    }
  });
});
