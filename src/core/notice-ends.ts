/** Exceptions that end soon: what they held back or ignored then follows the rules again. */
import type { Instant } from "./model.ts";
import type { Notice } from "./notice.ts";
import type { PolicySet, Statement } from "./policy.ts";

const DAY = 86_400;
/** Told at each of these before the end; the nearer ones as something for today. */
const STAGES = [
  { days: 1, level: "ticket" },
  { days: 3, level: "ticket" },
  { days: 14, level: "digest" },
] as const;

/** Decisions to ignore, and holds, that end within 14 days. */
export function noticeEnds(policy: PolicySet, now: Instant): Notice[] {
  return [
    ...policy.decisions
      .filter(({ action }) => action !== "approve")
      .flatMap((one) => noticeEnd("Decision", one, one.expires, now)),
    ...policy.holds.flatMap((one) => noticeEnd("Hold", one, one.until, now)),
  ];
}

function noticeEnd(
  kind: "Decision" | "Hold",
  { name, owner, place }: Statement,
  end: Instant | null,
  now: Instant,
): Notice[] {
  if (end === null || end <= now) return [];
  const stage = STAGES.find(({ days }) => end - now <= days * DAY);
  if (stage === undefined) return [];
  const statement = `${kind}/${name}`;
  return [
    {
      key: `exception-ends/${statement}/${end}/${stage.days}`,
      level: stage.level,
      subject: { kind: "exception-ends", statement, file: `${place.file}:${place.line}`, owner },
      by: end,
      actor: "policy-owner",
      next: ["patchring", "validate"],
      link: null,
    },
  ];
}
