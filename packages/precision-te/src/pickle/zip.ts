// The files of a zip archive whose files are stored as they are, as torch.save writes it.
import { ByteReader } from "./byte-reader.js";
import { pickleError } from "./error.js";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_SIZE = 22;
const MAX_COMMENT = 0xffff;
/** Files that are looked at: a state has a handful. */
const MAX_FILES = 1024;

/** Whether bytes begin as a zip archive does. */
export function isZip(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32LE() === LOCAL;
}

/** Views of the files by their names. @throws FabricError `FABRIC_CHECKPOINT_PICKLE`. */
export function readZip(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const end = new ByteReader(bytes, endOf(bytes) + 10);
  const count = end.uint16();
  end.uint32(); // size of the directory
  const directory = new ByteReader(bytes, end.uint32());
  if (count > MAX_FILES) throw pickleError(`the archive has ${count} files`);
  const files = new Map<string, Buffer>();
  for (let i = 0; i < count; i++) {
    if (directory.uint32() !== CENTRAL) throw pickleError("the archive's directory is damaged");
    directory.take(6); // versions, flags
    const method = directory.uint16();
    directory.take(8); // time, checksum
    const [packed, size] = [directory.uint32(), directory.uint32()];
    const [nameSize, extraSize, commentSize] = [
      directory.uint16(),
      directory.uint16(),
      directory.uint16(),
    ];
    directory.take(8); // disk, attributes
    const offset = directory.uint32();
    const name = directory.take(nameSize).toString("utf8");
    directory.take(extraSize + commentSize);
    if (method !== 0 || packed !== size)
      throw pickleError(`the archive's file \`${name.slice(0, 200)}\` is compressed`);
    files.set(name, contentAt(bytes, offset, size));
  }
  return files;
}

function contentAt(bytes: Buffer, offset: number, size: number): Buffer {
  const local = new ByteReader(bytes, offset);
  if (local.uint32() !== LOCAL) throw pickleError("the archive's directory points elsewhere");
  local.take(22);
  const [nameSize, extraSize] = [local.uint16(), local.uint16()];
  local.take(nameSize + extraSize);
  return local.take(size);
}

/** Where the record of the archive's end begins: at the end, before a comment. */
function endOf(bytes: Buffer): number {
  const last = bytes.length - END_SIZE;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at--)
    if (bytes.readUInt32LE(at) === END) return at;
  throw pickleError("the archive has no end");
}
