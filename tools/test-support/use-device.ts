// Before each file of tests, in its process.
import { loadPackagedLibrary, setDefaultDevice } from "@fabric/torch";
import { testDevice } from "./device.js";

if (testDevice === "cuda") {
  for (const name of ["fabric_bnb", "fabric_te", "fabric_cuda"]) loadPackagedLibrary(name);
  setDefaultDevice(testDevice);
}
