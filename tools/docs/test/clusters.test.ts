// The commands of docs/guide/clusters.md, on the loopback device: every process must learn its rank, and all the same address.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
const guide = readFileSync(join(root, "docs/guide/clusters.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "fabric-clusters-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Tells its place. `MACHINES` stands for what a user would write as `numNodes`. */
const TRAIN = `import { Fabric, launchCopies, Strategy } from ${JSON.stringify(pathToFileURL(join(root, "packages/core/dist/index.js")).href)};
class Own extends Strategy {
  name = "own"; requiresLaunch = true;
  get rootDevice() { return "cpu"; }
  launch(layout) { return launchCopies(this.clusterEnvironment, layout); }
}
const devices = Number(process.env.DEVICES ?? 2), numNodes = Number(process.env.MACHINES ?? 1);
const fabric = new Fabric({ accelerator: "cpu", strategy: new Own(), devices, numNodes });
if (process.env.FABRIC_CLI_USED === undefined) await fabric.launch();
const { name, mainAddress, mainPort } = fabric.clusterEnvironment;
console.log("place", JSON.stringify([fabric.globalRank, fabric.localRank, fabric.nodeRank, fabric.worldSize, name, mainAddress]), mainPort);`;

/** Starts a command for each task with the variables of a launcher. */
const STAND_IN = `#!${process.execPath}
const { spawn } = require("node:child_process");
const { basename } = require("node:path");
const name = basename(process.argv[1]);
let args = process.argv.slice(2);
const value = (flag) => Number(args[args.indexOf(flag) + 1]);
const from = (word) => { args = args.slice(args.indexOf(word)); };
const { env } = process;
let [machines, tasks] = [Number(env.MACHINES ?? 1), Number(env.TASKS ?? 2)];
if (name === "mpirun") { tasks = value("-np") / machines; from("node"); }
if (name === "torchrun") { tasks = value("--nproc-per-node"); from("node"); }
if (name === "srun") while (args[0].startsWith("-")) args.shift();
const variables = (rank, node, local) => name === "mpirun" ? {
  OMPI_COMM_WORLD_SIZE: machines * tasks, OMPI_COMM_WORLD_RANK: rank, OMPI_COMM_WORLD_LOCAL_RANK: local, OMPI_COMM_WORLD_LOCAL_SIZE: tasks,
} : name === "torchrun" ? {
  RANK: rank, LOCAL_RANK: local, WORLD_SIZE: tasks, LOCAL_WORLD_SIZE: tasks, GROUP_RANK: 0, ROLE_RANK: rank, MASTER_ADDR: "127.0.0.1", MASTER_PORT: 29500,
  TORCHELASTIC_RUN_ID: "none", TORCHELASTIC_RESTART_COUNT: 0, TORCHELASTIC_MAX_RESTARTS: 0,
} : {
  SLURM_PROCID: rank, SLURM_LOCALID: local, SLURM_NODEID: node, SLURM_NTASKS: machines * tasks, SLURM_NPROCS: machines * tasks,
  SLURM_NTASKS_PER_NODE: tasks, SLURM_TASKS_PER_NODE: tasks + "(x" + machines + ")",
};
for (let rank = 0; rank < machines * tasks; rank++) {
  const own = variables(rank, Math.floor(rank / tasks), rank % tasks);
  const child = spawn(args[0], args.slice(1), { stdio: "inherit", env: { ...env, ...own } });
  child.on("exit", (code) => { process.exitCode ||= code ?? 1; });
}`;

writeFileSync(join(folder, "train.mjs"), TRAIN);
for (const [name, text] of [
  ["srun", STAND_IN],
  ["mpirun", STAND_IN],
  ["torchrun", STAND_IN],
  ["scontrol", "#!/bin/sh\necho 127.0.0.1\necho other\n"],
  ["hostname", "#!/bin/sh\necho 127.0.0.1\n"],
  [
    "npx",
    `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(root, "packages/core/dist/cli/main.js")}" "$@"\n`,
  ],
] as const) {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o755);
}

/** Code of a section, in order. */
function blocks(section: string, language = "sh"): string[] {
  const text = guide.split(/^##+ /m).find((part) => part.startsWith(`${section}\n`));
  expect(text, section).toBeDefined();
  return [...(text as string).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(
    ([, code = ""]) => code,
  );
}

async function freePort(wanted = 0): Promise<number> {
  const server = createServer().listen(wanted);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A job's number whose port is free. */
async function slurmJob(): Promise<string> {
  for (;;) {
    const digits = 1000 + Math.floor(Math.random() * 9000);
    const port = await freePort(15_000 + digits).catch(() => null);
    if (port !== null) return `7${digits}`;
  }
}

type Place = [
  global: number,
  local: number,
  node: number,
  world: number,
  name: string,
  main: string,
];

/** Runs commands at the same time; returns the places that processes told, by rank, after checking that the port is one. */
async function places(commands: readonly string[], variables: NodeJS.ProcessEnv): Promise<Place[]> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(FABRIC_|RANK$|LOCAL_RANK$|WORLD_SIZE$|MASTER_)/.test(name),
  );
  const env = { ...Object.fromEntries(kept), ...variables };
  env["PATH"] = [folder, env["PATH"]].join(delimiter);
  const outputs = await Promise.all(
    commands.map(async (command) => {
      const child = spawn("bash", ["-e", "-c", command], { cwd: folder, env });
      let text = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk) => (text += String(chunk)));
      const [code] = await once(child, "close");
      expect(code, `${command}\n${text}`).toBe(0);
      return text;
    }),
  );
  const told = [...outputs.join("").matchAll(/place (\[.*\]) (\d+)/g)];
  expect(new Set(told.map(([, , port]) => port)).size).toBe(1);
  return told.map(([, place = ""]) => JSON.parse(place) as Place).sort(([a], [b]) => a - b);
}

