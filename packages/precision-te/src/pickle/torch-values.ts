// Tensors in pickles: what PyTorch's own rebuilding functions are given, without PyTorch.
import { pickleError } from "./error.js";
import { type Maker, PickledObject } from "./unpickle.js";

/** Bytes of an element, by PyTorch's storage classes. */
const ITEM_BYTES: Readonly<Record<string, number>> = {
  DoubleStorage: 8,
  FloatStorage: 4,
  HalfStorage: 2,
  BFloat16Storage: 2,
  LongStorage: 8,
  IntStorage: 4,
  ShortStorage: 2,
  CharStorage: 1,
  ByteStorage: 1,
  BoolStorage: 1,
};

/** Elements that tensors share. */
export class Storage {
  /** `"FloatStorage"` and its like. */
  readonly type: string;
  readonly elements: number;
  #bytes: Buffer | null = null;

  constructor(type: string, elements: number) {
    this.type = type;
    this.elements = elements;
  }

  /** Size of all elements. */
  get sizeBytes(): number {
    return this.elements * (ITEM_BYTES[this.type] as number);
  }

  /** @throws FabricError `FABRIC_CHECKPOINT_PICKLE` before they were found. */
  get bytes(): Buffer {
    if (this.#bytes === null) throw pickleError("a tensor's numbers are missing");
    return this.#bytes;
  }

  /** Takes its bytes, which in the older format stand behind the pickle. @throws FabricError `FABRIC_CHECKPOINT_PICKLE` if they are more or fewer. */
  fill(bytes: Buffer): void {
    if (bytes.length !== this.sizeBytes)
      throw pickleError(`a ${this.type} of ${this.elements} elements has ${bytes.length} bytes`);
    this.#bytes = bytes;
  }
}

/** A tensor of a pickle. */
export class PickledTensor {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];

  constructor(
    storage: Storage,
    offset: number,
    shape: readonly number[],
    stride: readonly number[],
  ) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.stride = stride;
  }

  /** Its numbers in order of its dimensions. @throws FabricError `FABRIC_CHECKPOINT_PICKLE` unless they are float32 and within the storage. */
  toFloats(): Float32Array<ArrayBuffer> {
    const { storage, shape, stride, offset } = this;
    if (storage.type !== "FloatStorage")
      throw pickleError(`a tensor of scales has a ${storage.type} instead of float32 numbers`);
    const count = shape.reduce((product, size) => product * size, 1);
    const last = shape.reduce((at, size, i) => at + (size - 1) * (stride[i] as number), offset);
    // Not more numbers than are stored: a stride of zero would make any count of one.
    if (!(count <= storage.elements) || (count > 0 && !(last < storage.elements)))
      throw pickleError(
        `a tensor of [${shape.join(", ")}] reaches past its ${storage.elements} stored numbers`,
      );
    const { bytes } = storage;
    const floats = new Float32Array(count);
    for (let i = 0; i < count; i++) floats[i] = bytes.readFloatLE(4 * placeOf(i, this));
    return floats;
  }
}

/** Where in the storage the `index`-th number of a tensor is. */
function placeOf(index: number, { offset, shape, stride }: PickledTensor): number {
  let [rest, place] = [index, offset];
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d] as number;
    place += (rest % size) * (stride[d] as number);
    rest = Math.floor(rest / size);
  }
  return place;
}

/** A storage that is found by its key, from what a pickle calls it: `("storage", class, key, device, elements)`. */
export function storageOf(id: unknown): { key: string; storage: Storage } {
  if (Array.isArray(id)) {
    const [kind, type, key, , elements, view] = id as unknown[];
    const isWhole = view === undefined || view === null;
    if (
      kind === "storage" &&
      type instanceof StorageClass &&
      typeof key === "string" &&
      isCount(elements) &&
      isWhole
    )
      return { key, storage: new Storage(type.name, elements) };
  }
  throw pickleError("the pickle refers to what is no storage of a tensor");
}

/** Stands for `torch.FloatStorage` and its like, which pickles only name. */
export class StorageClass {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const RECIPES = "transformer_engine.common.recipe";
const RECIPE_NAMES = [
  "Format",
  "_FormatHelper",
  "_OverrideLinearPrecision",
  "MMParams",
  "QParams",
  "DelayedScaling",
  "Float8CurrentScaling",
  "Float8BlockScaling",
  "MXFP8BlockScaling",
  "NVFP4BlockScaling",
];

/** Functions and classes that every pickle of tensors and recipes may name. */
export const MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ["collections OrderedDict", makeDictionary],
  ["torch._utils _rebuild_tensor_v2", makeTensor],
  ["torch Size", ([sizes]) => sizes],
  ...RECIPE_NAMES.map((name): [string, Maker] => [
    `${RECIPES} ${name}`,
    (args) => new PickledObject(name, args),
  ]),
]);

/** Classes that are named as values, and never called. */
export const VALUES: ReadonlyMap<string, unknown> = new Map(
  Object.keys(ITEM_BYTES).map((name) => [`torch ${name}`, new StorageClass(name)]),
);

function makeDictionary(args: readonly unknown[]): unknown {
  if (args.length === 0) return new Map();
  throw pickleError("the pickle makes an OrderedDict of something");
}

function makeTensor(args: readonly unknown[]): PickledTensor {
  const [storage, offset, shape, stride] = args;
  const isValid =
    storage instanceof Storage &&
    isCount(offset) &&
    areCounts(shape) &&
    areCounts(stride) &&
    shape.length === stride.length;
  if (!isValid) throw pickleError("the pickle makes a tensor of arguments that do not fit");
  return new PickledTensor(storage, offset, shape, stride);
}

function areCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= 8 && value.every(isCount);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
