/** The words of one change, the same on every surface. Symbol and word, never colour alone (design 5.3). */
import type { ChangeGroup, ComparedSide, PlannedAction, TimingGroup } from "../../core/comparison.ts";
import { instantText, reasonWords } from "../group-words.ts";
import { actionWord, OBSTACLE_WORDS } from "../words.ts";

type Escape = (text: string) => string;

function sendingWord({ sending, obstacle }: PlannedAction): string {
  return obstacle === null ? sending : `${sending} (${obstacle})`;
}

/** `+ approve`, `no longer + approve`, `- ignore → + approve`, `verdict` */
export function changeText({ change, base, head }: ChangeGroup): string {
  switch (change) {
    case "none":
      return "verdict";
    case "appears":
      return actionWord(head.action!.action);
    case "disappears":
      return `no longer ${actionWord(base.action!.action)}`;
    case "changes": {
      const [before, after] = [base.action!, head.action!];
      return before.action === after.action
        ? actionWord(after.action)
        : `${actionWord(before.action)} → ${actionWord(after.action)}`;
    }
  }
}

/** `wait → approve` */
export function verdictText({ base, head }: ChangeGroup): string {
  return base.verdict === head.verdict ? head.verdict : `${base.verdict} → ${head.verdict}`;
}

/** `pilot`, `production (was pilot)` */
export function ringText({ base, head }: ChangeGroup, escape: Escape): string {
  const name = (ring: string | null): string => (ring === null ? "no ring" : escape(ring));
  return base.ring === head.ring ? name(head.ring) : `${name(head.ring)} (was ${name(base.ring)})`;
}

/** The statement that decides and where it stands, and the one before. */
export function sourceText({ base, head }: ChangeGroup, escape: Escape, code: Escape = escape): string {
  const name = (side: ComparedSide): string =>
    side.source === null
      ? "no statement"
      : `${code(side.source)}${side.place === null ? "" : ` ${escape(side.place)}`}`;
  return base.source === head.source ? name(head) : `${name(head)} (was ${name(base)})`;
}

/** What the verdict rests on now and before, and when the action would be sent. */
export function whyText({ base, head, change }: ChangeGroup): string {
  const reason = `${head.reason}: ${reasonWords(head.reason)}`;
  const parts = [base.reason === head.reason ? reason : `${reason} (was ${base.reason})`];
  const { action } = head;
  const [before, after] = [base.action, action].map((one) => (one === null ? "" : sendingWord(one)));
  if (change === "changes" && before !== after) parts.push(`${before!} → ${after!}`);
  else if (action !== null && action.sending !== "now") parts.push(after!);
  else if (change === "disappears" && base.action!.sending !== "now") parts.push(`was ${before!}`);
  if (action?.obstacle != null) parts.push(OBSTACLE_WORDS[action.obstacle]);
  return parts.join("; ");
}

/** `SOAK until 2026-03-19T03:10:00Z (in 18 h 10 min)` */
export function timingText(
  { reason, until }: TimingGroup["head"],
  kind: TimingGroup["kind"],
  at: string,
  escape: Escape,
): string {
  const absent = kind === "window" ? "in more than 400 days" : "no time known";
  const end = instantText(until, at, absent, escape);
  return until === null ? `${reason}, ${end}` : `${reason} until ${end}`;
}
