// Step 1: the workspace's dependencies.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { contentHash } from "./hash.mjs";
import { packageNames, ROOT } from "./paths.mjs";
import { pnpmScript } from "./pnpm.mjs";
import { runLogged, say } from "./progress.mjs";

/** Members of the workspace, as folders under the root. */
function members() {
  return ["", "native", ...packageNames().map((name) => `packages/${name}`)];
}

/** @returns {import("./step.mjs").Step} */
export function installStep() {
  const manifests = members().map((member) => join(ROOT, member, "package.json"));
  return {
    name: "install",
    title: "installing the pinned npm packages",
    inputs: contentHash(
      [...manifests, join(ROOT, "pnpm-lock.yaml"), join(ROOT, "pnpm-workspace.yaml")],
      undefined,
      [process.platform, process.arch, process.versions.modules],
    ),
    isWhole: () =>
      existsSync(join(ROOT, "node_modules", ".modules.yaml")) &&
      members().every(
        (member) => !hasDependencies(member) || existsSync(join(ROOT, member, "node_modules")),
      ),
    work: install,
  };
}

/** @param {{ interrupted: boolean }} state */
async function install({ interrupted }) {
  const pnpm = await pnpmScript();
  if (interrupted) removeModules();
  try {
    await pnpmInstall(pnpm);
  } catch (error) {
    // pnpm keeps refusing after some failed installs until node_modules is gone.
    if (interrupted || !existsSync(join(ROOT, "node_modules"))) throw error;
    say("install: failed over what was there, trying again from nothing");
    removeModules();
    await pnpmInstall(pnpm);
  }
}

/** @param {string} pnpm */
async function pnpmInstall(pnpm) {
  const frozen = process.env.CI ? "--frozen-lockfile" : "--prefer-frozen-lockfile";
  await runLogged({
    name: "install",
    command: process.execPath,
    args: [
      pnpm,
      "install",
      frozen,
      "--prefer-offline",
      "--reporter=append-only",
      "--config.confirmModulesPurge=false",
    ],
    remedy: "Check that npm reaches its registry (npm ping), then run this again.",
  });
}

function removeModules() {
  for (const member of members()) {
    rmSync(join(ROOT, member, "node_modules"), { recursive: true, force: true });
  }
}

/** @param {string} member */
function hasDependencies(member) {
  const manifest = JSON.parse(readFileSync(join(ROOT, member, "package.json"), "utf8"));
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).length > 0;
}
