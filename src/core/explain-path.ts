/** The decision path of design 3 for one fact: which step spoke, which let it pass, which was not reached. */
import { hasBit } from "./bitset.ts";
import type { ClassView } from "./class-view.ts";
import { matchingEmergencies, winningDecision, winningRule } from "./class-view.ts";
import type { Decided } from "./decide.ts";
import type { Reason } from "./model.ts";
import type { SourcePlace } from "./policy.ts";
import { SCOPES } from "./selector.ts";
import { formatInstant } from "./time.ts";

/** One step of the decision path. */
export interface PathStep {
  readonly step: string;
  /** `decides`: the verdict comes from here. `passes`: spoke, and the path went on. */
  readonly result: "decides" | "passes" | "no-match" | "not-reached";
  /** What spoke: a statement's name or a rule's id. */
  readonly source: string | null;
  readonly place: SourcePlace | null;
  readonly because: string;
}

const STEPS = [
  "recalls",
  "ring",
  "decisions",
  "emergencies",
  "rules",
  "holds",
  "supersedence",
  "gates",
] as const;
type Step = (typeof STEPS)[number];

/** Which step gave the reason. */
const DECIDING_STEP: Readonly<Record<Reason, Step>> = {
  RECALLED: "recalls",
  NO_RING: "ring",
  DECIDED: "decisions",
  RULE: "rules",
  NO_RULE: "rules",
  HELD: "holds",
  SUPERSEDED: "supersedence",
  EMERGENCY: "gates",
  NO_DATE: "gates",
  DELAY: "gates",
  APPROVED: "gates",
  PROMOTED: "gates",
  NOT_INSTALLED_YET: "gates",
  SOAK: "gates",
  INSTALLED_PERCENT: "gates",
  FAILURES: "gates",
  COVERAGE: "gates",
  PROMOTION_REJECTED: "gates",
  PROMOTION: "gates",
};

/** The steps in order; `reason` is the verdict's. */
export function tracePath(decided: Decided, view: ClassView, patch: number, reason: Reason): PathStep[] {
  const last = STEPS.indexOf(DECIDING_STEP[reason]);
  const ruled = asksRules(view, patch);
  return STEPS.map((step, position) => {
    if (position > last) {
      return { step, result: "not-reached", source: null, place: null, because: "" };
    }
    if (step === "rules" && !ruled) {
      const because = "a decision or an emergency speaks already";
      return { step, result: "not-reached", source: null, place: null, because };
    }
    const found = TRACERS[step](decided, view, patch);
    if (position === last) return { step, ...found, result: "decides" };
    return { step, ...found, result: found.source === null ? "no-match" : "passes" };
  });
}

/** Rules are asked only where no decision and no emergency made the patch a candidate (design 3, steps 3 to 5). */
function asksRules(view: ClassView, patch: number): boolean {
  return winningDecision(view, patch) === null && matchingEmergencies(view, patch).length === 0;
}

type Traced = Omit<PathStep, "step" | "result">;
type Tracer = (decided: Decided, view: ClassView, patch: number) => Traced;

function none(because: string): Traced {
  return { source: null, place: null, because };
}

const count = (n: number, one: string, many = `${one}s`): string => `${String(n)} ${n === 1 ? one : many}`;

const TRACERS: Readonly<Record<Step, Tracer>> = {
  recalls: ({ compiled }, view, patch) => {
    const found = view.recalls.find((recall) => hasBit(recall.patches, patch))?.statement;
    if (found === undefined)
      return none(`0 of ${count(compiled.recalls.length, "recall")} name this patch here`);
    const what = found.uninstall ? "remove it, and keep it away" : "keep it away";
    return {
      source: `Recall/${found.name}`,
      place: found.place,
      because: `${what}: ${found.reason ?? "no reason given"}`,
    };
  },
  ring: (_, view) =>
    view.ring === null
      ? none("no ring selects this device: hands off")
      : {
          source: view.ring.ring.name,
          place: view.ring.ring.place,
          because: `in ring ${view.ring.ring.name}`,
        },
  decisions: ({ compiled }, view, patch) => {
    const found = winningDecision(view, patch);
    if (found === null)
      return none(`0 of ${count(compiled.decisions.length, "decision")} in force name this patch here`);
    const { statement, scope } = found;
    const locked = statement.locked ? ", locked" : "";
    return {
      source: `Decision/${statement.name}`,
      place: statement.place,
      because: `${statement.action} for ${SCOPES[scope]!}${locked}: ${statement.reason ?? "no reason given"}`,
    };
  },
  emergencies: ({ compiled }, view, patch) => {
    const found = matchingEmergencies(view, patch);
    const first = found[0];
    if (first === undefined) {
      return none(
        `0 of ${count(compiled.emergencies.length, "emergency", "emergencies")} in force name this patch here`,
      );
    }
    const skips = [...new Set(found.flatMap((emergency) => emergency.skip))].sort().join(", ");
    return {
      source: `Emergency/${first.name}`,
      place: first.place,
      because: `skips ${skips === "" ? "nothing" : skips}, until ${formatInstant(first.expiresAt)}: ${first.reason ?? "no reason given"}`,
    };
  },
  rules: (_, view, patch) => {
    if (view.ring === null) return none("no ring");
    const { rules } = view.ring;
    const position = winningRule(rules, view.ruleBits, patch);
    if (position < 0) return none(`0 of ${count(rules.rules.length, "rule")} of this ring match`);
    const { statement } = rules.rules[position]!;
    const losers = rules.rules
      .filter((rule, at) => at > position && hasBit(view.ruleBits, at) && hasBit(rule.patches, patch))
      .map((rule) => rule.statement.id);
    const also =
      losers.length === 0
        ? ""
        : `; wins over ${losers.slice(0, 4).join(", ")}${losers.length > 4 ? " and others" : ""}`;
    return {
      source: statement.id,
      place: statement.place,
      because: `then ${statement.then}, priority ${String(statement.priority)}${also}`,
    };
  },
  holds: ({ compiled }, view, patch) => {
    const found = view.holds.find((hold) => hasBit(hold.patches, patch))?.statement;
    if (found === undefined)
      return none(`0 of ${count(compiled.holds.length, "hold")} in force name this patch here`);
    const end = found.until === null ? "without an end" : `until ${formatInstant(found.until)}`;
    return {
      source: `Hold/${found.name}`,
      place: found.place,
      because: `${end}: ${found.reason ?? "no reason given"}`,
    };
  },
  supersedence: (decided, _, patch) => {
    const newer = decided.compiled.supersedence.superseders(patch).length;
    return none(
      newer === 0
        ? "no patch of the snapshot supersedes it"
        : `${count(newer, "patch", "patches")} of the snapshot ${newer === 1 ? "supersedes" : "supersede"} it`,
    );
  },
  gates: (_, view, patch) => {
    const skipped = matchingEmergencies(view, patch).some(({ skip }) => skip.includes("promotion"));
    return none(skipped ? "an emergency skips them" : "see the gates");
  },
};
