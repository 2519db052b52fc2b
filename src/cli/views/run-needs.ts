/** What of a run needs a person: what it is, who can act, and the next step. */
import { formatInstant } from "../../core/time.ts";
import type { RunReport } from "../../reconcile/run/report.ts";
import { flagOf } from "../apply/raised-guards.ts";

export interface Need {
  readonly what: string;
  readonly who: "you" | "reviewers" | "backend" | "nobody";
  readonly next: string;
}

/** The most urgent first. Words of backends and forges in it are hostile: escape them where they are shown. */
export function listNeeds(report: RunReport): Need[] {
  return [
    ...report.stopped.map(({ guard, value, limit }): Need => {
      const flag = flagOf(guard);
      const raise = flag === null ? "" : `; if it is meant, run once with \`${flag} --reason "…"\``;
      return { what: `${guard} is ${value}, limit ${limit}`, who: "you", next: `check the number${raise}` };
    }),
    ...brakeNeeds(report),
    ...report.answers.flatMap(({ row, result, detail }): Need[] => {
      if (result === "accepted") return [];
      const what = `${row.action} ${row.patch} on ${row.device}: ${result}${detail === null ? "" : `, ${detail}`}`;
      return result === "unknown"
        ? [
            {
              what,
              who: "nobody",
              next: "the next observation says what became of it; it is not sent again before",
            },
          ]
        : result === "refused"
          ? [{ what, who: "you", next: `look at the device in the backend; it is tried again later` }]
          : [{ what, who: "backend", next: "the next run sends it" }];
    }),
    ...report.settlements
      .filter((one) => one.result === "unverified")
      .map(({ action, detail }): Need => {
        const sent = formatInstant(action.intendedAt);
        return {
          what: `${action.action} ${action.patch} on ${action.device}, sent at ${sent}: ${detail ?? "unverified"}`,
          who: "you",
          next: "look at the device in the backend; policy decides again later",
        };
      }),
    ...(report.promotions?.results ?? []).flatMap(({ request, outcome }): Need[] =>
      outcome.kind === "stalled"
        ? [
            {
              what: `request for ring ${request.ring}: ${outcome.reason}`,
              who: "reviewers",
              next: outcome.number === null ? "see `patchring promote`" : `look at request ${outcome.number}`,
            },
          ]
        : [],
    ),
  ];
}

function brakeNeeds({ brakes }: RunReport): Need[] {
  return [...brakes.set, ...brakes.kept].map(({ ring, patch, detail, request }): Need => {
    return request === null
      ? {
          what: `braked: ${detail}`,
          who: "you",
          next: `hold it with \`patchring hold ${patch} --ring ${ring} --reason "…" --open\`, or mend the devices`,
        }
      : {
          what: `braked: ${detail}`,
          who: "reviewers",
          next: `merge request ${request} to hold it in Git, or close it to let it go on`,
        };
  });
}
