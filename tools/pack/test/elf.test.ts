import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../../setup/paths.mjs";
import { keepOnlyOrigin, readDynamic } from "../elf.mjs";

const ADDON = join(ROOT, "native/build/Release/fabric_torch.node");

describe.skipIf(process.platform !== "linux" || !existsSync(ADDON))(
  "the run path of the addon",
  () => {
    let folder: string;
    let copy: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "fabric-elf-"));
      copy = join(folder, "fabric_torch.node");
      copyFileSync(ADDON, copy);
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it("names this machine's libtorch after $ORIGIN in a development build", () => {
      expect(readDynamic(copy).runpath).toMatch(/^\$ORIGIN:\//);
    });

    it("is $ORIGIN alone for the platform package, with the same libraries needed", () => {
      const before = readDynamic(copy).needed;
      expect(before).toContain("libtorch_cpu.so");
      keepOnlyOrigin(copy);
      keepOnlyOrigin(copy);
      expect(readDynamic(copy)).toEqual({ needed: before, runpath: "$ORIGIN" });
    });
  },
);
