// `torch.distributed`: libtorch's c10d, stores, process groups and collectives.
export { BACKENDS, type Backend, isNcclAvailable } from "./backend.js";
export { allReduce, allReduceCoalesced, barrier, broadcast, reduce } from "./collectives.js";
export * as fsdp from "./fsdp/index.js";
export {
  getBackend,
  getRank,
  getWorldSize,
  group,
  isInitialized,
  ProcessGroup,
} from "./group.js";
export {
  destroyProcessGroup,
  type GroupOptions,
  type InitOptions,
  initProcessGroup,
  newGroup,
} from "./init.js";
export { initProcessGroupSync, newGroupSync, type SyncInitOptions } from "./init-sync.js";
export { isAvailable } from "./library.js";
export { type MonitoredBarrierOptions, monitoredBarrier } from "./monitored.js";
export {
  allGatherObject,
  broadcastObject,
  gatherObject,
  type ReceivedObject,
  recvObject,
  scatterObject,
  sendObject,
} from "./objects.js";
export {
  type AllToAllSingleOptions,
  allGather,
  allGatherIntoTensor,
  allToAll,
  allToAllSingle,
  gather,
  reduceScatter,
  reduceScatterTensor,
  scatter,
} from "./parts.js";
export type { CollectiveOptions, ReduceOp, ReduceOptions } from "./start.js";
export {
  FileStore,
  type FileStoreOptions,
  PrefixStore,
  Store,
  type StoreValue,
  TCPStore,
  type TCPStoreOptions,
} from "./store.js";
export { RecvWork, recv, send, type TransferOptions } from "./transfers.js";
export { Work } from "./work.js";
