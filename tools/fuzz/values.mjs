// Random JavaScript values for each type that a schema may name, most of them fit for it.

const DTYPES = [
  "float32",
  "float32",
  "float32",
  "float32",
  "float64",
  "float16",
  "bfloat16",
  "int64",
  "int64",
  "int32",
  "int16",
  "int8",
  "uint8",
  "bool",
  "complex64",
  "complex128",
  "float8_e4m3fn",
  "float8_e5m2",
];

const SHAPES = [
  [],
  [0],
  [1],
  [3],
  [5],
  [2, 3],
  [3, 3],
  [4, 4],
  [0, 3],
  [3, 0],
  [1, 1],
  [2, 3, 4],
  [2, 4, 4],
  [1, 0, 2],
  [2, 1, 5],
  [2, 3, 4, 4],
  [1, 2, 6, 6],
  [2, 4, 8, 8],
  [1, 2, 4, 4, 4],
  [2, 2, 1, 2, 1, 2],
];

const SMALL_INTS = [0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 7, -1, -1, -2, -3];
const ODD_INTS = [
  8,
  16,
  63,
  64,
  100,
  -100,
  255,
  256,
  1000,
  -1000,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
];
const HUGE_BIGINTS = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 62n];
const FLOATS = [
  0,
  -0,
  1,
  -1,
  0.5,
  0.1,
  2,
  3,
  1e-5,
  1e-30,
  -0.25,
  1e10,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
const STRINGS = [
  ...[
    "mean",
    "sum",
    "none",
    "tanh",
    "floor",
    "trunc",
    "valid",
    "same",
    "linear",
    "lower",
    "nearest",
    "reduced",
    "complete",
  ],
  ...[
    "L",
    "U",
    "ij",
    "xy",
    "left",
    "right",
    "prod",
    "amax",
    "amin",
    "add",
    "multiply",
    "constant",
    "reflect",
    "replicate",
  ],
  ...[
    "circular",
    "forward",
    "backward",
    "ortho",
    "fro",
    "nuc",
    "max",
    "min",
    "ii->i",
    "ij,jk->ik",
    "...",
    "gelu",
    "",
    "x",
    "gels",
  ],
];
const JUNK = () => [
  null,
  undefined,
  "junk",
  {},
  [],
  [[]],
  ["a"],
  [null],
  () => 0,
  Symbol("s"),
  new Date(0),
  new Map(),
  Number.NaN,
  1.5,
  true,
  10n ** 30n,
  new Float32Array(2),
  /x/,
];

/** Makes values for the arguments of one call; most tensors of a call share a shape and a dtype. */
export class Values {
  #random;
  #torch;
  #shape;
  #dtype;

  constructor(torch, random) {
    this.#torch = torch;
    this.#random = random;
    this.#shape = random.pick(SHAPES);
    this.#dtype = random.pick(DTYPES);
  }

  /** A value for an argument of a schema, now and then one that does not fit. */
  argument({ type, size, name }) {
    if (this.#random.chance(0.02)) return this.#random.pick(JUNK());
    if (type.endsWith("?")) {
      if (this.#random.chance(0.35)) return this.#random.chance(0.8) ? null : undefined;
      return this.argument({ type: type.slice(0, -1), size, name });
    }
    if (type.endsWith("[]")) return this.#list(type.slice(0, -2), size);
    return this.#one(type, name);
  }

  #list(element, size) {
    const random = this.#random;
    if (size !== null && random.chance(0.3)) return this.#one(element);
    const length =
      size !== null && random.chance(0.85)
        ? size
        : random.chance(0.5)
          ? this.#shape.length
          : random.below(5);
    if (element === "Tensor?")
      return Array.from({ length }, () => (random.chance(0.3) ? null : this.tensor()));
    return Array.from({ length }, () => this.#one(element, "list"));
  }

  #one(type, name) {
    const random = this.#random;
    switch (type) {
      case "Tensor":
        return this.tensor(name);
      case "int":
      case "SymInt":
        // Lists are mostly sizes: large ones only cost time, in filling memory.
        return name === "list" || /size|^n$|steps|repeats|pad/.test(name ?? "")
          ? this.#size()
          : this.#int();
      case "float":
        return random.pick(FLOATS);
      case "bool":
        return random.chance(0.5);
      case "str":
        return random.pick(STRINGS);
      case "Scalar":
        // The degree of a special polynomial is a loop count.
        return name === "n" ? this.#size() : this.#scalar();
      case "ScalarType":
        return random.pick(DTYPES);
      case "Layout":
        return random.chance(0.8)
          ? "strided"
          : random.pick(["sparse_coo", "sparse_csr", "mkldnn", "jagged"]);
      case "Device":
        return random.chance(0.9) ? "cpu" : random.pick(["meta", "cuda", "cuda:7", "mps"]);
      case "MemoryFormat":
        return random.pick(["contiguous", "preserve", "channels_last", "channels_last_3d"]);
      case "Generator":
        return new this.#torch.Generator().manualSeed(random.below(100));
      default:
        return random.pick(JUNK());
    }
  }

  #size() {
    return this.#random.chance(0.985) ? this.#random.pick(SMALL_INTS) : this.#int();
  }

  #int() {
    const random = this.#random;
    const kind = random.next();
    if (kind < 0.9) return random.pick(SMALL_INTS);
    return kind < 0.99 ? random.pick(ODD_INTS) : random.pick(HUGE_BIGINTS);
  }

  #scalar() {
    const random = this.#random;
    const kind = random.next();
    if (kind < 0.4) return this.#int();
    if (kind < 0.85) return random.pick(FLOATS);
    if (kind < 0.95) return random.chance(0.5);
    return kind < 0.98
      ? { re: random.pick(FLOATS), im: random.pick(FLOATS) }
      : random.pick(HUGE_BIGINTS);
  }

  /** A tensor: empty, 0-d, strided, expanded, with odd values, on `meta`, sparse, or disposed now and then. */
  tensor(name = "") {
    const torch = this.#torch;
    const random = this.#random;
    const shape = random.chance(0.7) ? this.#shape : random.pick(SHAPES);
    const indexLike = /ind(ex|ices)|target|offsets|idx|lengths/.test(name);
    const dtype =
      indexLike && random.chance(0.8)
        ? "int64"
        : random.chance(0.8)
          ? this.#dtype
          : random.pick(DTYPES);
    const count = shape.reduce((a, b) => a * b, 1);
    const values = Float64Array.from({ length: count }, () => this.#element(indexLike));
    let x = torch.tensor(values).reshape(shape).to(dtype);
    if (random.chance(0.3)) x = this.#restride(x);
    if (random.chance(0.08) && (x.isFloatingPoint() || x.isComplex()))
      x = x.detach().requiresGrad_(true);
    if (random.chance(0.015) && dtype === "float32") x = x.toSparse();
    if (random.chance(0.015)) x = x.to("meta");
    if (random.chance(0.01)) x.dispose();
    return x;
  }

  #element(indexLike) {
    const random = this.#random;
    if (indexLike && random.chance(0.9)) return random.below(3);
    const kind = random.next();
    if (kind < 0.5) return random.next() * 4 - 2;
    if (kind < 0.9) return random.below(7) - 2;
    return random.pick([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      1e30,
      -1e30,
      1e5,
      1000,
      -1000,
    ]);
  }

  #restride(x) {
    const random = this.#random;
    const rank = x.ndim;
    if (rank === 0) return x.expand([2]);
    const dim = random.below(rank);
    switch (random.below(4)) {
      case 0:
        return x.transpose(dim, random.below(rank));
      case 1:
        return x.shape[dim] > 0 ? x.narrow(dim, 0, 1).expand(x.shape) : x;
      case 2:
        return x.repeatInterleave(2, dim).slice(dim, 0, null, 2);
      default:
        return x
          .unsqueeze(dim)
          .expand([...x.shape.slice(0, dim), 2, ...x.shape.slice(dim)])
          .select(dim, 1);
    }
  }
}
