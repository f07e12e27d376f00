// The same on a GPU, where there is one.

import { torch } from "@fabric/core";
import { makeRig, train } from "../rig.js";
import { expectThat, type Rule, skipRule } from "../rule.js";

export const cuda: Rule = {
  id: "cuda",
  title: "trains on CUDA",
  check(subject) {
    if (!torch.cuda.isAvailable())
      skipRule("CUDA is not available here: no GPU, no driver, or a libtorch without CUDA");
    const rig = makeRig({ ...subject, device: "cuda" });
    const losses = train(rig, 0, 30, { clip: true });
    for (const [name, parameter] of rig.model.namedParameters())
      expectThat(
        parameter.device.startsWith("cuda"),
        `\`${name}\` is on ${parameter.device} after setup; expected cuda.`,
      );
    const [first = Number.NaN] = losses;
    const last = losses.at(-1) ?? Number.NaN;
    expectThat(
      last < first,
      `the loss went from ${first} to ${last} in 30 steps; expected a fall.`,
    );
  },
};
