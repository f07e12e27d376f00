// A reader of Python's pickles that can only build plain values: opcodes and globals that are not listed end it.
import type { ByteReader } from "./byte-reader.js";
import { pickleError } from "./error.js";

/** What stands for a Python function or class: makes a plain value of plain arguments. */
export type Maker = (args: readonly unknown[]) => unknown;

/** An object of a listed class: its name, what it was made with, and its fields. */
export class PickledObject {
  readonly type: string;
  readonly args: readonly unknown[];
  fields: ReadonlyMap<unknown, unknown> = new Map();

  constructor(type: string, args: readonly unknown[]) {
    this.type = type;
    this.args = args;
  }
}

/** What a pickle may refer to. */
export interface UnpickleOptions {
  /** Functions and classes that may be called, by module and name with a space between. */
  readonly makers: ReadonlyMap<string, Maker>;
  /** What stands for those that may only be named. */
  readonly values: ReadonlyMap<string, unknown>;
  /** What an object outside of the pickle is, by its id; none may be named without it. */
  readonly outside?: (id: unknown) => unknown;
}

/** A function or class on the stack. */
class Global {
  readonly make: Maker;

  constructor(make: Maker) {
    this.make = make;
  }
}

/** Python's integers that no number holds are read up to this size: as a magic number. */
const MAX_INTEGER_BYTES = 16;
const MAX_PROTOCOL = 5;
/** Opcodes of one pickle, each of which makes one value at most: a state has some hundreds. */
const MAX_STEPS = 1 << 18;
/** Characters of a name that go into a message. */
const MAX_SHOWN = 200;

/**
 * The value of the pickle at the reader, which is left behind it: Map for dict, array for list and tuple, Uint8Array for bytes, number or bigint. No
 * code is run. Work is in proportion to the bytes, memory to at most 262,144 opcodes, beside views of the bytes; there is no recursion.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_PICKLE`, naming the opcode or global.
 */
export function unpickle(reader: ByteReader, options: UnpickleOptions): unknown {
  return new Machine(reader, options).run();
}

class Machine {
  readonly reader: ByteReader;
  readonly options: UnpickleOptions;
  readonly #memo = new Map<number, unknown>();
  #stack: unknown[] = [];
  /** Stacks below the marks. */
  readonly #below: unknown[][] = [];

  constructor(reader: ByteReader, options: UnpickleOptions) {
    this.reader = reader;
    this.options = options;
  }

