// One child of the soak with 1 MB tensors: each step makes one and drops it.
import * as torch from "@fabric/torch";
import { readOptions, soak } from "./measure.mjs";

const options = readOptions();
const base = torch.ones([262_144]); // float32: 1 MB
soak(options, torch, () => {
  base.add(1);
});
