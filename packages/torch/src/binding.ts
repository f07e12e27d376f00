// The surface of the native addon, as native/torch/*.cc define it.

/** A native tensor handle: a number inside a scope (or in a small batch), else an External. */
export type Handle = number | { readonly __external: "tensor" };
/** A native generator or mapped file. */
export type NativeBox = { readonly __external: "box" };

/** One argument of a schema. */
export interface ArgInfo {
  name: string;
  type: string;
  size: number | null;
  hasDefault: boolean;
  default?: string;
  kwargOnly: boolean;
  isOut: boolean;
  alias: string | null;
}

/** One result of a schema. */
export interface ReturnInfo {
  type: string;
  alias: string | null;
  name: string | null;
}

/** One overload in the dispatcher. */
export interface SchemaInfo {
  name: string;
  overload: string;
  args: ArgInfo[];
  returns: ReturnInfo[];
  /** The schema as libtorch prints it. */
  text: string;
}

/** What `info()` tells about the loaded libtorch. */
export interface NativeInfo {
  builtFor: string;
  cpuCapability: string;
  halfCpu: { bfloat16: "native" | "float32"; float16: "native" | "float32" };
  config: string;
  hasCuda: boolean;
  cudaBuilt: boolean;
  cudaDevices: number;
  hasMps: boolean;
}

/** What `cudaFacts()` tells; it does not change while the process runs. */
export interface CudaFacts {
  built: boolean;
  /** Why no device can be used; empty where one can. */
  unavailable: string;
  version: string | null;
  cudnn: number | null;
  nccl: number | null;
  driver: string | null;
}

/** A stream: the number of its device and its id. */
export type StreamPair = [index: number, id: number | bigint];

/** A native operator: positional arguments in schema order, `undefined` for a default. */
export type NativeFunction = (...args: unknown[]) => unknown;

/** The addon's exports. */
export interface Binding {
  schemas(): string;
  schemasOf(name: string): string;
  operatorNames(): string[];
  bind(name: string, overload: string): NativeFunction;
  hasKernel(name: string, dispatchKey: string): boolean | null;

  shape(t: Handle): number[];
  strides(t: Handle): number[];
  ndim(t: Handle): number;
  numel(t: Handle): number;
  dtype(t: Handle): number;
  device(t: Handle): number;
  layout(t: Handle): number;
  storageOffset(t: Handle): number;
  isContiguous(t: Handle): boolean;
  elementSize(t: Handle): number;
  version(t: Handle): number;
  isSame(a: Handle, b: Handle): boolean;
  isInference(t: Handle): boolean;
  dataPtr(t: Handle): bigint;
  storageKey(t: Handle): bigint;
  item(t: Handle): number | bigint | boolean;
  fromBytes(data: ArrayBufferView | ArrayBuffer, dtype: number, shape: readonly number[]): Handle;
  toBytes(t: Handle): ArrayBuffer;
  emptyBytes(nbytes: number, dtype: number, shape: readonly number[]): Handle;
  copyBytesOut(t: Handle, offset: number, into: Uint8Array): void;
  copyBytesIn(t: Handle, offset: number, from: Uint8Array): void;
  writeBytes(t: Handle, fd: number): void;
  crc32(t: Handle, sum: number): number | null;
  setData(t: Handle, source: Handle): void;
  data(t: Handle): Handle;
  keptAlias(t: Handle): Handle;
  dispose(t: Handle): void;

  scopeBegin(): number;
  unscopedBegin(): number;
  scopeEnd(depth: number, survivors: readonly Handle[] | null): Handle[] | undefined;
  scopeDepth(): number;
  keep(t: Handle): Handle;
  setAnchors(holder: unknown[]): void;

  isGradEnabled(): boolean;
  setGradEnabled(enabled: boolean): void;
  inferenceEnter(enabled: boolean): void;
  inferenceExit(): void;
  isInferenceEnabled(): boolean;
  autocastEnter(deviceType: number, dtype: number, enabled: boolean, cache: boolean): void;
  autocastExit(): void;
  autocastClearCache(): void;
  autocastState(deviceType: number): [boolean, number, boolean, number];
  setDefaultDtype(dtype: number): void;
  getDefaultDtype(): number;

