/** The request of a promotion in words (design 4.3; at most so many characters, dangers never hidden). */
import type { PromotionCandidate } from "../core/promotion-candidates.ts";
import type {
  LeftOut,
  PromotionRequestView,
  PromotionTexts,
  RemovedPatch,
  RequestedPatch,
} from "../core/promotion-request.ts";
import { compareCodeUnits } from "../core/order.ts";
import { formatDuration, formatInstant } from "../core/time.ts";
import { cut, showControls } from "./escape/controls.ts";
import { escapeMarkdown as m, markdownCode as code } from "./escape/markdown.ts";
import { details } from "./markdown/details.ts";
import { markdownTable } from "./markdown/table.ts";
import { decision } from "./promotion-decision.ts";
import { gateWords, instantWords, leftOutWords, removalWords } from "./promotion-words.ts";
import { counted, formatCount } from "./words.ts";

const TITLE_LENGTH = 200;

/** How requests are put into Markdown. */
export const promotionTexts: PromotionTexts = {
  title: renderPromotionTitle,
  body: renderPromotionBody,
  removal: renderRemoval,
};

/** `promote(production): KB5990141, KB5990155 and 3 more`; one line of at most 200 characters. */
export function renderPromotionTitle(view: PromotionRequestView): string {
  const ids = view.patches.map(({ candidate }) => candidate.patch.id);
  const what = ids.length === 0 ? "nothing left" : ids.slice(0, 3).join(", ");
  const more = ids.length > 3 ? ` and ${ids.length - 3} more` : "";
  return `${cut(showControls(`promote(${view.ring}): ${what}`), TITLE_LENGTH - more.length)}${more}`;
}

/** What one row costs the reader: the more can go wrong, the earlier it stands and the later it is dropped. */
export function dangerOf(candidate: PromotionCandidate): number {
  const { evidence, patch } = candidate;
  return (
    (evidence.failed > 0 ? 16 : 0) +
    (candidate.hasRejectedFile ? 8 : 0) +
    (patch.uninstallable === "yes" ? 0 : 4) +
    (candidate.isExpedited ? 2 : 0) +
    (evidence.pending > 0 ? 1 : 0)
  );
}

/** Rows at most and how much of each; harmless things go first. */
interface Ladder {
  readonly patches: number;
  readonly leftOut: number;
  readonly isCompact: boolean;
}

/**
 * Markdown without marker line, at most `limit` characters. Over it, the left-out rows go first, from
 * the end; then titles and gate details; then rows of patches from the harmless end. Counts stay.
 */
export function renderPromotionBody(view: PromotionRequestView, limit: number): string {
  const patches = [...view.patches].sort(
    (a, b) =>
      dangerOf(b.candidate) - dangerOf(a.candidate) ||
      b.candidate.devices - a.candidate.devices ||
      compareCodeUnits(a.candidate.patch.id, b.candidate.patch.id),
  );
  const rowOf = rememberRows(view);
  const render = (ladder: Ladder): string => `${blocks(view, patches, ladder, rowOf).join("\n\n")}\n`;
  const fits = (ladder: Ladder): boolean => render(ladder).length <= limit;
  const most = (whole: number, at: (rows: number) => Ladder): Ladder | null => {
    if (!fits(at(0))) return null;
    // Thousands can be left out: rows are tried from few on, so that those far beyond the limit are never made.
    let [low, high] = [0, Math.min(whole, 1)];
    while (high < whole && fits(at(high))) [low, high] = [high, Math.min(whole, high * 4)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (fits(at(middle))) low = middle;
      else high = middle - 1;
    }
    return at(low);
  };
  const all = patches.length;
  const ladder = most(view.leftOut.length, (leftOut) => ({ patches: all, leftOut, isCompact: false })) ??
    most(all, (rows) => ({ patches: rows, leftOut: 0, isCompact: true })) ?? {
      patches: 0,
      leftOut: 0,
      isCompact: true,
    };
  return cut(render(ladder), limit);
}

