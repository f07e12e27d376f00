// Colours, only where a person reads them.

import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Whether standard output takes colours: FORCE_COLOR decides if set, then NO_COLOR, then whether it is a terminal. @internal */
export function hasColors(
  environment: NodeJS.ProcessEnv = process.env,
  isTerminal: boolean = process.stdout.isTTY === true,
): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused } = environment;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (refused !== undefined && refused !== "") return false;
  return isTerminal && environment["TERM"] !== "dumb";
}

/** Text in a format, or plain where colours are not wanted. */
export function styled(format: Format, text: string): string {
  // Newer versions of Node would look at standard output themselves, and take FORCE_COLOR for a terminal's.
  return hasColors() ? styleText(format, text, { validateStream: false }) : text;
}
