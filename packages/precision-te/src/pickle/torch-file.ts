// The two formats of torch.save: a zip archive, and the older stream, which also holds the numbers of tensors inside other pickles.
import { ByteReader } from "./byte-reader.js";
import { pickleError } from "./error.js";
import { MAKERS, Storage, storageOf, VALUES } from "./torch-values.js";
import { type Maker, unpickle } from "./unpickle.js";
import { isZip, readZip } from "./zip.js";

/** First number of the older stream. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const STREAM_VERSION = 1001;
/** Bytes that are read at most: a state of a layer has a few kilobytes for each thousand steps. */
const MAX_BYTES = 1 << 24;

/**
 * The value in bytes that `pickle.dumps` or `torch.save` made, with tensors on any device. Storages are views of the bytes.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_PICKLE`.
 */
export function readPickled(bytes: Buffer): unknown {
  if (bytes.length > MAX_BYTES)
    throw pickleError(`the state has ${bytes.length} bytes; up to ${MAX_BYTES} are read`);
  if (isZip(bytes)) return readArchive(bytes);
  if (isStream(bytes)) return readStream(bytes);
  // Each tensor's numbers are a stream within; together they are no longer than the pickle unless it recalls one again and again.
  let left = bytes.length;
  const load: Maker = ([stream]) => {
    if (!(stream instanceof Uint8Array))
      throw pickleError("the pickle loads tensors from what are no bytes");
    left -= stream.length;
    if (left < 0) throw pickleError("the pickle loads tensors from the same bytes repeatedly");
    const value = readStream(Buffer.from(stream.buffer, stream.byteOffset, stream.length));
    if (value instanceof Storage) return value;
    throw pickleError("the pickle loads something else than a tensor's numbers from bytes");
  };
  const makers = new Map(MAKERS).set("torch.storage _load_from_bytes", load);
  return unpickle(new ByteReader(bytes), { makers, values: VALUES });
}

/** `data.pkl` and a file for each storage, in a folder of any name. */
function readArchive(bytes: Buffer): unknown {
  const files = readZip(bytes);
  const main = [...files.keys()].find((name) => name.endsWith("/data.pkl"));
  if (main === undefined) throw pickleError("the archive has no data.pkl");
  const folder = main.slice(0, -"data.pkl".length);
  const order = files.get(`${folder}byteorder`)?.toString("latin1") ?? "little";
  if (order !== "little")
    throw pickleError(`the archive's byte order is \`${order.slice(0, 20)}\``);
  const storages = new Storages((key, storage) => {
    const content = files.get(`${folder}data/${key}`);
    if (content === undefined) throw pickleError("the archive lacks the numbers of a tensor");
    storage.fill(content);
  });
  return unpickle(new ByteReader(files.get(main) as Buffer), {
    makers: MAKERS,
    values: VALUES,
    outside: (id) => storages.find(id),
  });
}

/** Magic, version, sizes of the writer's types, the value, keys of its storages, and for each the number of elements and the elements. */
function readStream(bytes: Buffer): unknown {
  const reader = new ByteReader(bytes);
  const plain = { makers: new Map(), values: new Map() };
  if (unpickle(reader, plain) !== MAGIC)
    throw pickleError("the bytes do not begin as torch.save's do");
  if (unpickle(reader, plain) !== STREAM_VERSION)
    throw pickleError("the bytes are of an unknown version of torch.save");
  const writer = unpickle(reader, plain);
  if (!(writer instanceof Map) || writer.get("little_endian") !== true)
    throw pickleError("the bytes are not from a little-endian machine");
  const storages = new Storages();
  const value = unpickle(reader, {
    makers: MAKERS,
    values: VALUES,
    outside: (id) => storages.find(id),
  });
  const keys = unpickle(reader, plain);
  if (!Array.isArray(keys)) throw pickleError("the bytes do not list their storages");
  for (const key of keys) {
    const storage = storages.byKey.get(key as string);
    if (storage === undefined || reader.uint64() !== storage.elements)
      throw pickleError("the bytes list a storage that no tensor has");
    storage.fill(reader.take(storage.sizeBytes));
  }
  return value;
}

/** The storages that a pickle refers to, one for each key. */
class Storages {
  readonly byKey = new Map<string, Storage>();
  readonly #made: (key: string, storage: Storage) => void;

  /** @param made - called with each new one. */
  constructor(made: (key: string, storage: Storage) => void = () => {}) {
    this.#made = made;
  }

  find(id: unknown): Storage {
    const { key, storage } = storageOf(id);
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    this.#made(key, storage);
    this.byKey.set(key, storage);
    return storage;
  }
}

/** Whether bytes begin with the magic number as protocol 2 writes it. */
function isStream(bytes: Buffer): boolean {
  return (
    bytes.length > 14 && bytes[0] === 0x80 && bytes[1] === 2 && bytes[2] === 0x8a && bytes[3] === 10
  );
}
