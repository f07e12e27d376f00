// What the machine's Python offers: whether there is one, and a torch that could be imported.
import { spawnSync } from "node:child_process";

/** Finds torch without importing it: an import takes seconds, a look at the path none. */
const PROBE = `
import importlib.util, os, re, sys
spec = importlib.util.find_spec("torch")
if spec and spec.origin:
    root = os.path.dirname(spec.origin)
    with open(os.path.join(root, "version.py")) as file:
        found = re.search(r"__version__\\s*=\\s*['\\"]([^'\\"]+)", file.read())
    print(root)
    print(found.group(1) if found else "")
`;

/**
 * The Python to ask, `FABRIC_PYTHON` first.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function findPython(env) {
  const candidates = env.FABRIC_PYTHON ? [env.FABRIC_PYTHON] : ["python3", "python"];
  return candidates.find((name) => {
    const result = spawnSync(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"], {
      env,
      stdio: "ignore",
    });
    return result.status === 0;
  });
}

/**
 * The torch that Python would import, or undefined.
 *
 * @param {string} python
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ root: string, version: string } | undefined}
 */
export function pythonTorch(python, env) {
  // -P would be safer than -I (which hides PYTHONPATH), but is 3.11 and newer; the folder itself has no torch.py.
  const result = spawnSync(python, ["-c", PROBE], { env, encoding: "utf8" });
  if (result.status !== 0) return undefined;
  const [root = "", version = ""] = result.stdout.split("\n").map((line) => line.trim());
  return root && version ? { root, version } : undefined;
}
