/** Asks for a statement by a request: a branch with the one file, and the request that carries the reason. */
import type { Marker } from "../../forge/forge.ts";
import { escapeMarkdown as m, markdownCode as code } from "../../report/escape/markdown.ts";
import { counted } from "../../report/words.ts";
import type { WrittenStatement } from "../../policy/write-statement.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { ForgeDesk, WritingInvocation } from "../invocation.ts";
import type { StatementEffect } from "./effect.ts";
import { VERB_OF_KIND, type AskedStatement, type EvidenceLine } from "./order.ts";

export interface Proposal {
  readonly asked: AskedStatement;
  readonly name: string;
  readonly written: WrittenStatement;
  readonly effect: StatementEffect | null;
}

export interface Proposed {
  readonly number: number;
  /** False when it stood so already. */
  readonly isNew: boolean;
}

/** Safe to repeat: a crash after the push is mended by the same command. Never pushes over a request that says otherwise. */
export async function proposeStatement(
  invocation: WritingInvocation,
  desk: ForgeDesk,
  proposal: Proposal,
): Promise<Proposed> {
  const { asked, name, written } = proposal;
  const verb = VERB_OF_KIND[asked.kind];
  const branch = `patchring/${verb}/${name}`;
  const path = desk.folder + written.path;
  const marker: Marker = { kind: "statement", key: `${verb}/${name}`, data: { kind: asked.kind, name } };
  const standing = await desk.reader.findOpenRequest(marker);
  if (standing !== null) {
    const texts = await desk.git.readTexts(standing.head.sha, [path]);
    if (texts.get(path) === written.after) return { number: standing.number, isNew: false };
    throw taken(standing.number, name);
  }
  const title = `${verb}: ${asked.patches.slice(0, 3).join(", ")} (${name})`.slice(0, 200);
  const outcome = await desk.branches.writeBranch({
    branch,
    parent: desk.base.commit,
    expected: await desk.branches.readBranch(branch),
    changes: [{ kind: "put", path, content: written.after }],
    subject: title,
    body: asked.reason,
    trailers: [],
    author: desk.author,
    at: invocation.now,
  });
  if (outcome.kind === "moved" || outcome.kind === "empty") {
    throw refuse(
      "stopped",
      "cli/moved",
      "Branch has moved",
      `${branch} was changed by somebody else meanwhile. No request was opened.`,
      "run the same command again.",
    );
  }
  const opened = await desk.writer.openRequest({
    marker,
    headBranch: branch,
    base: desk.base.branch,
    title,
    body: bodyOf(proposal),
    labels: [verb],
  });
  return { number: opened.request.number, isNew: opened.isNew };
}

function taken(number: number, name: string): Refusal {
  return refuse(
    "stopped",
    "cli/request",
    "Another request has that name",
    `Request ${number} asks for a document named ${name} that says something else. Nothing was changed.`,
    "merge or close that request, or give another `--name`.",
  );
}

function bodyOf({ asked, name, written, effect }: Proposal): string {
  const changes = (effect?.changes ?? []).map(
    ({ from, to, devices }) => `- ${counted(devices, "device")}: ${from} → ${to}`,
  );
  const recall = effect?.recall ?? null;
  return [
    `### ${asked.kind} ${code(name)}`,
    `Patches: ${asked.patches.map((one) => code(one, 200)).join(", ")}. File: ${code(written.path, 300)}.`,
    `**Reason:** ${m(asked.reason, 2000)}`,
    ...evidenceOf(asked.evidence ?? []),
    ...(effect === null ? [] : ["**On the snapshot of now:**"]),
    ...(effect === null ? [] : [changes.length === 0 ? "No verdict changes." : changes.join("\n")]),
    ...(recall === null
      ? []
      : [
          `Removed from ${counted(recall.remove.length, "installation")}; ${counted(recall.cannot.length, "installation")} cannot be removed; ${counted(recall.keep.length, "installation")} left there.`,
        ]),
  ].join("\n\n");
}

function evidenceOf(lines: readonly EvidenceLine[]): string[] {
  if (lines.length === 0) return [];
  return ["**Reported:**", lines.map(({ label, text }) => `- ${label}: ${m(text, 500)}`).join("\n")];
}
