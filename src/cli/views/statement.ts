/** A statement before and after it is written: the diff of its file, and what it changes. */
import { OBSTACLE_WORDS, counted, formatCount } from "../../report/words.ts";
import { escapeTerminal } from "../../report/escape/terminal.ts";
import { renderFileDiff, showFileDiff } from "../../report/file-diff.ts";
import type { RecallPreview } from "../../core/recall-preview.ts";
import { formatInstant } from "../../core/time.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { VERB_OF_KIND } from "../statement/order.ts";
import type { Proposal } from "../statement/propose.ts";
import { wrapHanging } from "./wrap.ts";

export type StatementDone =
  | { readonly did: "preview" }
  | { readonly did: "written"; readonly wrote: boolean }
  | { readonly did: "opened"; readonly request: number | null; readonly wrote: boolean };

const e = (text: string): string => escapeTerminal(text, 200);

export function showStatement(invocation: PreviewInvocation, proposal: Proposal, done: StatementDone): void {
  if (invocation.globals.json) {
    invocation.output.write(`${JSON.stringify(statementJson(proposal, done), null, 2)}\n`);
    return;
  }
  const width = Math.min(invocation.output.columns ?? 100, 100);
  const wrap = (lines: readonly string[]): string =>
    lines.map((line) => `${wrapHanging(line, width)}\n`).join("");
  const diff = showFileDiff(proposal.written).trimEnd();
  invocation.output.write(
    `${wrap([headline(proposal, done)])}${diff === "" ? "" : `\n${diff}\n\n`}${wrap([
      ...effectLines(proposal, invocation.globals.maxRows),
      ...nextLines(proposal, done),
    ])}`,
  );
}

function headline({ written, name, asked }: Proposal, done: StatementDone): string {
  const file = e(written.path);
  if (written.before === written.after) return `${file} says so already (${asked.kind} ${name}).`;
  const act = written.before === null ? ["write", "Wrote"] : ["change", "Changed"];
  switch (done.did) {
    case "preview":
      return `Would ${act[0]!} ${file} (${asked.kind} ${name}):`;
    case "written":
      return `${act[1]!} ${file} (${asked.kind} ${name}):`;
    case "opened":
      return done.wrote
        ? `Opened request ${done.request!}, which would ${act[0]!} ${file} (${asked.kind} ${name}):`
        : `Request ${done.request!} asks for ${file} already (${asked.kind} ${name}):`;
  }
}

function effectLines({ effect, written }: Proposal, maxRows: number | null): string[] {
  if (effect === null || written.before === written.after) return [];
  const { header } = effect.decided.snapshot;
  const changes = effect.changes.map(
    ({ from, to, devices, facts }) =>
      `  ${from} → ${to}  ${counted(devices, "device")}${facts === devices ? "" : `, ${counted(facts, "patch", "patches")} on them`}`,
  );
  return [
    `On the snapshot of ${formatInstant(header.takenAt)} it would change${changes.length === 0 ? " no verdict." : ":"}`,
    ...changes,
    ...(effect.recall === null ? [] : recallLines(effect.recall, maxRows)),
  ];
}

/** Where a recall can remove is said before anybody writes it (design 5). */
function recallLines(
  { remove, cannot, keep, ignoredFacts }: RecallPreview,
  maxRows: number | null,
): string[] {
  const most = maxRows ?? Infinity;
  const row = ({ device, patch }: { device: string; patch: string }): string => `${e(patch)} on ${e(device)}`;
  const list = <T extends { device: string; patch: string }>(
    title: string,
    rows: readonly T[],
    more: (one: T) => string,
  ): string[] => [
    `${title}: ${formatCount(rows.length)}`,
    ...rows.slice(0, most).map((one) => `  ${row(one)}${more(one)}`),
    ...(rows.length > most
      ? [`  … and ${counted(rows.length - most, "more row")}: \`--max-rows 0\` shows all.`]
      : []),
  ];
  return [
    ...list("Would be removed", remove, () => ""),
    ...list("Cannot be removed", cannot, ({ obstacle }) => `: ${OBSTACLE_WORDS[obstacle]} (${obstacle})`),
    ...(keep.length === 0
      ? []
      : list("Installed and left there (add `--uninstall` to remove it)", keep, () => "")),
    `Ignored where it is not installed: ${formatCount(ignoredFacts)}`,
  ];
}

function nextLines({ written, asked }: Proposal, done: StatementDone): string[] {
  if (written.before === written.after) return [];
  const verb = asked.verb ?? VERB_OF_KIND[asked.kind];
  switch (done.did) {
    case "preview":
      return [
        `Nothing was written. \`patchring ${verb} … --write\` writes the file, \`--open\` asks for it by a request.`,
      ];
    case "written":
      return ["It is in force once it is on the base branch: commit it and have it reviewed."];
    case "opened":
      return [
        `It is in force once request ${done.request!} is merged: \`patchring requests merge ${done.request!}\`.`,
      ];
  }
}

function statementJson({ asked, name, written, effect }: Proposal, done: StatementDone): object {
  return {
    format: "patchring.statement/1",
    kind: asked.kind,
    name,
    path: written.path,
    isNew: written.before === null,
    changed: written.before !== written.after,
    diff: renderFileDiff(written),
    text: written.after,
    written: done.did === "written" && done.wrote,
    request: done.did === "opened" ? done.request : null,
    effect:
      effect === null
        ? null
        : {
            snapshot: effect.decided.snapshot.digest,
            verdicts: effect.changes,
            recall: effect.recall,
          },
  };
}
