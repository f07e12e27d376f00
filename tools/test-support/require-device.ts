// Before the first test: without the device that was asked for, a run would prove nothing.
import { cuda } from "@fabric/torch";
import { testDevice } from "./device.js";

/** @throws Error if FABRIC_TEST_DEVICE names a device that is not there. */
export function setup(): void {
  if (testDevice === "cpu" || cuda.isAvailable()) return;
  throw new Error(
    "FABRIC_TEST_DEVICE is cuda, but libtorch sees no CUDA device. Check `nvidia-smi`, and that the addon was built for a CUDA build of " +
      "libtorch (FABRIC_LIBTORCH or FABRIC_PYTHON, then `npm run setup`); leave FABRIC_TEST_DEVICE out to run on the CPU.",
  );
}
