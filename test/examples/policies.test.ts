import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { FLEETS } from "../../scripts/fleet/build.mjs";
import { promotionDigest } from "../../scripts/fleet/canonical.mjs";
import { parseDuration, parseInstant } from "../../src/core/time.ts";
import { listYaml, readDocuments, readInventory, root } from "./policy-files.ts";

const SCHEMA_OF: Readonly<Record<string, string>> = {
  Fleet: "fleet",
  Ring: "ring",
  ApprovalRules: "approval-rules",
  Decision: "decision",
  Schedule: "schedule",
  Freeze: "freeze",
  Hold: "hold",
  Recall: "recall",
  Emergency: "emergency",
  Promotion: "promotion",
};

interface Evidence {
  readonly at: string;
  readonly soak: {
    readonly for: string;
    readonly t0: string;
    readonly metAt: string;
    readonly quorum: { readonly percent: number };
  };
  readonly eligible: number;
  readonly installed: number;
  readonly failed: number;
  readonly pending: number;
  readonly coverage: { readonly os: Readonly<Record<string, number>> };
}

interface PromotionSpec extends Readonly<Record<string, unknown>> {
  readonly patch: { readonly id: string };
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly id: string; readonly file: string };
  readonly evidence: Evidence;
  readonly digest: string;
}

describe.each(FLEETS.map((fleet) => [fleet.folder, fleet.at] as const))("%s", (folder, at) => {
  const files = listYaml(folder);
  const documents = files.flatMap(readDocuments);
  const named = (kind: string): readonly string[] =>
    documents.filter((document) => document.kind === kind).map(({ name }) => name);
  const promotions = documents
    .filter(({ kind }) => kind === "Promotion")
    .map(({ file, spec }) => ({ file, spec: spec as PromotionSpec }));

  it("begins every file with the schema of its kind", () => {
    for (const file of files) {
      const first = readFileSync(join(root, file), "utf8").split("\n", 1)[0] ?? "";
      const schema = /^# yaml-language-server: \$schema=(\S+)$/.exec(first)?.[1] ?? "";
      const kinds = new Set(readDocuments(file).map(({ kind }) => kind));
      expect([file, kinds.size]).toEqual([file, 1]);
      const expected = `schemas/${SCHEMA_OF[[...kinds][0] as string] ?? "?"}.schema.json`;
      expect([file, normalize(join(dirname(file), schema))]).toEqual([file, expected]);
    }
  });

  it("has names that are unique per kind, and one fleet", () => {
    const keys = documents.map(({ kind, name }) => `${kind}/${name}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { apiVersion, name } of documents) {
      expect(apiVersion).toBe("patchring/v1");
      expect(name).toMatch(/^[a-z0-9-]{1,63}$/);
    }
    expect(named("Fleet")).toHaveLength(1);
  });

  it("shows every kind of statement that it needs", () => {
    const shown = Object.keys(SCHEMA_OF).filter((kind) => named(kind).length > 0);
    const simple = ["Fleet", "Ring", "ApprovalRules", "Decision", "Schedule", "Promotion"];
    expect(shown).toEqual(folder === "examples/small-company" ? simple : Object.keys(SCHEMA_OF));
  });

  it("names only rings and schedules that exist", () => {
    const rings = documents.filter(({ kind }) => kind === "Ring");
    for (const { spec } of rings) {
      expect([undefined, ...named("Ring")]).toContain(spec["after"]);
      expect([undefined, ...named("Schedule")]).toContain(spec["schedule"]);
    }
    for (const { spec } of documents.filter(({ kind }) => kind === "ApprovalRules"))
      for (const rule of spec["rules"] as readonly { schedule?: string; rings?: readonly string[] }[]) {
        expect([undefined, ...named("Schedule")]).toContain(rule.schedule);
        expect((rule.rings ?? []).filter((ring) => !named("Ring").includes(ring))).toEqual([]);
      }
  });

  it("names only patches that its fleet knows", () => {
    const { patches } = readInventory(folder);
    const aliases = new Set(patches.flatMap(({ id, cves }) => [id, ...((cves ?? []) as readonly string[])]));
    for (const { file, spec } of documents) {
      const list = Array.isArray(spec["patches"]) ? (spec["patches"] as readonly string[]) : [];
      for (const glob of list) {
        const found = [...aliases].some((alias) =>
          glob.endsWith("*") ? alias.startsWith(glob.slice(0, -1)) : alias === glob,
        );
        expect([file, glob, found]).toEqual([file, glob, true]);
      }
    }
  });

  it("has promotions with the digest of what they say", () => {
    expect(promotions.length).toBeGreaterThan(10);
    for (const { file, spec } of promotions)
      expect([file, spec.digest]).toEqual([file, promotionDigest(spec)]);
  });

  it("has promotions whose evidence holds at its moment", () => {
    const { patches } = readInventory(folder);
    const ruleIds = documents
      .filter(({ kind }) => kind === "ApprovalRules")
      .flatMap(({ file, name, spec }) =>
        (spec["rules"] as readonly { name: string }[]).map(
          (rule) => `${folder}/ ${file} ${name}/${rule.name}`,
        ),
      );
    for (const { file, spec } of promotions) {
      const { evidence } = spec;
      const [seen, t0, metAt] = [evidence.at, evidence.soak.t0, evidence.soak.metAt].map(
        (text) => parseInstant(text) ?? NaN,
      );
      expect(file.startsWith(join(folder, "promotions", spec.to))).toBe(true);
      expect(named("Ring")).toEqual(expect.arrayContaining([spec.from, spec.to]));
      expect(patches.some(({ id }) => id === spec.patch.id)).toBe(true);
      expect(ruleIds).toContain(`${folder}/ ${join(folder, spec.rule.file)} ${spec.rule.id}`);
      expect(metAt).toBe((t0 ?? NaN) + (parseDuration(evidence.soak.for) ?? NaN));
      expect(metAt).toBeLessThanOrEqual(seen ?? NaN);
      expect(seen).toBeLessThanOrEqual(parseInstant(at) ?? NaN);
      expect(evidence.eligible).toBe(evidence.installed + evidence.failed + evidence.pending);
      expect(100 * evidence.installed).toBeGreaterThanOrEqual(90 * evidence.eligible);
      expect(evidence.failed).toBe(0);
      const covered = Object.values(evidence.coverage.os).reduce((sum, count) => sum + count, 0);
      expect(covered).toBe(evidence.installed);
    }
  });
});
