// Processes that mpirun started: Open MPI's variables, or those of MPICH and its relatives.

import {
  type ClusterEnvironment,
  clusterError,
  fixedEnvironment,
  readInteger,
  type Variables,
} from "./cluster-environment.js";

const DEFAULT_PORT = 12910;
/** [size, rank, local rank, local size] */
const FAMILIES = [
  [
    "OMPI_COMM_WORLD_SIZE",
    "OMPI_COMM_WORLD_RANK",
    "OMPI_COMM_WORLD_LOCAL_RANK",
    "OMPI_COMM_WORLD_LOCAL_SIZE",
  ],
  ["PMI_SIZE", "PMI_RANK", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"],
] as const;

/** Null unless mpirun started more than one process. @throws FabricError `FABRIC_CONFIG_CLUSTER` if the address of rank 0, or the
 * number of this machine, can only come from `MASTER_ADDR` or `NODE_RANK`, and is missing. @internal */
export function mpi(variables: Variables): ClusterEnvironment | null {
  const family = FAMILIES.find(([size]) => variables[size] !== undefined);
  if (family === undefined) return null;
  const [size, rank, localRank, localSize] = family;
  const worldSize = readInteger(variables, size);
  if (worldSize < 2) return null;
  const globalRank = readInteger(variables, rank);
  const onMachine = readInteger(variables, localSize, worldSize);
  const local = readInteger(variables, localRank, globalRank % Math.max(1, onMachine));
  const address = variables["MASTER_ADDR"];
  if (address === undefined && onMachine < worldSize) {
    throw clusterError(
      `mpirun started ${worldSize} processes on several machines, and MPI's variables do not tell where rank 0 is: export MASTER_ADDR`,
    );
  }
  return fixedEnvironment({
    name: "mpi",
    worldSize,
    globalRank,
    localRank: local,
    nodeRank: readInteger(variables, "NODE_RANK", machineOf(globalRank, local, onMachine)),
    mainAddress: address ?? "127.0.0.1",
    mainPort: readInteger(variables, "MASTER_PORT", DEFAULT_PORT),
  });
}

/** MPI does not number machines, but mostly fills one after the other; undefined if it did otherwise. */
function machineOf(globalRank: number, localRank: number, onMachine: number): number | undefined {
  return localRank === globalRank % onMachine ? Math.floor(globalRank / onMachine) : undefined;
}
