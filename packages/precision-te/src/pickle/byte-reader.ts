// Little-endian numbers and runs of bytes, none of which reach past the end.
import { pickleError } from "./error.js";

/** Reads bytes in order. Every read is checked, and runs of bytes are views: no length in the bytes makes anything of its size. */
export class ByteReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** A view of the next `size` bytes. @throws FabricError `FABRIC_CHECKPOINT_PICKLE` if there are fewer. */
  take(size: number): Buffer {
    if (!(size >= 0 && size <= this.left))
      throw pickleError(
        `${size} bytes were announced at byte ${this.at}, but ${this.left} are left`,
      );
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  uint8(): number {
    return this.take(1)[0] as number;
  }

  uint16(): number {
    return this.take(2).readUInt16LE();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  int32(): number {
    return this.take(4).readInt32LE();
  }

  /** As a number, which past 2^53 is a neighbour: as a length it is refused either way. */
  uint64(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  /** Big-endian, as pickles have it. */
  float64(): number {
    return this.take(8).readDoubleBE();
  }

  /** Up to the next line feed, which is read too. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw pickleError(`the line at byte ${this.at} does not end`);
    const text = this.take(end - this.at).toString("utf8");
    this.at++;
    return text;
  }
}
