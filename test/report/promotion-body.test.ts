/** Bodies of promotion requests: what they say, how long they get, and what hostile text does to them. */
import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import { findCandidates, type PromotionCandidate } from "../../src/core/promotion-candidates.ts";
import type { LeftOut, PromotionRequestView } from "../../src/core/promotion-request.ts";
import { renderPromotionBody, renderPromotionTitle, renderRemoval } from "../../src/report/promotion-body.ts";
import { fleetFiles } from "../reconcile/fleet-files.ts";
import { MemoryWorld } from "../reconcile/memory-world.ts";
import { ModelBackend } from "../reconcile/model-backend.ts";
import { DAY, DEVICES, MONDAY, patch } from "../reconcile/scenarios.ts";
import { HOSTILE_STRINGS } from "./hostile-strings.ts";

async function candidateNamed(id: string): Promise<PromotionCandidate> {
  const backend = new ModelBackend(DEVICES);
  backend.release(patch(id), MONDAY);
  const world = new MemoryWorld(fleetFiles(), backend, MONDAY);
  await world.run();
  world.now += 4 * DAY;
  return findCandidates(world.decide())[0]!;
}

const base = await candidateNamed("KB0");
const AT = MONDAY + 4 * DAY;

function candidate(
  id: string,
  more: { failed?: number; title?: string; uninstallable?: string } = {},
): PromotionCandidate {
  const { failed = 0, title = "Update", uninstallable = "yes" } = more;
  return {
    ...base,
    patch: { ...base.patch, id, title, uninstallable },
    evidence: { ...base.evidence, failed, installed: base.evidence.eligible - failed },
  };
}

function viewOf(
  patches: readonly PromotionCandidate[],
  leftOut: readonly LeftOut[] = [],
): PromotionRequestView {
  return {
    ring: "production",
    from: "pilot",
    isOwn: false,
    by: "pull-request",
    reviewers: ["@acme/patching"],
    window: { kind: "none" },
    at: AT,
    patches: patches.map((one) => ({
      candidate: one,
      path: `promotions/production/${one.patch.id.slice(0, 20)}.yaml`,
    })),
    leftOut,
    removed: [],
    snapshot: { digest: "sha256:5a", takenAt: AT - 600 },
    policyCommit: "4e1c9d2",
    digest: "sha256:d1",
  };
}

it("says what is asked, the evidence, what was left out, and how to stop and undo", () => {
  const out: LeftOut = {
    candidate: { ...candidate("KB3"), state: { kind: "held", hold: "Hold/printer", until: null } },
    reason: { kind: "state" },
  };
  const body = renderPromotionBody(
    viewOf([candidate("KB1"), candidate("KB2", { failed: 1, uninstallable: "no" })], [out]),
    60_000,
  );
  for (const text of [
    "into **production**: 6 approvals in all",
    "| If nobody merges | nothing is approved; 6 device approvals go on waiting |",
    "**cannot be removed**",
    "Hold/printer holds it",
    "patchring hold KB2",
    "Of these patches 1 can be removed, 1 cannot",
    "Closing this request holds all of its patches",
    "Policy `4e1c9d2`",
  ]) {
    expect(body).toContain(text);
  }
  // What can go wrong stands first.
  expect(body.indexOf("`KB2`")).toBeLessThan(body.indexOf("`KB1`"));
});

describe("the size ladder", () => {
  it.each([
    [1, 60_000],
    [50, 60_000],
    [200, 60_000],
    [200, 20_000],
    [200, 6_000],
  ])("%i patches fit into %i characters, the dangerous ones shown, the counts whole", (count, limit) => {
    const risky = 12;
    const patches = Array.from({ length: count }, (_, at) =>
      candidate(`KB${String(at).padStart(4, "0")}`, {
        title: "x".repeat(100),
        ...(at >= count - risky ? { failed: 1 } : {}),
      }),
    );
    const out = Array.from({ length: 3000 }, (_, at): LeftOut => ({
      candidate: candidate(`OUT${at}`),
      reason: { kind: "full", maxPatches: 1 },
    }));
    const body = renderPromotionBody(viewOf(patches, out), limit);
    expect(body.length).toBeLessThanOrEqual(limit);
    const shown = [...body.matchAll(/^\| `KB(\d{4})`/gm)].map(([, id]) => Number(id));
    const hidden = Number(/… and ([\d,]+) more patch(?:es)? with/.exec(body)?.[1] ?? "0");
    expect(shown.length + hidden).toBe(count);
    for (let at = Math.max(0, count - risky); at < count; at += 1) expect(shown).toContain(at);
    expect(body).toContain(`Left out of this promotion: 3,000`);
    const leftOutShown = [...body.matchAll(/^\| `OUT\d+`/gm)].length;
    if (hidden > 0) expect(leftOutShown).toBe(0);
    expect(body.match(/<details>/g)).toHaveLength(1);
    expect(body.match(/<\/details>/g)).toHaveLength(1);
  });
});

describe("hostile text", () => {
  const text = fc.oneof(fc.constantFrom(...HOSTILE_STRINGS), fc.string({ unit: "binary", maxLength: 80 }));

  it("never adds a row, a link, a mention or markup", () => {
    fc.assert(
      fc.property(text, text, text, (id, title, source) => {
        const one = { ...candidate(id || "x", { title }), source };
        const out: LeftOut = {
          candidate: { ...one, state: { kind: "superseded", by: title } },
          reason: { kind: "state" },
        };
        const body = renderPromotionBody(viewOf([one], [out]), 60_000);
        const rows = body.split("\n").filter((line) => line.startsWith("|"));
        // Three tables: 3 rows of answers, 1 of evidence, 1 left out, each with a header and a rule.
        expect(rows).toHaveLength(11);
        const tags = new Set([...body.matchAll(/<\/?([a-z]+)[^>]*>/gi)].map(([, tag]) => tag));
        for (const tag of tags) expect(["br", "code", "details", "summary"]).toContain(tag);
        expect(body).not.toMatch(/\]\(/);

        expect(body).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
        const heading = renderPromotionTitle(viewOf([one]));

        expect(heading).not.toMatch(/[\u0000-\u001f\u2028\u2029]/);
        expect(heading.length).toBeLessThanOrEqual(200);
        const removal = renderRemoval({
          patch: id,
          ring: "production",
          reason: { kind: "state" },
          candidate: one,
          at: AT,
        });
        expect(removal.trimEnd().split("\n")).toHaveLength(1);
      }),
    );
  });
});
