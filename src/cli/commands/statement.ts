/** `hold`, `recall`, `decide`, `emergency`: the file that says it, shown first, then written or asked for. */
import type { Instant } from "../../core/model.ts";
import type { StatementKind } from "../../policy/write-statement.ts";
import type { Input } from "../arguments/input.ts";
import type { PreviewCommand, WritingCommand } from "../arguments/verb.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { findForge, placeOfFleet, readBasePolicy } from "../inputs/forge.ts";
import { readUsablePolicy, shownPrefix, type UsablePolicy } from "../inputs/policy.ts";
import { refuse, usage } from "../refusal.ts";
import type { PreviewInvocation, WritingInvocation } from "../invocation.ts";
import { checkStatement } from "../statement/check.ts";
import { findEffect } from "../statement/effect.ts";
import { placeStatement } from "../statement/name.ts";
import { readAsked, VERB_OF_KIND, type AskedStatement } from "../statement/order.ts";
import { proposeStatement, type Proposal } from "../statement/propose.ts";
import { showStatement } from "../views/statement.ts";

/** How the words become a statement; `withEvidence` adds what the request should show beside its reason. */
export interface StatementSource {
  readonly verb: string;
  readonly kind: StatementKind;
  /** Refuses with exit 64 what is missing, before anything is read. */
  readAsked(input: Input, now: Instant): AskedStatement;
  /** With the snapshot of now; null where none can be read. */
  readonly withEvidence?: (
    asked: AskedStatement,
    input: Input,
    invocation: PreviewInvocation,
    reading: UsablePolicy,
  ) => Promise<AskedStatement>;
}

function sourceOf(kind: StatementKind): StatementSource {
  return { verb: VERB_OF_KIND[kind], kind, readAsked: (input, now) => readAsked(kind, input, now) };
}

/** Shows the diff and what it would change. Has no port that writes. */
export function previewStatement(kind: StatementKind): PreviewCommand {
  return previewFrom(sourceOf(kind));
}

/** `--write` into the work tree, or `--open` as a request. */
export function makeStatement(kind: StatementKind): WritingCommand {
  return makeFrom(sourceOf(kind));
}

export function previewFrom(source: StatementSource): PreviewCommand {
  return async (input, invocation) => {
    const proposal = await prepare(source, input, invocation, await readWorkTree(invocation));
    showStatement(invocation, proposal, { did: "preview" });
    return EXIT_CODES.done;
  };
}

export function makeFrom(source: StatementSource): WritingCommand {
  return (input, invocation) => {
    if (!input.flag("open")) return write(source, input, invocation);
    if (input.flag("write")) {
      throw usage(
        "`--write` and `--open` are two ways: into the work tree, or as a request.",
        "give one of them.",
      );
    }
    return open(source, input, invocation);
  };
}

async function write(
  source: StatementSource,
  input: Input,
  invocation: WritingInvocation,
): Promise<ExitCode> {
  if (invocation.globals.ref !== null) {
    throw usage("`--write` writes into the work tree, so `--ref` cannot be given with it.");
  }
  const proposal = await prepare(source, input, invocation, await readWorkTree(invocation));
  const { written } = proposal;
  const isNew = written.before !== written.after;
  if (isNew) await invocation.ports.writePolicyFile(invocation.globals.directory, written);
  showStatement(invocation, proposal, { did: "written", wrote: isNew });
  return EXIT_CODES.done;
}

async function open(source: StatementSource, input: Input, invocation: WritingInvocation): Promise<ExitCode> {
  if (invocation.globals.ref !== null || invocation.globals.at !== null) {
    throw usage("`--open` asks for a change of the base branch, now: leave `--ref` and `--at` out.");
  }
  // What is missing on the command line is said before anybody is asked for anything.
  source.readAsked(input, invocation.now);
  const desk = await invocation.ports.openForgeDesk(await findForge(invocation), "person");
  const reading = await readBasePolicy(desk);
  const { fleet } = reading.policy;
  if (fleet.mode === "observe") {
    throw refuse(
      "denied",
      "cli/mode",
      "Fleet does not allow requests",
      `The Fleet's \`mode\` is observe (${placeOfFleet(fleet)} on ${desk.base.branch}), so nothing is written to the forge.`,
      `write the file with \`patchring ${source.verb} … --write\` and commit it; or set \`mode: propose\` in the Fleet.`,
    );
  }
  const proposal = await prepare(source, input, invocation, reading);
  if (proposal.written.before === proposal.written.after) {
    showStatement(invocation, proposal, { did: "opened", request: null, wrote: false });
    return EXIT_CODES.done;
  }
  const { number, isNew } = await proposeStatement(invocation, desk, proposal);
  showStatement(invocation, proposal, { did: "opened", request: number, wrote: isNew });
  return EXIT_CODES.done;
}

/** The work tree (or `--ref`), with paths from the policy folder. */
async function readWorkTree(invocation: PreviewInvocation): Promise<UsablePolicy> {
  const reading = await readUsablePolicy(invocation);
  const prefix = shownPrefix(invocation.globals.directoryGiven);
  const texts = reading.texts.map(({ path, text }) => ({ path: path.slice(prefix.length), text }));
  return { ...reading, texts };
}

async function prepare(
  source: StatementSource,
  input: Input,
  invocation: PreviewInvocation,
  reading: UsablePolicy,
): Promise<Proposal> {
  const bare = source.readAsked(input, invocation.now);
  const asked = (await source.withEvidence?.(bare, input, invocation, reading)) ?? bare;
  const order = placeStatement(asked, reading.texts);
  const { written, policy, warnings } = checkStatement(order, reading.texts, reading.zones, invocation.now);
  await invocation.report(warnings);
  const effect = await findEffect(invocation, reading, policy, order);
  if (effect !== null) noteUnknown(invocation, asked.patches, effect.decided.snapshot.patches);
  return { asked, name: order.name, written, effect };
}

/** A slip in an id would stop nothing, quietly. */
function noteUnknown(
  invocation: PreviewInvocation,
  asked: readonly string[],
  known: readonly {
    readonly id: string;
    readonly kb: string | null;
    readonly bulletin: string | null;
    readonly cves: readonly string[];
  }[],
): void {
  const names = new Set(
    known.flatMap(({ id, kb, bulletin, cves }) =>
      [id, kb ?? id, bulletin ?? id, ...cves].map((one) => one.toLowerCase()),
    ),
  );
  for (const one of asked) {
    if (/[*?]/.test(one) || names.has(one.toLowerCase())) continue;
    invocation.note(`patchring: warning: the snapshot has no patch ${JSON.stringify(one)}`);
  }
}
