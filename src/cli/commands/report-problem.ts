/** A report of a pilot user becomes a proposed hold: of the patch everywhere, not only where it was seen. */
import { explain } from "../../core/explain.ts";
import { findDevices, findPatches } from "../../core/lookup.ts";
import type { Instant } from "../../core/model.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { formatInstant } from "../../core/time.ts";
import { nameFact } from "../../report/why/not-found.ts";
import type { Input } from "../arguments/input.ts";
import type { PreviewCommand, WritingCommand } from "../arguments/verb.ts";
import type { UsablePolicy } from "../inputs/policy.ts";
import { readObserved } from "../inputs/observed.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { Refusal, refuse, usage } from "../refusal.ts";
import { given, readName, type AskedStatement, type EvidenceLine } from "../statement/order.ts";
import { makeFrom, previewFrom, type StatementSource } from "./statement.ts";

const DEFAULT_DAYS = 7;

const SOURCE: StatementSource = { verb: "report-problem", kind: "Hold", readAsked, withEvidence };
export const previewProblem: PreviewCommand = previewFrom(SOURCE);
export const reportProblem: WritingCommand = makeFrom(SOURCE);

function readAsked(input: Input, now: Instant): AskedStatement {
  const reason = needed(input, "reason", "what happens, in a sentence");
  needed(input, "device", "where the problem was seen");
  const patch = needed(input, "patch", "the patch that is suspected");
  const rings = input.list("ring");
  const until = input.text("until") ?? formatInstant(now + DEFAULT_DAYS * 86_400);
  return {
    kind: "Hold",
    verb: "report-problem",
    prefix: "reported",
    name: readName(input),
    patches: [patch],
    reason,
    spec: { ...(rings.length === 0 ? {} : { rings }), until, reason, ...given(input, "ticket") },
  };
}

function needed(input: Input, name: string, what: string): string {
  const value = (input.text(name) ?? "").trim();
  if (value !== "") return value;
  throw usage(`\`report-problem\` needs ${what}.`, `add \`--${name} "…"\`.`);
}

/** What the backend says of that device and patch; without a snapshot the hold is proposed all the same. */
async function withEvidence(
  asked: AskedStatement,
  input: Input,
  invocation: PreviewInvocation,
  reading: UsablePolicy,
): Promise<AskedStatement> {
  const device = needed(input, "device", "");
  const reporter = input.text("reporter");
  const said: EvidenceLine[] = reporter === null ? [] : [{ label: "By", text: reporter }];
  const snapshot = await readIfThere(invocation, reading);
  if (snapshot === null) return { ...asked, evidence: [...said, { label: "Device", text: device }] };
  const found = nameThem(snapshot, device, asked.patches[0]!, invocation);
  const facts = await describeFacts(snapshot, found, invocation, reading);
  const { id } = snapshot.patches[found.patch]!;
  return { ...asked, patches: [id], evidence: [...said, ...facts] };
}

async function readIfThere(invocation: PreviewInvocation, reading: UsablePolicy): Promise<Snapshot | null> {
  try {
    return (await readObserved(invocation, reading.policy.fleet)).snapshot;
  } catch (error) {
    // `findEffect` says the same a moment later, with the reason.
    if (error instanceof Refusal) return null;
    throw error;
  }
}

interface FoundFact {
  readonly device: number;
  readonly patch: number;
  readonly hasFact: boolean;
}

/** A slip in a name would stop nothing, quietly: it is refused. */
function nameThem(
  snapshot: Snapshot,
  device: string,
  patch: string,
  invocation: PreviewInvocation,
): FoundFact {
  const named = nameFact(snapshot, device, patch);
  if (named.kind === "found") return { device: named.device, patch: named.patch, hasFact: true };
  const patches = findPatches(snapshot.patches, patch);
  if (named.kind === "unknown" || patches.length !== 1) {
    const message = named.kind === "unknown" ? named.message : `"${patch}" stands for several patches.`;
    throw refuse("usage", "cli/not-found", "Device or patch not found", message, null);
  }
  invocation.note(`patchring: warning: ${named.message}`);
  return { device: findDevices(snapshot.devices, device)[0]!, patch: patches[0]!, hasFact: false };
}

async function describeFacts(
  snapshot: Snapshot,
  { device, patch, hasFact }: FoundFact,
  invocation: PreviewInvocation,
  reading: UsablePolicy,
): Promise<EvidenceLine[]> {
  const { devices, patches } = snapshot;
  const { id, title } = patches[patch]!;
  const name = devices.name[device] ?? null;
  const os = devices.os.values[devices.os.codes[device]!]!;
  const site = [devices.client, devices.site].map(({ values, codes }) => values[codes[device]!]!);
  const lines: EvidenceLine[] = [
    { label: "Device", text: name === null ? devices.id[device]! : `${name} (${devices.id[device]!})` },
    ...(os === "" ? [] : [{ label: "System", text: os }]),
    ...(site.every((one) => one === "") ? [] : [{ label: "Site", text: site.join("/") }]),
    { label: "Patch", text: title === null ? id : `${id}, ${title}` },
    { label: "Snapshot", text: `${formatInstant(snapshot.header.takenAt)}, ${snapshot.digest}` },
  ];
  if (!hasFact) return [...lines, { label: "Status", text: "the backend reports no fact for it there" }];
  const { decide } = await import("../../core/decide.ts");
  const decided = decide(reading.policy, snapshot, invocation.now, reading.zones);
  const { fact, verdict } = explain(decided, device, patch)!;
  const installed = fact.installedAt === null ? "" : ` since ${fact.installedAt}`;
  const attempts = fact.attempts === 0 ? "" : `, ${fact.attempts} attempts`;
  return [
    ...lines,
    { label: "Ring", text: verdict.ring ?? "none" },
    { label: "Status", text: `${fact.status}${installed}${attempts}` },
    { label: "Verdict", text: `${verdict.verdict} (${verdict.reason})` },
    ...(fact.error === null ? [] : [{ label: "Error", text: fact.error }]),
  ];
}