/** Processes on each of some machines. */
const layout = (machines: number, each: number, name: string): Place[] =>
  Array.from({ length: machines * each }, (_, rank) => [
    ...[rank, rank % each, Math.floor(rank / each), machines * each],
    ...[name, "127.0.0.1"],
  ]) as Place[];

/** The lines of a block, on this machine. */
async function lines(block: string): Promise<string[]> {
  const port = String(await freePort());
  return block
    .trim()
    .split("\n")
    .map((line) =>
      line
        .replaceAll("10.0.0.1", "127.0.0.1")
        .replace("29400", port)
        .replace("fabric run", `fabric run --main-port ${port}`),
    );
}

it("one machine: fabric run, and the script itself", async () => {
  const [cli = "", itself = ""] = await lines(blocks("One machine")[0] ?? "");
  expect(await places([cli], { DEVICES: "4" })).toEqual(layout(1, 4, "fabric run"));
  expect(await places([itself], { DEVICES: "4" })).toEqual(layout(1, 4, "default"));
});

it("several machines by hand: fabric run, and variables", async () => {
  const [cli = "", variables = ""] = blocks("Several machines by hand");
  const two = { MACHINES: "2" };
  expect(await places(await lines(cli), two)).toEqual(layout(2, 2, "fabric run"));
  expect(await places(await lines(variables), two)).toEqual(layout(2, 2, "default"));
});

it("torchrun", async () => {
  const [block = ""] = blocks("Launchers that set torchrun's variables");
  expect(await places([block], {})).toEqual(layout(1, 2, "torchelastic"));
});

it("SLURM: a task for each process, and fabric run on each machine", async () => {
  const [tasks = "", agents = ""] = blocks("SLURM");
  const job = {
    ...{ MACHINES: "2", SLURM_JOB_NAME: "train", SLURM_NNODES: "2", SLURM_CPUS_PER_TASK: "1" },
    ...{
      SLURM_JOB_ID: await slurmJob(),
      SLURM_JOB_NODELIST: "127.0.0.1,other",
    },
  };
  const option = (block: string, name: string): string =>
    new RegExp(`^#SBATCH --${name}=(\\d+)`, "m").exec(block)?.[1] as string;
  for (const [block, name, each] of [
    [tasks, "slurm", "2"],
    [agents, "fabric run", "1"],
  ] as const) {
    expect([option(block, "nodes"), option(block, "ntasks-per-node")]).toEqual(["2", each]);
    expect(await places([block], { ...job, TASKS: each })).toEqual(layout(2, 2, name));
  }
});

it("Kubernetes: the pods of an indexed Job", async () => {
  const [manifest = ""] = blocks("Kubernetes", "yaml");
  const command = /^ +- (exec npx .*)$/m.exec(manifest)?.[1] as string;
  const [here = ""] = await lines(command.replace("train-0.train", "10.0.0.1"));
  const pods = [0, 1].map((index) => `export JOB_COMPLETION_INDEX=${index}; ${here}`);
  expect(await places(pods, { MACHINES: "2" })).toEqual(layout(2, 2, "fabric run"));
});

it("MPI", async () => {
  const [block = ""] = blocks("MPI");
  expect(await places([block], { MACHINES: "2" })).toEqual(layout(2, 2, "mpi"));
});
