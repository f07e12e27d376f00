// Which launcher started this process: the first that recognises its variables.

import type { ClusterEnvironment, ProcessLayout, Variables } from "./cluster-environment.js";
import { defaultEnvironment } from "./default-environment.js";
import { lsf } from "./lsf.js";
import { mpi } from "./mpi.js";
import { slurm } from "./slurm.js";
import { torchElastic } from "./torchelastic.js";

/** The environment of this process: the user's own object, else torchrun or `fabric run`, SLURM, LSF, MPI, else the default. @internal */
export function detectCluster(
  own: ClusterEnvironment | undefined,
  layout: ProcessLayout,
  variables: Variables = process.env,
): ClusterEnvironment {
  return (
    own ??
    torchElastic(variables) ??
    slurm(variables, layout) ??
    lsf(variables) ??
    mpi(variables) ??
    defaultEnvironment(variables, layout)
  );
}
