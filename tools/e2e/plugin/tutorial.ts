/** A tutorial as a program: its code blocks are files, commands, and what the commands print. */

/** One fenced block, in the order of the page. */
export type Block =
  | { readonly kind: "file"; readonly path: string; readonly text: string; readonly mode: string }
  | { readonly kind: "commands"; readonly lines: readonly string[]; readonly fails: boolean }
  | { readonly kind: "output"; readonly text: string };

const FENCE = /^```(\w+)(.*)\n([\s\S]*?)^```$/gm;

/** The blocks that take part: ` ```ts file=PATH`, ` ```sh`, ` ```sh fails`, ` ```text`. */
export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(FENCE)].map(([, language = "", info = "", text = ""]): Block => {
    if (language === "sh")
      return {
        kind: "commands",
        lines: text.trim().split("\n"),
        fails: info.trim() === "fails",
      };
    if (language === "text") return { kind: "output", text };
    const [, path, mode = ""] = /^ file=(\S+) ?(.*)$/.exec(info) ?? [];
    if (path === undefined)
      throw new Error(`a ${language} block is no part of the program; name its file: ${text}`);
    return { kind: "file", path, text, mode };
  });
}

/** Whether `printed` is what the page shows; `...` stands for anything, and spaces at ends of lines do not count. */
export function shows(expected: string, printed: string): boolean {
  const plain = (text: string): string =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .join("\n");
  const pattern = plain(expected)
    .split("...")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("[\\s\\S]*");
  return new RegExp(`^${pattern}$`).test(plain(printed));
}