/** The row of what is left out, by its place; made once. */
type RowOf = (at: number) => readonly string[];

function rememberRows(view: PromotionRequestView): RowOf {
  const made: (readonly string[])[] = [];
  return (at) => (made[at] ??= leftOutRow(view, view.leftOut[at]!));
}

function blocks(
  view: PromotionRequestView,
  patches: readonly RequestedPatch[],
  ladder: Ladder,
  rowOf: RowOf,
): string[] {
  if (patches.length === 0) {
    return [
      "### Nothing left to decide",
      "Every patch of this request was taken out; the comments say why. It is closed.",
    ];
  }
  return [
    ...decision(view, patches),
    ...evidence(view, patches, ladder),
    ...leftOut(view, ladder, rowOf),
    ...ifItGoesWrong(view, patches),
    provenance(view, patches, ladder),
  ];
}

const PATCH_COLUMNS = [
  { header: "Patch" },
  { header: "Devices", align: "right" },
  { header: "Soak" },
  { header: "Installed" },
  { header: "Failed" },
  { header: "Coverage" },
  { header: "Undo" },
] as const;

function evidence(view: PromotionRequestView, patches: readonly RequestedPatch[], ladder: Ladder): string[] {
  const shown = patches.slice(0, ladder.patches);
  const hidden = patches.slice(shown.length);
  const rows = shown.map(({ candidate }) => patchRow(view, candidate, ladder.isCompact));
  const first = patches[0]!.candidate;
  const missing =
    hidden.length === 0
      ? []
      : [
          `… and ${counted(hidden.length, "more patch", "more patches")} with ${counted(
            hidden.reduce((sum, { candidate }) => sum + candidate.devices, 0),
            "device approval",
          )} and ${counted(
            hidden.reduce((sum, { candidate }) => sum + candidate.evidence.failed, 0),
            "failure",
          )}: each has its file in this request.`,
        ];
  return [
    `### Evidence from ${m(view.from)}`,
    `Needs ${first.ring.gates.installedPercent} % installed, at most ${counted(first.ring.gates.failedDevices, "failure")} and ${first.ring.gates.failedPercent} % failed. ${clockText(first)} Seen at ${formatInstant(view.at)}.`,
    ...(rows.length === 0 ? [] : [markdownTable(PATCH_COLUMNS, rows)]),
    ...missing,
  ];
}

function clockText({ ring, from }: PromotionCandidate): string {
  const { clock, quorum } = ring.soak;
  if (clock === "first-install") return `The clock starts at the first install in ${m(from)}.`;
  if (clock === "approved") return `The clock starts at the first approval in ${m(from)}.`;
  return `The clock starts when ${quorum.percent} % of ${m(from)} has it installed, ${counted(quorum.minDevices, "device")} at least.`;
}

function patchRow(view: PromotionRequestView, candidate: PromotionCandidate, isCompact: boolean): string[] {
  const { patch, evidence: seen, from } = candidate;
  const title = patch.title === null || isCompact ? "" : `<br>${m(patch.title, 120)}`;
  const words = (name: "soak" | "installed" | "coverage"): string =>
    gateWords(
      candidate.gates.find(({ gate }) => gate === name)!,
      from,
      view.at,
      (text) => m(text, 80),
    );
  const stale =
    candidate.staleDevices > 0 && !isCompact ? `<br>${formatCount(candidate.staleDevices)} stale` : "";
  const pending = seen.pending > 0 ? `, ${formatCount(seen.pending)} pending` : "";
  return [
    `${code(patch.id, isCompact ? 60 : 200)}${title}${isCompact ? "" : `<br>severity ${m(patch.severity, 40)}`}`,
    `${formatCount(candidate.devices)}${stale}`,
    isCompact ? formatDuration(candidate.soak) : words("soak"),
    isCompact
      ? `${formatCount(seen.installed)} of ${formatCount(seen.eligible)}`
      : `${words("installed")}${pending}`,
    seen.failed === 0 ? "0" : `**${formatCount(seen.failed)}**`,
    isCompact ? "open" : words("coverage"),
    patch.uninstallable === "yes"
      ? "can be removed"
      : patch.uninstallable === "no"
        ? "**cannot be removed**"
        : "removal unknown",
  ];
}

