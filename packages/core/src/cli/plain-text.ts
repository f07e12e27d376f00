// Text from files, as a terminal may show it.

/** What could move the cursor, colour the screen, break the line or turn the direction of writing. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Text for one line of a terminal; unsafe characters as `\xNN` or `\uNNNN`. */
export function plainText(text: string): string {
  return text.replaceAll(UNSAFE, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
  });
}

/** As {@link plainText}, with line feeds. @internal */
export function plainLines(text: string): string {
  return text.split("\n").map(plainText).join("\n");
}

/** JSON of the same meaning; indentation stays. @internal */
export function plainJson(json: string): string {
  return json.replaceAll(UNSAFE, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Bytes for people: `4.9 MB`, in powers of 1000. */
export function byteText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[unit]}`;
}
