// A typedoc plugin: overloads after the first share its comment, which the generated operator front writes once.
import { Converter, ReflectionKind } from "typedoc";

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const reflection of context.project.getReflectionsByKind(
      ReflectionKind.FunctionOrMethod,
    )) {
      const [first, ...others] =
        /** @type {import("typedoc").DeclarationReflection} */ (reflection).signatures ?? [];
      for (const signature of others) signature.comment ??= first?.comment?.clone();
    }
  });
}