const LEFT_OUT_COLUMNS = [
  { header: "Patch" },
  { header: "Devices", align: "right" },
  { header: "Why" },
  { header: "What unblocks it" },
] as const;

function leftOutRow(view: PromotionRequestView, out: LeftOut): string[] {
  const { why, fix } = leftOutWords(out, view.at, (text) => m(text, 80));
  const { patch, devices, heldDevices, supersededDevices } = out.candidate;
  return [code(patch.id), formatCount(devices + heldDevices + supersededDevices), why, fix];
}

function leftOut(view: PromotionRequestView, ladder: Ladder, rowOf: RowOf): string[] {
  if (view.leftOut.length === 0) return [];
  const rows = Array.from({ length: ladder.leftOut }, (_, at) => rowOf(at));
  const hidden = view.leftOut.length - rows.length;
  return [
    `### Left out of this promotion: ${formatCount(view.leftOut.length)}`,
    ...(rows.length === 0 ? [] : [markdownTable(LEFT_OUT_COLUMNS, rows)]),
    ...(hidden === 0
      ? []
      : [`… and ${counted(hidden, "more patch", "more patches")}: \`patchring promote\` lists them all.`]),
  ];
}

function ifItGoesWrong(view: PromotionRequestView, patches: readonly RequestedPatch[]): string[] {
  const first = patches[0]!.candidate.patch.id;
  const undo =
    patches.find(({ candidate }) => candidate.patch.uninstallable !== "no")?.candidate.patch.id ?? first;
  const stuck = patches.filter(({ candidate }) => candidate.patch.uninstallable === "no").length;
  const unknown = patches.filter(
    ({ candidate }) => !["yes", "no"].includes(candidate.patch.uninstallable),
  ).length;
  const removable = patches.length - stuck - unknown;
  return [
    "### If it goes wrong",
    [
      `- **Stop:** ${code(`patchring hold ${first} --reason "…" --open`)} holds it in every ring. What is installed stays, what is being installed cannot be called back.`,
      `- **Undo:** ${code(`patchring recall ${undo} --uninstall --reason "…" --open`)}. Of these patches ${formatCount(removable)} can be removed, ${formatCount(stuck)} cannot, of ${formatCount(unknown)} it is not known.`,
      "- **Not this one:** delete its file from the branch before merging. Closing this request holds all of its patches in these revisions.",
      `- A review or a commit of a person freezes this request: from then on patches are only taken out, with a comment. Newcomers wait for the next one${view.isOwn ? "" : " of this ring"}.`,
    ].join("\n"),
  ];
}

function provenance(view: PromotionRequestView, patches: readonly RequestedPatch[], ladder: Ladder): string {
  const lines = [
    `Snapshot ${code(view.snapshot.digest)}, taken ${instantWords(view.snapshot.takenAt, view.at)}. Policy ${code(view.policyCommit ?? "outside Git")}. Digest of what is asked ${code(view.digest)}.`,
    ...(ladder.isCompact
      ? []
      : [
          patches
            .map(({ candidate, path }) => `- ${code(path, 300)} by ${code(candidate.source)}`)
            .join("\n"),
        ]),
  ];
  return details("Files and provenance", lines.join("\n\n"));
}

/** The comment that says why a patch was taken out. */
export function renderRemoval(removed: RemovedPatch): string {
  const again =
    removed.reason.kind === "state"
      ? "It is proposed again by itself when that is over, with new evidence."
      : removed.reason.kind === "file"
        ? "It joins the next request with new evidence."
        : "";
  const what = `**${m(removed.patch)} was taken out of this request** at ${formatInstant(removed.at)}: ${removalWords(removed, (text) => m(text, 80))}.`;
  return `${[what, again].filter((part) => part !== "").join(" ")}\n`;
}
