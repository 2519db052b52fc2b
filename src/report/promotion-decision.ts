/** The head of a promotion's request: what is asked, what a merge does and when, who merges. */
import type { PromotionCandidate } from "../core/promotion-candidates.ts";
import type { PromotionRequestView, RequestedPatch } from "../core/promotion-request.ts";
import { formatDuration, formatInstant } from "../core/time.ts";
import { escapeMarkdown as m, markdownCode as code } from "./escape/markdown.ts";
import { markdownTable } from "./markdown/table.ts";
import { instantWords } from "./promotion-words.ts";
import { counted } from "./words.ts";

/** Blocks of Markdown; `patches` in the order of danger. */
export function decision(view: PromotionRequestView, patches: readonly RequestedPatch[]): string[] {
  const devices = patches.reduce((sum, { candidate }) => sum + candidate.devices, 0);
  const few = patches
    .slice(0, 3)
    .map(({ candidate }) => `**${m(candidate.patch.id)}** (${counted(candidate.devices, "device")})`);
  const more =
    patches.length > few.length ? [counted(patches.length - few.length, "more patch", "more patches")] : [];
  const merge =
    view.by === "auto"
      ? "Merged by itself once every check is green, unless somebody asks for changes or closes it."
      : `Merged by a person${view.reviewers.length === 0 ? "" : `; reviewers: ${view.reviewers.map((name) => m(name)).join(", ")}`}.`;
  return [
    "### Decision asked",
    `Let ${[...few, ...more].join(", ")} into **${m(view.ring)}**: ${counted(devices, "approval")} in all.`,
    ...urgency(patches),
    markdownTable(
      [{ header: "Question" }, { header: "Answer" }],
      [
        ...windowRows(view),
        ["If nobody merges", `nothing is approved; ${counted(devices, "device approval")} go on waiting`],
        ["Who merges", merge],
      ],
    ),
  ];
}

/** What a merge does and until when it counts for the next window. A rule can have windows of its own. */
function windowRows({ window, ring, at }: PromotionRequestView): string[][] {
  const what = "What a merge does";
  if (window.kind === "none") {
    return [[what, `each device gets its approval in the next run: ${m(ring)} has no windows`]];
  }
  if (window.kind === "backend") {
    return [
      [what, "each device gets its approval in the next run, and installs in the windows of the backend"],
    ];
  }
  const { opensAt, closesAt, nextAt } = window;
  const more = window.zones > 1 ? `, the earliest of ${counted(window.zones, "zone")}` : "";
  const name = `${code(window.schedule)} (${m(window.zone)}${more})`;
  if (opensAt === null) return [[what, `nothing yet: ${name} opens at no time within 400 days`]];
  const until = closesAt === null ? "" : ` until ${formatInstant(closesAt)}`;
  const next = nextAt === null ? "" : `; later, and it is ${formatInstant(nextAt)}`;
  return opensAt <= at
    ? [[what, `each device gets its approval in the next run: ${name} is open${until}${next}`]]
    : [
        [what, `each device gets its approval when ${name} opens: ${instantWords(opensAt, at)}${until}`],
        ["Merge by", `**${formatInstant(opensAt)}**${next}`],
      ];
}

/** Warnings at most: an urgent patch has a request of its own, but for one under review. */
const URGENT = 5;

function urgency(patches: readonly RequestedPatch[]): string[] {
  return patches
    .slice(0, URGENT)
    .flatMap(({ candidate }) => [
      ...(candidate.isExpedited
        ? [
            `> [!WARNING]\n> **Shorter soak:** ${m(candidate.patch.id)} soaked ${formatDuration(candidate.soak)} instead of the ring's ${formatDuration(candidate.ring.soak.for)}, by ${code(candidate.source)}.`,
          ]
        : []),
      ...(candidate.isExploited
        ? [
            `> [!WARNING]\n> **Known exploited:** ${m(candidate.patch.id)} closes a vulnerability in CISA's list.${dueText(candidate)}`,
          ]
        : []),
    ]);
}

function dueText({ patch }: PromotionCandidate): string {
  const due = patch.kev?.dueOn ?? null;
  return due === null ? "" : ` Due there on ${m(due)}.`;
}
