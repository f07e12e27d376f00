// What the machine's Python offers: whether there is one, and a torch that could be imported.
import { spawnSync } from "node:child_process";

/** Finds torch without importing it: an import takes seconds, a look at the path none. */
const PROBE = `
import importlib.util, os, re, sys
if sys.version_info < (3, 8):
    sys.exit(1)
spec = importlib.util.find_spec("torch")
if spec and spec.origin:
    root = os.path.dirname(spec.origin)
    with open(os.path.join(root, "version.py")) as file:
        found = re.search(r"__version__\\s*=\\s*['\\"]([^'\\"]+)", file.read())
    print(root)
    print(found.group(1) if found else "")
`;

/**
 * @typedef {object} Python
 * @property {string} command what to run
 * @property {{ root: string, version: string } | undefined} torch the torch that it would import
 */

/**
 * The machine's Python 3, `FABRIC_PYTHON` first, in one short process.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Python | undefined}
 */
export function findPython(env) {
  for (const command of env.FABRIC_PYTHON ? [env.FABRIC_PYTHON] : ["python3", "python"]) {
    const { status, stdout } = spawnSync(command, ["-c", PROBE], { env, encoding: "utf8" });
    if (status !== 0) continue;
    const [root = "", version = ""] = stdout.split("\n").map((line) => line.trim());
    return { command, torch: root && version ? { root, version } : undefined };
  }
  return undefined;
}