  run(): unknown {
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const at = this.reader.at;
      const opcode = this.reader.uint8();
      if (opcode === STOP) return this.pop();
      const step = OPCODES[opcode];
      if (step === undefined)
        throw pickleError(
          `byte ${at} holds the opcode 0x${opcode.toString(16).padStart(2, "0")}, which is not read`,
        );
      step(this, this.reader);
    }
    throw pickleError(`the pickle has more than ${MAX_STEPS} opcodes`);
  }

  mark(): void {
    this.#below.push(this.#stack);
    this.#stack = [];
  }

  protocol(version: number): void {
    if (version < 2 || version > MAX_PROTOCOL)
      throw pickleError(
        `the pickle has protocol ${version}; those from 2 to ${MAX_PROTOCOL} are read`,
      );
  }

  frame(size: number): void {
    if (size > this.reader.left) throw pickleError("a frame is longer than the bytes");
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    return this.popSome(1)[0];
  }

  popSome(count: number): unknown[] {
    const from = this.#stack.length - count;
    if (from < 0) throw pickleError(`the pickle takes a value at byte ${this.reader.at} of none`);
    return this.#stack.splice(from);
  }

  popMark(): unknown[] {
    const below = this.#below.pop();
    if (below === undefined)
      throw pickleError(`the pickle goes back to a mark at byte ${this.reader.at} that is not set`);
    const values = this.#stack;
    this.#stack = below;
    return values;
  }

  top(): unknown {
    if (this.#stack.length === 0)
      throw pickleError(`the pickle changes a value at byte ${this.reader.at} of none`);
    return this.#stack[this.#stack.length - 1];
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  memoize(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    if (!this.#memo.has(index))
      throw pickleError(`the pickle recalls value ${index}, which it did not remember`);
    this.push(this.#memo.get(index));
  }

  extend(values: unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw pickleError("the pickle appends to what is no list");
    for (const value of values) list.push(value);
  }

  setItems(items: unknown[]): void {
    const target = this.top();
    if (!(target instanceof Map))
      throw pickleError("the pickle sets keys of what is no dictionary");
    if (items.length % 2 !== 0) throw pickleError("the pickle sets a key without a value");
    for (let i = 0; i < items.length; i += 2) target.set(keyOf(items[i]), items[i + 1]);
  }

  global(module: unknown, name: unknown): void {
    if (typeof module !== "string" || typeof name !== "string")
      throw pickleError("the pickle names a function or class by what is no text");
    const { makers, values } = this.options;
    const full = `${module} ${name}`;
    const make = makers.get(full);
    if (make !== undefined) this.push(new Global(make));
    else if (values.has(full)) this.push(values.get(full));
    else
      throw pickleError(
        `the pickle asks for \`${`${module}.${name}`.slice(0, MAX_SHOWN)}\`, which is not listed`,
      );
  }

  make(): void {
    const [callee, args] = this.popSome(2);
    if (!(callee instanceof Global) || !Array.isArray(args))
      throw pickleError("the pickle calls what is no listed function or class");
    this.push(callee.make(args));
  }

  build(): void {
    const [fields] = this.popSome(1);
    const target = this.top();
    if (!(target instanceof PickledObject) || !(fields instanceof Map))
      throw pickleError("the pickle sets fields of what has none");
    target.fields = fields;
  }

  outside(): void {
    const { outside } = this.options;
    if (outside === undefined) throw pickleError("the pickle refers to an object outside of it");
    this.push(outside(this.pop()));
  }
}

const STOP = 0x2e;

/** What each opcode does, under pickle's numbers. */
const OPCODES: Readonly<Record<number, (machine: Machine, reader: ByteReader) => void>> = {
  // PROTO, FRAME
  128: (m, r) => m.protocol(r.uint8()),
  149: (m, r) => m.frame(r.uint64()),
  // NONE, NEWTRUE, NEWFALSE
  78: (m) => m.push(null),
  136: (m) => m.push(true),
  137: (m) => m.push(false),
  // BININT, BININT1, BININT2, LONG1, BINFLOAT
  74: (m, r) => m.push(r.int32()),
  75: (m, r) => m.push(r.uint8()),
  77: (m, r) => m.push(r.uint16()),
  138: (m, r) => m.push(integer(r.take(r.uint8()))),
  71: (m, r) => m.push(r.float64()),
  // SHORT_BINUNICODE, BINUNICODE
  140: (m, r) => m.push(r.take(r.uint8()).toString("utf8")),
  88: (m, r) => m.push(r.take(r.uint32()).toString("utf8")),
  // SHORT_BINBYTES, BINBYTES, BINBYTES8
  67: (m, r) => m.push(r.take(r.uint8())),
  66: (m, r) => m.push(r.take(r.uint32())),
  142: (m, r) => m.push(r.take(r.uint64())),
  // MARK, POP, POP_MARK
  40: (m) => m.mark(),
  48: (m) => m.pop(),
  49: (m) => m.popMark(),
  // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
  41: (m) => m.push([]),
  133: (m) => m.push(m.popSome(1)),
  134: (m) => m.push(m.popSome(2)),
  135: (m) => m.push(m.popSome(3)),
  116: (m) => m.push(m.popMark()),
  // EMPTY_LIST, APPEND, APPENDS
  93: (m) => m.push([]),
  97: (m) => m.extend(m.popSome(1)),
  101: (m) => m.extend(m.popMark()),
  // EMPTY_DICT, SETITEM, SETITEMS
  125: (m) => m.push(new Map()),
  115: (m) => m.setItems(m.popSome(2)),
  117: (m) => m.setItems(m.popMark()),
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  113: (m, r) => m.remember(r.uint8()),
  114: (m, r) => m.remember(r.uint32()),
  148: (m) => m.memoize(),
  104: (m, r) => m.recall(r.uint8()),
  106: (m, r) => m.recall(r.uint32()),
  // GLOBAL, STACK_GLOBAL, REDUCE, NEWOBJ, BUILD, BINPERSID
  99: (m, r) => m.global(r.line(), r.line()),
  147: (m) => m.global(...(m.popSome(2) as [unknown, unknown])),
  82: (m) => m.make(),
  129: (m) => m.make(),
  98: (m) => m.build(),
  81: (m) => m.outside(),
};

/** Little-endian, two's complement. */
function integer(bytes: Buffer): number | bigint {
  if (bytes.length > MAX_INTEGER_BYTES)
    throw pickleError(`the pickle has an integer of ${bytes.length} bytes`);
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  value = BigInt.asIntN(8 * bytes.length, value);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function keyOf(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  throw pickleError("the pickle has a dictionary with a key that is no text or number");
}
