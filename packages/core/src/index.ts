// Public surface of @fabric/core.

export { PRECISION_API, PRECISION_BRAND } from "./brand.js";
export type { Callback } from "./callbacks.js";
export type { CapturedStep, CaptureOptions } from "./capture/captured-step.js";
export { CudaGraphRecorder, type StepRecorder } from "./capture/recorder.js";
export { castFloats, castModule } from "./casting/cast-module.js";
export { compileGlob } from "./casting/glob.js";
export {
  checkKeepInDtype,
  type DeclaresKeepInDtype,
  findKept,
  type KeepInDtype,
  type KeptTensor,
} from "./casting/keep-in-dtype.js";
export {
  type CheckpointHeader,
  type CheckpointIO,
  FileCheckpointIO,
} from "./checkpoint/checkpoint-io.js";
export { RNG_KEY } from "./checkpoint/rng.js";
export { consolidate } from "./checkpoint/shards/consolidate.js";
export type { ShardedTensor, ShardPiece, ShardsBody } from "./checkpoint/shards/format.js";
export { ShardsFolder } from "./checkpoint/shards/read-shards.js";
export {
  finishShards,
  type LocalShard,
  newShardSave,
  type ShardIndex,
  writeShard,
} from "./checkpoint/shards/write-shards.js";
export { PRECISION_KEY, type StateFilter } from "./checkpoint/state.js";
export type { ClipOptions } from "./clip.js";
export type { ClusterEnvironment, ProcessLayout } from "./cluster/cluster-environment.js";
export { kubeflowEnvironment } from "./cluster/kubeflow.js";
export { forEachTensor, isRealFloat, mapTensors, moveToDevice } from "./collections.js";
export type { Accelerator, AcceleratorName } from "./connector/accelerator.js";
export type { ConnectorOptions } from "./connector/connector.js";
export type { DevicesOption } from "./connector/devices.js";
export type { Plugin } from "./connector/plugins-option.js";
export type { PrecisionValue } from "./connector/precision-values.js";
export { enterAll } from "./context.js";
export {
  Fabric,
  type FabricBackwardOptions,
  type InitModuleOptions,
  type LoadOptions,
  type SaveOptions,
} from "./fabric.js";
export { FabricBase, type FabricOptions } from "./fabric-base.js";
export { FullPrecision } from "./full-precision.js";
export { launchCopies } from "./launcher/launch-copies.js";
export type { LoaderLike } from "./loaders.js";
export type { Logger } from "./logger.js";
export { CSVLogger, type CSVLoggerOptions } from "./loggers/csv-logger.js";
export type { FileLoggerOptions } from "./loggers/experiment-folder.js";
export { JSONLinesLogger } from "./loggers/json-lines-logger.js";
export { TensorBoardLogger } from "./loggers/tensorboard-logger.js";
export {
  LossScaleMonitor,
  type LossScaleMonitorOptions,
  type OptimizerStepEvent,
} from "./loss-scale-monitor.js";
export { infoOnce, warnOnce } from "./messages.js";
export {
  type BackwardOptions,
  isPrecision,
  type LossScaleChange,
  type LossScaleHistory,
  Precision,
  type PrecisionEnvironment,
  type PrecisionFactory,
  type Processes,
  type ShardingDtypes,
  type StepClosure,
  type StepReport,
} from "./precision.js";
export { registerPrecision, registerStrategy } from "./registry.js";
export type { SchedulerLike } from "./scheduler.js";
export { type SeedOptions, seedEverything } from "./seed.js";
export type { SetupModule, SetupOptimizers, SetupOptions } from "./setup.js";
export { DDPStrategy, type DDPStrategyOptions } from "./strategy/ddp.js";
export { FSDPStrategy } from "./strategy/fsdp/fsdp-strategy.js";
export type { FSDPStrategyOptions } from "./strategy/fsdp/options.js";
export { ParallelStrategy } from "./strategy/parallel.js";
export type { ParallelStrategyOptions } from "./strategy/parallel-options.js";
export { SingleDeviceStrategy } from "./strategy/single-device.js";
export {
  type DistributedSamplerOptions,
  type ReduceOp,
  Strategy,
  type StrategyFactory,
  type StrategyOptions,
} from "./strategy/strategy.js";
export {
  autograd,
  type Device,
  type DType,
  data,
  FabricError,
  functional,
  isFabricError,
  isTensor,
  nn,
  optim,
  safetensors,
  type Tensor,
  TorchError,
  torch,
} from "./torch.js";
export type { FabricDataLoader } from "./wrappers/fabric-data-loader.js";
export type { FabricModule } from "./wrappers/fabric-module.js";
export type { FabricOptimizer } from "./wrappers/fabric-optimizer.js";
export { isWrapped } from "./wrappers/wrapped.js";
