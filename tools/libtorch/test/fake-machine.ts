/** A pretend machine for the libtorch tool: a cache, a fake libtorch, and a `python3` whose pip is a script. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Where the real interpreter is: the fake one hands everything but pip and the probe for torch to it. */
const REAL_PYTHON = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], {
  encoding: "utf8",
}).trim();

/** A folder tree that only this test uses, with an environment that points everything at it. */
export interface FakeMachine {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** The pip calls made so far, one line each. */
  pipCalls(): string[];
}

/** What the machine's Python and pip are to answer. */
export interface FakeAnswers {
  /** Version of a torch that Python can import; its folder is made. */
  readonly torch?: string;
  /** A wheel, and the piece of pip's arguments that finds it. */
  readonly wheel?: { readonly path: string; readonly when: string };
  readonly nvidia?: boolean;
}

/** Writes the smallest folder that passes for a libtorch. */
export function writeLibtorch(root: string, version = "2.13.0"): string {
  const [major, minor, patch] = version.split("+")[0]?.split(".") ?? [];
  const files: Record<string, string> = {
    "lib/libtorch_cpu.so": "library",
    "lib/libtorch_cpu.dylib": "library",
    "include/ATen/ATen.h": "// ATen",
    "include/torch/csrc/autograd/autograd.h": "// autograd",
    "include/torch/headeronly/version.h": `#define TORCH_VERSION_MAJOR ${major}\n#define TORCH_VERSION_MINOR ${minor}\n#define TORCH_VERSION_PATCH ${patch}\n`,
    "share/cmake/Torch/TorchConfig.cmake": "# config",
    "version.py": `__version__ = '${version}'\n`,
    "__init__.py": "raise ImportError('the probe must not import torch')\n",
  };
  for (const [name, text] of Object.entries(files)) writeFile(join(root, name), text);
  return root;
}

/** Packs a torch wheel with a true RECORD; `damage` changes one file after its hash was taken. */
export function writeWheel(
  folder: string,
  version: string,
  options: { damage?: string; evil?: boolean } = {},
): string {
  const tree = join(folder, "tree");
  writeLibtorch(join(tree, "torch"), version);
  writeFile(join(tree, "torch/lib/libtorch_python.so"), "bindings");
  writeFile(join(tree, "torch/nn/__init__.py"), "");
  const path = join(folder, `torch-${version}-cp311-cp311-linux_x86_64.whl`);
  const script = `
import base64, hashlib, os, sys, zipfile
tree, path, version, damage, evil = sys.argv[1:6]
rows = []
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
    for folder, _, names in sorted(os.walk(tree)):
        for name in sorted(names):
            full = os.path.join(folder, name)
            inside = os.path.relpath(full, tree)
            data = open(full, "rb").read()
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            rows.append(f"{inside},sha256={digest},{len(data)}")
            wheel.writestr(inside, data + b"!" if inside == damage else data)
    if evil:
        wheel.writestr("torch/lib/../../../evil.so", b"evil")
    info = f"torch-{version}.dist-info"
    wheel.writestr(f"{info}/METADATA", "Requires-Dist: filelock\\nRequires-Dist: optree; extra == 'optree'\\n")
    wheel.writestr(f"{info}/RECORD", "\\n".join(rows) + "\\n")
`;
  execFileSync(REAL_PYTHON, [
    "-c",
    script,
    tree,
    path,
    version,
    options.damage ?? "",
    options.evil ? "1" : "",
  ]);
  return path;
}

/** Makes a machine that answers as told. */
export function fakeMachine(answers: FakeAnswers = {}): FakeMachine {
  const root = mkdtempSync(join(tmpdir(), "fabric-libtorch-"));
  const calls = join(root, "pip-calls");
  const site = join(root, "site");
  mkdirSync(site);
  if (answers.torch !== undefined) writeLibtorch(join(site, "torch"), answers.torch);
  const python = join(root, "bin", "python3");
  writeFile(
    python,
    `#!/bin/sh
if [ "$1 $2" = "-m pip" ]; then
  echo "$*" >> "${calls}"
  for last; do :; done
  previous=""; folder=""
  for argument in "$@"; do [ "$previous" = "-d" ] && folder="$argument"; previous="$argument"; done
  case "$*" in *"${answers.wheel?.when ?? "nothing matches this"}"*) cp "${answers.wheel?.path ?? ""}" "$folder"; exit 0;; esac
  echo "ERROR: No matching distribution found for $last"; exit 1
fi
exec "${REAL_PYTHON}" "$@"
`,
  );
  chmodSync(python, 0o755);
  return {
    root,
    env: {
      HOME: join(root, "home"),
      XDG_CACHE_HOME: join(root, "cache"),
      PATH: `${dirname(python)}:/usr/bin:/bin`,
      PYTHONPATH: site,
      FABRIC_NVIDIA: answers.nvidia ? "1" : "0",
      FABRIC_PLATFORM: "linux",
    },
    pipCalls: () => (existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : []),
  };
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
