// The command line: `npm create fabric-precision my-plugin -- --alias fp6`.

import { relative } from "node:path";
import { parseArgs } from "node:util";
import { CreateError } from "./create-error.js";
import { createPlugin } from "./create-plugin.js";

const HELP = `Usage: npm create fabric-precision NAME [-- --alias ALIAS]

Writes a working precision plugin for Fabric into the new folder NAME: a manifest, a small precision, its tests.

  NAME           folder and package: my-plugin becomes fabric-precision-my-plugin, @scope/my-plugin @scope/fabric-precision-my-plugin
  --alias ALIAS  what users pass as \`precision\`; default: NAME

Exit codes: 0 done, 1 the folder is not empty, 2 wrong usage.
`;

/** Runs the command line without `node` and script; prints, and returns the exit code. */
export function run(args: readonly string[]): number {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { alias: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help === true) {
      process.stdout.write(HELP);
      return 0;
    }
    const [target, ...more] = positionals;
    if (target === undefined || more.length > 0) {
      process.stderr.write(`Expected one name but received ${positionals.length}.\n\n${HELP}`);
      return 2;
    }
    const made = createPlugin({ target, alias: values.alias });
    process.stdout.write(nextSteps(made.packageName, made.alias, made.folder));
    return 0;
  } catch (error) {
    if (error instanceof CreateError) {
      process.stderr.write(`[fabric] ${error.code}: ${error.message}\n`);
      return error.code === "FABRIC_CONFIG_FOLDER" ? 1 : 2;
    }
    // parseArgs explains what it does not know.
    if (error instanceof TypeError && "code" in error) {
      process.stderr.write(`${error.message}\n\n${HELP}`);
      return 2;
    }
    throw error;
  }
}

function nextSteps(packageName: string, alias: string, folder: string): string {
  return `Made ${packageName}, which serves precision: "${alias}".

  cd ${relative(process.cwd(), folder) || "."}
  npm install
  npm test               # unit tests and the conformance suite
  npm run conformance    # the suite from the command line
`;
}
