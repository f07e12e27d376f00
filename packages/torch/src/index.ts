// The public surface. Generated operators come first; what is written by hand wins over a generated name.
import { installMethods } from "./dispatch/install.js";
import { installPrinter } from "./print.js";

installMethods();
installPrinter();

export * as amp from "./amp/index.js";
export * as autograd from "./autograd/index.js";
export {
  type AutocastOptions,
  type AutocastState,
  autocast,
  autocastState,
  clearAutocastCache,
  defaultDtype,
  device,
  enableGrad,
  inferenceMode,
  isGradEnabled,
  isInferenceModeEnabled,
  noGrad,
  setGradEnabled,
} from "./contexts.js";
export { asTensor, full, type TensorData, type TensorOptions, tensor } from "./creation.js";
export * as cuda from "./cuda/index.js";
export {
  getFloat32MatmulPrecision,
  type MatmulPrecision,
  setFloat32MatmulPrecision,
} from "./cuda/precision.js";
export { loadCudaKernels } from "./cuda-kernels.js";
export * as data from "./data/index.js";
export { type Device, isDevice } from "./device.js";
export * as distributed from "./distributed/index.js";
export {
  bfloat16,
  bool,
  complex64,
  complex128,
  type DType,
  type FInfo,
  finfo,
  float8_e4m3fn,
  float8_e5m2,
  float16,
  float32,
  float64,
  getDefaultDtype,
  type IInfo,
  iinfo,
  int8,
  int16,
  int32,
  int64,
  isDType,
  itemsize,
  type Layout,
  type MemoryFormat,
  setDefaultDtype,
  uint8,
} from "./dtype.js";
export { FabricError, type FabricErrorOptions, isFabricError, TorchError } from "./errors.js";
// The one `export *`: some thousand generated operators.
export * from "./generated/functions.js";
export { fft, linalg, special } from "./generated/namespaces.js";
export { ellipsis, type Index, Slice, slice } from "./indexing.js";
export {
  type MappedFile,
  openMapped,
  readBytes,
  tensorBytes,
  tensorCrc32,
  tensorFromBytes,
} from "./mapped-file.js";
export { type DeviceMemory, memory, resetPeakMemory } from "./memory.js";
export type { NativeOrigin } from "./native.js";
export * as functional from "./nn/functional/index.js";
export * as nn from "./nn/index.js";
export {
  type OperatorNamespace,
  type OperatorNamespaces,
  type OperatorPacket,
  ops,
} from "./ops.js";
export * as optim from "./optim/index.js";
export { checkOptions, checkSwitch, isOptions, optionError } from "./options.js";
export { type PackagedOperators, packagedOperators } from "./packaged-operators.js";
export { getDefaultDevice, setDefaultDevice } from "./placement.js";
export {
  defaultGenerator,
  Generator,
  getRngState,
  initialSeed,
  manualSeed,
  seed,
  setRngState,
} from "./random.js";
export * as safetensors from "./safetensors/index.js";
export { keep, scope } from "./scope.js";
export { dropShared, sharedCount, shareTensor, takeShared } from "./share.js";
export {
  type BuildInfo,
  buildInfo,
  getNumThreads,
  type HalfCpu,
  hasKernel,
  loadLibrary,
  loadPackagedLibrary,
  setFlushDenormal,
  setNumThreads,
  useDeterministicAlgorithms,
} from "./system.js";
export {
  type BackwardOptions,
  type HookHandle,
  isTensor,
  type NestedArray,
  type Scalar,
  Tensor,
  type ToOptions,
  type TypedArray,
} from "./tensor.js";
export { describeValue } from "./translate.js";
export { withContext } from "./with-context.js";
