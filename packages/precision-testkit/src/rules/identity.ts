// What the plugin says that it is.

import { isPrecision, PRECISION_API, PRECISION_BRAND } from "@fabric/core";
import { environmentOf, makeFabric, makePlugin } from "../rig.js";
import { expectThat, type Rule } from "../rule.js";

export const brand: Rule = {
  id: "brand",
  title: "carries the brand and the API number, and is new each time",
  check(subject) {
    const plugin: unknown = makePlugin(subject);
    expectThat(
      isPrecision(plugin),
      "create() returned something that is no plugin. Let the class extend Precision of @fabric/core.",
    );
    const api: unknown = plugin[PRECISION_BRAND];
    expectThat(
      api === PRECISION_API,
      `the plugin was written for version ${String(api)} of the interface; this @fabric/core speaks ${PRECISION_API}.`,
    );
    const other: unknown = makePlugin(subject);
    expectThat(
      other !== plugin,
      "create() returned the same object twice; two Fabrics would share its state. Make a new one each time.",
    );
  },
};

export const label: Rule = {
  id: "label",
  title: "reports its alias as `precision`, and describes itself in one line",
  check(subject) {
    const plugin = makePlugin(subject);
    const name: unknown = plugin.precision;
    expectThat(
      typeof name === "string" && name.trim() !== "",
      `\`precision\` is ${JSON.stringify(name) ?? typeof name}; expected a non-empty string.`,
    );
    expectThat(
      subject.alias === undefined || name === subject.alias,
      `\`precision\` is "${name}", but the alias asked for is "${subject.alias}". Checkpoints record it: report the alias that is in force.`,
    );
    const line: unknown = plugin.describe();
    expectThat(
      typeof line === "string" && line !== "" && !line.includes("\n"),
      `describe() returned ${JSON.stringify(line) ?? typeof line}; expected one line of text.`,
    );
  },
};

export const validate: Rule = {
  id: "validate",
  title: "accepts the place where it is tested",
  check(subject) {
    const plugin = makePlugin(subject);
    plugin.validate({ ...environmentOf(subject), strategy: "single_device" });
    const fabric = makeFabric(subject, makePlugin(subject));
    expectThat(
      fabric.precision.precision === plugin.precision,
      `Fabric reports "${fabric.precision.precision}" for a plugin that is "${plugin.precision}".`,
    );
  },
};
