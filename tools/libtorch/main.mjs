// `node tools/libtorch/main.mjs` prints the libtorch that this machine would use, fetching it when there is none.
import { SetupFailure } from "./failure.mjs";
import { resolveLibtorch } from "./resolve.mjs";

try {
  const found = await resolveLibtorch({ log: (line) => process.stderr.write(`${line}\n`) });
  process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`${error.message}\nTo do: ${error.remedy}\n`);
  process.exitCode = 1;
}