  backward(
    tensors: readonly Handle[],
    gradients: readonly (Handle | null)[],
    retainGraph: boolean,
    createGraph: boolean,
    inputs: readonly Handle[],
  ): void;
  grad(
    outputs: readonly Handle[],
    inputs: readonly Handle[],
    gradOutputs: readonly (Handle | null)[],
    retainGraph: boolean,
    createGraph: boolean,
    allowUnused: boolean,
  ): (Handle | null)[];
  makeFunction(
    name: string,
    backward: (grads: (Handle | null)[], saved: (Handle | null)[]) => (Handle | null)[],
    inputs: readonly Handle[],
    outputs: readonly (Handle | null)[],
    saved: readonly (Handle | null)[],
    flags: readonly number[],
  ): (Handle | null)[];
  requiresGrad(t: Handle): boolean;
  setRequiresGrad(t: Handle, value: boolean): void;
  isLeaf(t: Handle): boolean;
  gradFn(t: Handle): string | null;
  gradOf(t: Handle): Handle | null;
  gradKept(t: Handle): Handle | null;
  gradIs(t: Handle, g: Handle): boolean | null;
  setGrad(t: Handle, g: Handle | null): void;
  gradsOf(tensors: readonly Handle[]): (Handle | null)[];
  clearGrads(tensors: readonly Handle[]): void;
  incrementVersion(tensors: readonly Handle[]): void;
  retainGrad(t: Handle): void;
  registerHook(t: Handle, fn: (g: Handle) => Handle | null | undefined): number;
  removeHook(t: Handle, id: number): void;
  onGradAccumulated(t: Handle, fn: (() => void) | null): void;
  guard(t: Handle, message: string): void;
  guardOpen(): void;
  guardClose(): void;

  releaseStorage(t: Handle, message: string): void;
  allocateStorage(t: Handle, bytes: number): void;

  manualSeed(seed: number | bigint): void;
  ownGenerator(seed: number | bigint): void;
  generatorDefault(device: number): NativeBox;
  generatorNew(device: number): NativeBox;
  generatorSeed(g: NativeBox | null, seed: number | bigint): void;
  generatorReseed(g: NativeBox | null): number | bigint;
  generatorInitialSeed(g: NativeBox | null): number | bigint;
  generatorGetState(g: NativeBox | null): Handle;
  generatorSetState(g: NativeBox | null, state: Handle): void;
  generatorDevice(g: NativeBox): number;

  info(): NativeInfo;
  setNumThreads(n: number): void;
  getNumThreads(): number;
  ownThreads(n: number): void;
  memory(): number[];
  resetPeakMemory(): void;
  loadLibrary(path: string): void;
  setWarningSink(sink: (message: string) => void): void;
  setFlushDenormal(mode: boolean): boolean;
  setDeterministic(mode: boolean, warnOnly: boolean): void;

  mapFile(path: string): NativeBox;
  mappedSize(file: NativeBox): number;
  mappedBytes(file: NativeBox, offset: number, length: number): ArrayBuffer;
  mappedTensor(
    file: NativeBox,
    offset: number,
    nbytes: number,
    dtype: number,
    shape: readonly number[],
    copy: boolean,
  ): Handle;
  closeFile(file: NativeBox): void;

  cudaFacts(): CudaFacts;
  cudaCurrentDevice(): number;
  cudaSetDevice(index: number): void;
  cudaSynchronize(index: number): void;
  cudaProperties(index: number): {
    name: string;
    major: number;
    minor: number;
    totalMemory: number;
    multiProcessorCount: number;
  };
  cudaSeed(index: number, seed: number | bigint): void;
  getMatmulPrecision(): string;
  setMatmulPrecision(precision: string): void;
  getCudnnTf32(): boolean;
  setCudnnTf32(allowed: boolean): void;

  cudaMemoryStats(index: number): Record<string, number>;
  cudaMemGetInfo(index: number): [free: number, total: number];
  cudaResetPeak(index: number): void;
  cudaResetAccumulated(index: number): void;
  cudaEmptyCache(): void;

  cudaStreamNew(index: number, priority: number): StreamPair;
  cudaStreamCurrent(index: number): StreamPair;
  cudaStreamDefault(index: number): StreamPair;
  cudaStreamExchange(index: number, id: number | bigint): StreamPair;
  cudaStreamQuery(index: number, id: number | bigint): boolean;
  cudaStreamSynchronize(index: number, id: number | bigint): void;
  cudaStreamWaitsFor(
    index: number,
    id: number | bigint,
    otherIndex: number,
    otherId: number | bigint,
  ): void;
  cudaEventNew(enableTiming: boolean): NativeBox;
  cudaEventRecord(event: NativeBox, index: number, id: number | bigint): void;
  cudaEventBlock(event: NativeBox, index: number, id: number | bigint): void;
  cudaEventQuery(event: NativeBox): boolean;
  cudaEventSynchronize(event: NativeBox): void;
  cudaEventElapsed(start: NativeBox, end: NativeBox): number;
  recordStream(t: Handle, index: number, id: number | bigint): void;

  cudaGraphNew(): NativeBox;
  cudaGraphBegin(
    graph: NativeBox,
    pool: readonly [number | bigint, number | bigint] | null,
    mode: number,
  ): void;
  cudaGraphEnd(graph: NativeBox): void;
  cudaGraphReplay(graph: NativeBox): void;
  cudaGraphReset(graph: NativeBox): void;
  cudaGraphPool(graph: NativeBox): [number | bigint, number | bigint];
  cudaGraphPoolNew(): [number | bigint, number | bigint];
  cudaCapturing(): boolean;

  shareTensor(t: Handle): number;
  takeShared(token: number): Handle;
  dropShared(token: number): boolean;
  sharedCount(): number;
}
