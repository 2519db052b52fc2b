/** What of the status policy and the backend make: deadlines, rings, failures, stops, limits. */
import { isEndingWithin } from "../../core/endings.ts";
import type { Instant } from "../../core/model.ts";
import type { StatusModel } from "../../core/status.ts";
import type { RingStatus } from "../../core/status-rings.ts";
import type { StandingStatement } from "../../core/status-statements.ts";
import { counted, formatCount, formatShare } from "../words.ts";
import { bad, listed, LISTED, ok, piece as t, whenText, type StatusRow } from "./pieces.ts";
import { troubleWords, type StatusTrouble } from "./trouble.ts";

export function deadlineRows({ deadlines }: StatusModel): StatusRow[] {
  if (deadlines === null) return [];
  const { totals, conformance, profiles } = deadlines;
  const parts = [
    [totals.overdue, "overdue"],
    [totals.atRisk, "at risk"],
    [totals.late, "installed late"],
    [totals.excepted, "excepted"],
    [totals.stale + totals.noDate + totals.noInstallDate, "not measured"],
  ] as const;
  const rest = parts.filter(([count]) => count > 0).map(([count, word]) => `, ${formatCount(count)} ${word}`);
  const text = `${formatShare(conformance)} met or not due yet (${profiles.map(t).join(", ")})${rest.join("")}`;
  return [{ label: "Deadlines", text, isBad: totals.overdue > 0 }];
}

export function ringRow(ring: RingStatus, { at, requests }: StatusModel): StatusRow {
  const { devices, staleDevices, patches, installs, failed, promotion } = ring;
  const size = `${counted(devices, "device")}${staleDevices === 0 ? "" : ` (${formatCount(staleDevices)} stale)`}`;
  const under =
    patches === 0
      ? "nothing under way"
      : `${counted(patches, "patch", "patches")} under way, ${formatShare(installs)} installed${failed === 0 ? "" : `, ${formatCount(failed)} failed`}`;
  const gate = promotion === null ? "" : promotionText(ring, at, requests);
  return { label: `Ring ${t(ring.ring)}`, text: `${size}; ${under}${gate}`, isBad: devices === 0 };
}

function promotionText(
  { ring, promotion, after }: RingStatus,
  at: Instant,
  requests: StatusModel["requests"],
): string {
  const { ready, soaking, gated, held, frozen, soakEndsAt, soakPatch } = promotion!;
  const own = (requests ?? []).filter((one) => one.ring === ring);
  const asked =
    own.length === 0
      ? requests === null
        ? ""
        : ", no request open"
      : `, request ${own.map(({ number }) => String(number)).join(" and ")} open`;
  const parts = [
    ...(ready.length === 0
      ? []
      : [`${formatCount(ready.length)} ready to promote (${listed(ready)})${asked}`]),
    ...(soaking === 0
      ? []
      : [`${formatCount(soaking)} soaking, the first (${t(soakPatch!)}) until ${whenText(soakEndsAt!, at)}`]),
    ...(gated === 0 ? [] : [`${formatCount(gated)} behind another gate`]),
    ...(held === 0 ? [] : [`${formatCount(held)} held`]),
    ...(frozen === 0 ? [] : [`${formatCount(frozen)} frozen`]),
  ];
  return parts.length === 0 ? "" : `; from ${t(after!)}: ${parts.join(", ")}`;
}

export function forgeRows({ requests }: StatusModel, trouble: StatusTrouble | null): StatusRow[] {
  if (trouble !== null) return [bad("Requests", troubleWords(trouble))];
  return requests === null
    ? [ok("Requests", "not looked at: no Git repository with a base branch here")]
    : [];
}

export function failingRows({ failing, snapshot }: StatusModel): StatusRow[] {
  if (snapshot === null) return [];
  if (failing.length === 0) return [ok("Failing", "nothing")];
  const rows = failing.slice(0, LISTED).map(({ patch, devices, gaveUp, error, device }) => {
    const words = error === null ? "" : `, ${t(error.text)} on ${formatCount(error.devices)}`;
    const stuck = gaveUp === 0 ? "" : `, all retries used on ${formatCount(gaveUp)}`;
    return `${t(patch)} on ${counted(devices, "device")} such as ${t(device)}${words}${stuck}`;
  });
  const more =
    failing.length > LISTED
      ? [
          `and ${counted(failing.length - LISTED, "more patch", "more patches")}: patchring report overview --status failed`,
        ]
      : [];
  return [...rows, ...more].map((text, index) => (index === 0 ? bad("Failing", text) : ok("", text)));
}

export function standingRows({ standing, brakes, at }: StatusModel): StatusRow[] {
  const { stops, exceptions } = standing;
  const braked = brakes.map(({ ring, patch, failed, eligible, setAt }) =>
    bad(
      "",
      `brake: ${t(patch)} in ring ${t(ring)}, ${formatShare({ part: failed, whole: eligible })} failed, since ${whenText(setAt, at)}`,
    ),
  );
  const shown = stops.slice(0, LISTED).map((one) => ok("", standingText(one, at)));
  const more = stops.length > LISTED ? [ok("", `and ${formatCount(stops.length - LISTED)} more`)] : [];
  const all = [...braked, ...shown, ...more];
  const soon = exceptions.filter(({ until }) => isEndingWithin(until, at));
  const ends = soon.slice(0, LISTED).map((one) => ok("", standingText(one, at)));
  const endless = exceptions.filter(({ until }) => until === null).length;
  const head =
    exceptions.length === 0
      ? "none"
      : `${formatCount(exceptions.length)} in force; ${soon.length === 0 ? "none ends" : `${formatCount(soon.length)} ${soon.length === 1 ? "ends" : "end"}`} within 14 days${endless === 0 ? "" : `; ${formatCount(endless)} without an end`}`;
  return [
    ...(all.length === 0
      ? [ok("Stops", "no hold, recall, freeze, emergency or brake is in force")]
      : all.map((row, index) => (index === 0 ? { ...row, label: "Stops" } : row))),
    ok("Exceptions", head),
    ...ends,
  ];
}

function standingText({ kind, name, until, reason, owner, place }: StandingStatement, at: Instant): string {
  const end = until === null ? "without an end" : `until ${whenText(until, at)}`;
  const who = owner === null ? "" : `, ${t(owner)}`;
  const why = reason === null ? "" : `, "${t(reason)}"`;
  return `${kind}/${t(name)} ${end}${who}${why} (${t(place)})`;
}

export function budgetRows({ guards }: StatusModel): StatusRow[] {
  const shown = guards
    .filter(({ guard, tripped }) => tripped || !["emptySnapshot", "incompleteSnapshot"].includes(guard))
    .map(
      ({ guard, value, limit, tripped }) =>
        `${tripped ? "TRIPPED " : ""}${t(guard)} ${formatCount(value)} of ${formatCount(limit)}`,
    );
  if (shown.length === 0) return [];
  return [{ label: "Budget", text: shown.join(", "), isBad: guards.some(({ tripped }) => tripped) }];
}

export function backendRows({ backend }: StatusModel): StatusRow[] {
  if (backend === null) return [];
  const { provider, schedules, holdIsSafe, lacks } = backend;
  const cannot = lacks.length === 0 ? "can do every action" : `cannot: ${lacks.join(", ")} (people do it)`;
  const windows = schedules === "backend" ? "windows are the backend's" : "windows are kept by patchring";
  const hold = holdIsSafe ? "" : "; what must wait is ignored, since a cleared decision lets it install";
  return [ok("Backend", `${provider === null ? "unnamed" : t(provider)}: ${cannot}; ${windows}${hold}`)];
}
