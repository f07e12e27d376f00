// Builds the platform package: the addon, the libtorch libraries that it needs, stripped, found beside each other.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { ROOT } from "../setup/paths.mjs";
import { keepOnlyOrigin, readDynamic, strip } from "./elf.mjs";
import { KERNEL_LIBRARIES } from "./kernels.mjs";
import { npmPack } from "./tarball.mjs";

/** The only platform that has a prebuilt package so far. */
export const PLATFORM = "linux-x64";
export const PLATFORM_PACKAGE = `@fabric/torch-${PLATFORM}`;

const ADDON = "fabric_torch.node";

/**
 * Packs the platform package from the addon and libtorch of the last setup.
 *
 * @param {string} out folder for the tarball
 * @param {(line: string) => void} log
 * @returns {string} path of the tarball
 */
export function packPlatform(out, log) {
  if (`${process.platform}-${process.arch}` !== PLATFORM) {
    throw new Error(
      `${PLATFORM_PACKAGE} can only be packed on ${PLATFORM}, this is ${process.platform}-${process.arch}`,
    );
  }
  const built = JSON.parse(readFileSync(join(ROOT, "packages/torch/native/addon.json"), "utf8"));
  const folder = join(out, "platform");
  rmSync(folder, { recursive: true, force: true });
  const lib = join(folder, "lib");
  mkdirSync(lib, { recursive: true });
  copyFileSync(built.addon, join(lib, ADDON));
  const libraries = neededLibraries(join(lib, ADDON), join(built.libtorch, "lib"));
  for (const name of libraries)
    copyFileSync(realpathSync(join(built.libtorch, "lib", name)), join(lib, name));
  /** @type {Record<string, string>} */
  const operators = {};
  for (const [name, path] of Object.entries(built.libraries ?? {})) {
    if (KERNEL_LIBRARIES.includes(name)) continue;
    operators[name] = `./lib/${basename(path)}`;
    copyFileSync(path, join(lib, basename(path)));
  }
  const all = [ADDON, ...Object.values(operators).map((path) => basename(path)), ...libraries];
  for (const name of all) {
    strip(join(lib, name));
    keepOnlyOrigin(join(lib, name));
  }
  log(`${PLATFORM_PACKAGE}: ${all.join(", ")}`);
  writeTexts(folder, built.torchVersion, operators);
  copyLicences(folder, built.libtorch);
  return npmPack(folder, out);
}

/**
 * The libraries of libtorch that an ELF file needs, directly or through one another. What libtorch does not ship is the system's.
 *
 * @param {string} start
 * @param {string} folder
 * @returns {string[]}
 */
function neededLibraries(start, folder) {
  /** @type {Set<string>} */
  const found = new Set();
  const queue = [start];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    for (const name of readDynamic(path).needed) {
      if (found.has(name) || !existsSync(join(folder, name))) continue;
      found.add(name);
      queue.push(join(folder, name));
    }
  }
  return [...found].sort();
}

/**
 * @param {string} folder
 * @param {string} torchVersion
 * @param {Record<string, string>} libraries
 */
function writeTexts(folder, torchVersion, libraries) {
  const { version, license, engines, publishConfig } = JSON.parse(
    readFileSync(join(ROOT, "packages/torch/package.json"), "utf8"),
  );
  const manifest = {
    name: PLATFORM_PACKAGE,
    version,
    description: `libtorch ${torchVersion} and the compiled addon of @fabric/torch for Linux x86-64.`,
    license: `${license} AND BSD-3-Clause`,
    os: ["linux"],
    cpu: ["x64"],
    libc: ["glibc"],
    engines,
    exports: { "./lib/*": "./lib/*", "./package.json": "./package.json" },
    files: ["lib", "licenses"],
    fabric: { addon: `./lib/${ADDON}`, torchVersion, libraries },
    publishConfig,
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(
    join(folder, "README.md"),
    `# ${PLATFORM_PACKAGE}\n\nThe native part of @fabric/torch for Linux x86-64 with glibc:\nits addon and libtorch ${torchVersion} (CPU). It is installed by @fabric/torch and has nothing to import.\n`,
  );
}

/**
 * libtorch's licence and those of what it contains travel with its libraries.
 *
 * @param {string} folder
 * @param {string} libtorch
 */
function copyLicences(folder, libtorch) {
  copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  const beside = dirname(libtorch);
  const info = readdirSync(beside).find((name) => /^torch-.*\.dist-info$/.test(name));
  const licences = info && join(beside, info, "licenses");
  if (licences && existsSync(licences))
    cpSync(licences, join(folder, "licenses"), { recursive: true });
}
