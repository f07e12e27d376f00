import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { temporaryDirectory, writeRaw } from "./temporary.js";

const { safetensors } = torch;
const directory = temporaryDirectory();
const path = join(directory, "bad.safetensors");

/** The error that both readers raise. */
function refusal(file: string): torch.FabricError {
  const errors = [safetensors.load, safetensors.open].map((read) => {
    try {
      read(file);
    } catch (error) {
      return error as torch.FabricError;
    }
    throw new Error("the file was accepted");
  });
  expect(errors[0]?.code).toBe(errors[1]?.code);
  expect(errors[0]?.message).toBe(errors[1]?.message);
  expect(errors[0]?.message).toContain(file);
  return errors[0] as torch.FabricError;
}

const entry = (shape: string, offsets: string, dtype = '"F32"'): string =>
  `{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`;

// [what, header, bytes of data, what the message says]
const BAD: readonly [string, string, number, RegExp][] = [
  ["an array as header", "[1,2]", 0, /does not begin with `{`/],
  ["space before the header", ' {"x":1}', 0, /does not begin with `{`/],
  ["a byte-order mark", "\ufeff{}", 0, /does not begin with `{`/],
  ["JSON that does not end", '{"x":{', 0, /not valid JSON/],
  ["text after the JSON", "{} x", 0, /text after the end/],
  ["a control character in a key", '{"a\nb":{}}', 0, /not valid JSON/],
  ["a bad escape", '{"a\\x":{}}', 0, /bad escape/],
  ["a comma at the end", '{"x":1,}', 0, /not valid JSON/],
  [
    "a key that comes twice",
    `{"x":${entry("[1]", "[0,4]")},"x":${entry("[1]", "[0,4]")}}`,
    4,
    /"x" comes twice/,
  ],
  [
    "a key that comes twice under another spelling",
    `{"x":${entry("[1]", "[0,4]")},"\\u0078":1}`,
    4,
    /"x" comes twice/,
  ],
  [
    "a field that comes twice",
    '{"x":{"dtype":"U8","dtype":"U8","shape":[],"data_offsets":[0,1]}}',
    1,
    /"dtype" comes twice/,
  ],
  ["nesting without end", `{"x":${"[".repeat(100_000)}`, 0, /levels of nesting/],
  ["an entry that is a number", '{"x":5}', 0, /entry "x" is not an object/],
  ["no dtype", '{"x":{"shape":[1],"data_offsets":[0,4]}}', 4, /no `dtype`/],
  ["a negative size", `{"x":${entry("[-1]", "[0,4]")}}`, 4, /no `shape` of integers/],
  ["a fractional size", `{"x":${entry("[1.5]", "[0,6]")}}`, 6, /no `shape` of integers/],
  [
    "a size past 2^53",
    `{"x":${entry("[9007199254740993]", "[0,4]")}}`,
    4,
    /no `shape` of integers/,
  ],
  [
    "a shape whose product overflows to the right size",
    `{"x":${entry("[4294967296,4294967296,1]", "[0,0]")}}`,
    0,
    /not what F32/,
  ],
  [
    "a shape whose product overflows past an empty dimension",
    `{"x":${entry("[0,4294967296,4294967296]", "[0,0]")}}`,
    0,
    /not what F32/,
  ],
  ["too many dimensions", `{"x":${entry(`[${"1,".repeat(100)}1]`, "[0,4]")}}`, 4, /101 dimensions/],
  ["offsets the wrong way round", `{"x":${entry("[1]", "[4,0]")}}`, 4, /ends before it begins/],
  ["three offsets", `{"x":${entry("[1]", "[0,4,8]")}}`, 4, /no `data_offsets`/],
  ["an offset of -0", `{"x":${entry("[1]", "[-0,4]")}}`, 4, /no `data_offsets`/],
  ["a length that does not fit the shape", `{"x":${entry("[2]", "[0,4]")}}`, 4, /has 4 bytes/],
  ["data past the end", `{"x":${entry("[2]", "[0,8]")}}`, 4, /ends at byte/],
  ["data that no entry covers", `{"x":${entry("[1]", "[0,4]")}}`, 8, /its entries end at byte/],
  ["a hole at the start", `{"x":${entry("[1]", "[4,8]")}}`, 8, /leaves a hole/],
  [
    "a hole between",
    `{"x":${entry("[1]", "[0,4]")},"y":${entry("[1]", "[8,12]")}}`,
    12,
    /entry "y" leaves a hole/,
  ],
  [
    "an overlap",
    `{"x":${entry("[2]", "[0,8]")},"y":${entry("[1]", "[4,8]")}}`,
    8,
    /entry "y" overlaps/,
  ],
  [
    "two entries at one place",
    `{"x":${entry("[1]", "[0,4]")},"y":${entry("[1]", "[0,4]")}}`,
    4,
    /overlaps/,
  ],
  ["metadata that is not an object", '{"__metadata__":[]}', 0, /`__metadata__` is not an object/],
  ["metadata that is not text", '{"__metadata__":{"n":1}}', 0, /not a string/],
];

describe("the header", () => {
  it.each(BAD)("with %s is refused", (_, header, data, message) => {
    const error = refusal(writeRaw(path, header, data));
    expect(error.code).toBe("FABRIC_CHECKPOINT_CORRUPT");
    expect(error.message).toMatch(message);
  });

  it("with an unknown dtype is refused with the known ones", () => {
    const error = refusal(writeRaw(path, `{"x":${entry("[1]", "[0,4]", '"F128"')}}`, 4));
    expect(error.code).toBe("FABRIC_CHECKPOINT_DTYPE");
    expect(error.message).toMatch(/"x".*"F128".*BF16/s);
  });

  it("with bytes that are not UTF-8 is refused", () => {
    const error = refusal(writeRaw(path, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])));
    expect(error.message).toMatch(/not valid UTF-8/);
  });

  it.each([0, 1, 7])("is refused when the file has %i bytes", (bytes) => {
    writeFileSync(path, Buffer.alloc(bytes));
    expect(refusal(path).code).toBe("FABRIC_CHECKPOINT_CORRUPT");
  });

  it.each([2n ** 64n - 1n, 2n ** 63n, 2n ** 53n, 2n ** 32n, 11n, 1n, 0n])(
    "with length %i is refused",
    (length) => {
      const error = refusal(writeRaw(path, '{"x": {}}', 0, length));
      expect(error.message).toMatch(/its header/);
    },
  );

  it("of more than 100 MB is refused before it is read", () => {
    writeRaw(path, "{}", 0, 100_000_001n);
    truncateSync(path, 100_000_100); // sparse: takes no space
    expect(refusal(path).message).toMatch(/at most 100000000 are allowed/);
  });

  it("may have spaces at the end, unknown fields and entries in any order", () => {
    const header = `{"b":${entry("[1]", "[4,8]")},"none":${entry("[0]", "[4,4]")},"a":{"extra":[{}],"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   `;
    const file = safetensors.open(writeRaw(path, header, 8));
    expect(file.keys()).toEqual(["a", "none", "b"]);
    file.close();
  });
});
