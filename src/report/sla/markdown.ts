/** `sla` as Markdown, for a page or a request. */
import type { DeadlineGroup } from "../../core/deadline-groups.ts";
import { conforming, measured, notMeasured, type DeadlineTotals } from "../../core/deadline-totals.ts";
import type { Instant } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import { conformanceWords, obligationWords, partsWords, RISK_WORDS } from "../deadline-words.ts";
import { escapeMarkdown as m, markdownCode as code } from "../escape/markdown.ts";
import { markdownTable } from "../markdown/table.ts";
import { roughly } from "../relative-time.ts";
import { counted, formatCount } from "../words.ts";
import {
  fixWords,
  groupPaths,
  lengthWords,
  limitOf,
  limitTiers,
  sourceWords,
  stepLabel,
  type PathGroup,
  type SlaView,
} from "./view.ts";

/** `maxRows` limits each table; null is all. */
export function renderSlaMarkdown(view: SlaView, maxRows: number | null): string {
  const most = maxRows ?? Infinity;
  const paths = groupPaths(view);
  const { now } = view;
  const parts = [
    `## Deadlines at ${formatInstant(view.at)}`,
    ...(now === null
      ? []
      : [`The strictest of all: ${conformanceWords(now.totals)}; ${partsWords(now.totals)}.`]),
    profileTable(view),
    ...(now === null || now.groups.length === 0
      ? []
      : ["### Late or at risk", groupTable(now.groups.slice(0, most), view.at)]),
    ...(paths.length === 0
      ? []
      : ["### The longest way to a device, by policy", pathTable(paths.slice(0, most))]),
    ...paths.slice(0, most).flatMap((group) => (group.fits ? [] : [stepTable(view, group)])),
  ];
  const hidden = Math.max(0, paths.length - most) + Math.max(0, (now?.groups.length ?? 0) - most);
  const more = hidden === 0 ? [] : [`… and ${counted(hidden, "more row")}: \`--max-rows 0\` shows all.`];
  return `${[...parts, ...more].join("\n\n")}\n`;
}

function profileTable({ profiles, now }: SlaView): string {
  const right = "right" as const;
  const columns = ["in time", "measured", "overdue", "at risk", "excepted", "not measured"];
  const cells = (totals: DeadlineTotals | undefined): string[] =>
    totals === undefined
      ? columns.map(() => "")
      : [
          conforming(totals),
          measured(totals),
          totals.overdue,
          totals.atRisk,
          totals.excepted,
          notMeasured(totals),
        ].map(formatCount);
  return markdownTable(
    [{ header: "profile" }, { header: "standard" }, ...columns.map((header) => ({ header, align: right }))],
    profiles.map(({ name, title, edition }, index) => [
      code(name),
      m([title, ...(edition === null ? [] : [edition])].join(" ")),
      ...cells(now?.byProfile[index]),
    ]),
  );
}

function groupTable(groups: readonly DeadlineGroup[], at: Instant): string {
  return markdownTable(
    [
      { header: "patch" },
      { header: "devices", align: "right" },
      { header: "state" },
      { header: "deadlines" },
    ],
    groups.map(({ patch, devices, state, risk, obligations }) => [
      code(patch.id),
      formatCount(devices),
      state === "overdue" ? "overdue" : `at risk: ${RISK_WORDS[risk!]}`,
      obligations.map((one) => m(obligationWords(one, at))).join("<br>"),
    ]),
  );
}

function pathTable(paths: readonly PathGroup[]): string {
  return markdownTable(
    [
      { header: "rules" },
      { header: "ring" },
      { header: "at worst" },
      { header: "limit" },
      { header: "fits" },
      { header: "nearest fix" },
    ],
    paths.flatMap(({ rules, feasibility: { path, limits } }) =>
      limits.map((one) => [
        rules.map((rule) => code(rule)).join(" "),
        code(path.ring.name),
        path.total === null ? "never" : roughly(path.total),
        m(`${one.profile.name} ${limitOf(one)} (${limitTiers(one)})`),
        one.fits ? "yes" : "**no**",
        one.fixes[0] === undefined ? "" : m(fixWords(one.fixes[0])),
      ]),
    ),
  );
}

function stepTable(view: SlaView, { rules, feasibility: { path } }: PathGroup): string {
  const title = `**${rules.map((rule) => code(rule)).join(" ")} in ${code(path.ring.name)}**`;
  if (path.blockedIn !== null)
    return `${title}: no rule approves such patches in ${code(path.blockedIn)} before.`;
  const rows = path.steps
    .filter(({ seconds }) => seconds !== 0)
    .map((step) => [m(stepLabel(step)), lengthWords(step.seconds), m(sourceWords(step, view))]);
  return `${title}\n\n${markdownTable([{ header: "step" }, { header: "at worst" }, { header: "from" }], rows)}`;
}
