// The machine in words, for the head of a report.
import { availableParallelism, cpus, totalmem } from "node:os";
import * as torch from "@fabric/torch";

/** One line: processor, cores in use, memory, libtorch and its instruction set, Node. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const { torchVersion, cpuCapability } = torch.buildInfo();
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  return `${model}, ${availableParallelism()} cores, ${gib} GiB, ${process.platform}-${process.arch}; libtorch ${torchVersion} (${cpuCapability}), ${torch.getNumThreads()} threads; Node ${process.versions.node}`;
}
