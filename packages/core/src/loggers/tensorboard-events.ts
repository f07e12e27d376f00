// The bytes of TensorBoard's event files: protobuf messages `Event`, each framed with masked CRC-32C sums (TFRecord).

const POLYNOMIAL = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  return sum;
});

/** CRC-32C (Castagnoli) of bytes. @internal */
export function crc32c(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (TABLE[(sum ^ byte) & 0xff] as number) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** One record: length, its sum, the message, its sum; little-endian. @internal */
export function record(message: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + message.length + 4);
  out.writeBigUInt64LE(BigInt(message.length), 0);
  out.writeUInt32LE(masked(out.subarray(0, 8)), 8);
  out.set(message, 12);
  out.writeUInt32LE(masked(message), 12 + message.length);
  return out;
}

/** The format stores sums rotated by 15 bits plus a constant, since sums of data that contain sums are weak. */
function masked(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

/** The first event of a file. @param wallTime - seconds since 1970. @internal */
export function versionEvent(wallTime: number): Uint8Array {
  return Buffer.concat([double(1, wallTime), bytes(3, Buffer.from("brain.Event:2"))]);
}

/** A scalar: `Event { wall_time, step, summary { value { tag, simple_value } } }`. @internal */
export function scalarEvent(
  wallTime: number,
  step: number,
  tag: string,
  value: number,
): Uint8Array {
  const entry = Buffer.concat([bytes(1, Buffer.from(tag)), float(2, value)]);
  return event(wallTime, step, entry);
}

/** A text for TensorBoard's text page: a string tensor with the plugin's name in its metadata. @internal */
export function textEvent(wallTime: number, step: number, tag: string, text: string): Uint8Array {
  const DT_STRING = 7;
  const shape = bytes(2, bytes(2, varint(1, 1))); // one dimension of size 1
  const tensor = Buffer.concat([varint(1, DT_STRING), shape, bytes(8, Buffer.from(text))]);
  const metadata = bytes(1, bytes(1, Buffer.from("text")));
  const entry = Buffer.concat([bytes(1, Buffer.from(tag)), bytes(8, tensor), bytes(9, metadata)]);
  return event(wallTime, step, entry);
}

function event(wallTime: number, step: number, entry: Buffer): Buffer {
  return Buffer.concat([double(1, wallTime), varint(2, step), bytes(5, bytes(1, entry))]);
}

// Protobuf fields: a key of number and wire type, then the value.

function varint(field: number, value: number): Buffer {
  return Buffer.concat([
    encodeVarint(BigInt(field << 3)),
    encodeVarint(BigInt.asUintN(64, BigInt(Math.trunc(value)))),
  ]);
}

function double(field: number, value: number): Buffer {
  const out = Buffer.alloc(9);
  out.writeUInt8((field << 3) | 1, 0);
  out.writeDoubleLE(value, 1);
  return out;
}

function bytes(field: number, value: Uint8Array): Buffer {
  return Buffer.concat([
    encodeVarint(BigInt((field << 3) | 2)),
    encodeVarint(BigInt(value.length)),
    value,
  ]);
}

function float(field: number, value: number): Buffer {
  const out = Buffer.alloc(5);
  out.writeUInt8((field << 3) | 5, 0);
  out.writeFloatLE(value, 1);
  return out;
}

function encodeVarint(value: bigint): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
  out.push(Number(rest));
  return Buffer.from(out);
}
