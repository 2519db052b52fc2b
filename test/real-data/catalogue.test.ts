import { expect, it } from "vitest";
import { readCatalogue } from "../../scripts/fleet/build.mjs";
import { factsFromSource, readKev } from "./catalogue-sources.ts";
import { describeRealData } from "./data-folder.ts";
import { readMs12068 } from "./wesng-catalogue.ts";

const catalogue = readCatalogue();

describeRealData("the example catalogue against its sources", () => {
  const real = catalogue.filter(({ source }) => source.set !== "invented");

  it.each(real.map((patch) => [patch.id, patch] as const))("%s", (_id, patch) => {
    const facts = factsFromSource(patch);
    const { releasedAt, severity, cves, supersedes, version, sizeBytes } = patch;
    const compared = {
      releasedAt,
      severity,
      cves,
      supersedes,
      version,
      sizeBytes,
      reboot: patch.reboot,
      cvss: patch.cvss,
    };
    const seed = readMs12068();
    const own = patch.id === seed.patchId ? { cvss: seed.cvss.base, reboot: "always" } : {};
    const blank = { releasedAt: undefined, severity: undefined, version: undefined, sizeBytes: undefined };
    expect(compared).toEqual({ ...blank, reboot: undefined, cvss: undefined, ...facts, ...own });
    expect(patch.kev ?? null).toEqual(readKev(patch.cves));
  });

  it("has the bulletins of MS12-068 and its successor", () => {
    const bulletins = catalogue.flatMap(({ id, bulletin }) =>
      bulletin === undefined ? [] : [[id, bulletin]],
    );
    expect(bulletins).toEqual([
      [readMs12068().patchId, readMs12068().bulletin],
      ["KB2799494", "MS13-017"],
    ]);
  });

  it("is real but for the vendors named Example", () => {
    const invented = catalogue.filter(({ source }) => source.set === "invented");
    expect(invented.filter(({ vendor }) => !vendor.startsWith("Example "))).toEqual([]);
    expect(real.length).toBeGreaterThanOrEqual(60);
  });
});
