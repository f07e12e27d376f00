// The device that a run of the tests is for: FABRIC_TEST_DEVICE=cuda runs on the current GPU what is not listed in cpu-only.ts.

const DEVICES = ["cpu", "cuda"] as const;

/** Where new tensors are made in this run, unless a test says otherwise. */
export const testDevice: (typeof DEVICES)[number] = readDevice(process.env["FABRIC_TEST_DEVICE"]);

/** The device that a value of FABRIC_TEST_DEVICE stands for. @throws Error for any other. */
export function readDevice(value: string | undefined): (typeof DEVICES)[number] {
  const device = value || "cpu";
  if (DEVICES.includes(device as never)) return device as (typeof DEVICES)[number];
  throw new Error(`FABRIC_TEST_DEVICE is "${device}"; use one of ${DEVICES.join(", ")}.`);
}
