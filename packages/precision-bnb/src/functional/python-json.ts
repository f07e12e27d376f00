// JSON as Python's json.dumps writes it, so that files come out the same byte for byte.

/** A float as Python prints it: `1e-05`, `0.0001`, `1.0`, `1e+16`. */
export function pythonFloat(value: number): string {
  const [mantissa = "0", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const digits = String(Math.abs(exponent)).padStart(2, "0");
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`;
  }
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** An object of strings, integers, arrays of integers, and floats (wrapped in {@link PythonFloat}), in the order of its keys. */
export function pythonJson(record: Readonly<Record<string, JsonValue>>): string {
  const members = Object.entries(record).map(
    ([key, value]) => `${JSON.stringify(key)}: ${text(value)}`,
  );
  return `{${members.join(", ")}}`;
}

/** A number that Python holds as a float. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

type JsonValue = string | number | readonly number[] | PythonFloat;

function text(value: JsonValue): string {
  if (value instanceof PythonFloat) return pythonFloat(value.value);
  if (typeof value === "object") return `[${value.join(", ")}]`;
  return JSON.stringify(value);
}
