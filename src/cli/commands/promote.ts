import type { Decided } from "../../core/decide.ts";
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { PromotionCandidate } from "../../core/promotion-candidates.ts";
import type { PromotionPlan } from "../../reconcile/promote/plan-promotions.ts";
import type { OtherRequest } from "../../reconcile/promote/other-requests.ts";
import type { CheckResult, PromoteOptions, PromotionResult } from "../../reconcile/promote/promote.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { findForge, isWithoutRepository, placeOfFleet, readBasePolicy } from "../inputs/forge.ts";
import { readUsablePolicy, type UsablePolicy } from "../inputs/policy.ts";
import { instantOfDecision } from "../inputs/instant.ts";
import { readObserved } from "../inputs/observed.ts";
import { refuse, Refusal, usage } from "../refusal.ts";
import type { ForgeView, PreviewInvocation, WritingInvocation } from "../invocation.ts";
import { showPromotions } from "../views/promote.ts";

/** What `promote` found, and with `--open` did. */
export interface PromotionsShown {
  readonly decided: Decided;
  readonly candidates: readonly PromotionCandidate[];
  /** The branch that counts; null where there is no repository or `--ref` was given. */
  readonly base: { readonly branch: string; readonly commit: string } | null;
  /** The commit of the policy that was decided; null outside Git. */
  readonly commit: string | null;
  /** What is or would be asked for; null where no forge was looked at. */
  readonly plan: PromotionPlan | null;
  /** Open requests of others, and what the evidence check says of them. */
  readonly others: readonly OtherRequest[];
  /** What became of the requests; null for a preview. */
  readonly results: readonly PromotionResult[] | null;
  /** What became of the checks on requests of others; null for a preview. */
  readonly checked: readonly CheckResult[] | null;
}

/** Candidates, gates, and what `--open` would do. Has no port that writes. */
export async function previewPromote(_input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const view = invocation.globals.ref === null ? await lookForForge(invocation) : null;
  if (view === null) return previewWithoutForge(invocation);
  const reading = await readBasePolicy(view);
  const options = await decideBase(invocation, view, reading);
  const { previewPromotions } = await import("../../reconcile/promote/promote.ts");
  const preview = await invocation.progress.during("looking at the forge", () =>
    previewPromotions({ forge: view.reader, branches: view.branches, git: view.git }, options),
  );
  await warnIncomplete(invocation, options.decided);
  showPromotions(invocation, {
    ...preview,
    decided: options.decided,
    base: view.base,
    commit: view.base.commit,
    results: null,
    checked: null,
  });
  return EXIT_CODES.done;
}

/** The settings of the forge cannot be used here: wrong, or without their secret. */
function isAboutForge({ code }: Diagnostic): boolean {
  return code === "cli/unknown-forge" || code.startsWith("forge/");
}

/** Null where there is no repository, or no forge that can be looked at: candidates are shown all the same. */
async function lookForForge(invocation: PreviewInvocation): Promise<ForgeView | null> {
  const place = await findForge(invocation);
  try {
    return await invocation.ports.openForge(place);
  } catch (error) {
    if (isWithoutRepository(error)) {
      invocation.note("patchring: no Git repository with a base branch here, so no requests are shown");
      return null;
    }
    if (error instanceof Refusal && error.diagnostics.every(isAboutForge)) {
      await invocation.report(error.diagnostics.map((one) => ({ ...one, severity: "warning" })));
      return null;
    }
    throw error;
  }
}

async function previewWithoutForge(invocation: PreviewInvocation): Promise<ExitCode> {
  const reading = await readUsablePolicy(invocation);
  const decided = await decideOn(invocation, reading);
  const { findCandidates } = await import("../../core/promotion-candidates.ts");
  const candidates = findCandidates(decided);
  await warnIncomplete(invocation, decided);
  const { commit } = await reading.identity();
  const none = { base: null, plan: null, others: [], results: null, checked: null };
  showPromotions(invocation, { decided, candidates, commit, ...none });
  return EXIT_CODES.done;
}

/** `promote --open`: opens and updates the requests. Policy is that of the base branch, evidence that of now. */
export async function openPromote(_input: Input, invocation: WritingInvocation): Promise<ExitCode> {
  refuseOtherTimes(invocation);
  const place = await findForge(invocation);
  const desk = await invocation.ports.openForgeDesk(place, "program");
  const reading = await readBasePolicy(desk);
  const { fleet } = reading.policy;
  if (fleet.mode === "observe") {
    throw refuse(
      "denied",
      "cli/mode",
      "Fleet does not allow requests",
      `The Fleet's \`mode\` is observe (${placeOfFleet(fleet)} on ${desk.base.branch}), so nothing is written to the forge. Without \`--open\` the candidates are shown.`,
      "write `mode: propose`, or `mode: apply`, in the Fleet and merge that.",
    );
  }
  const options = await decideBase(invocation, desk, reading);
  refuseIncomplete(options.decided);
  const { openPromotions } = await import("../../reconcile/promote/promote.ts");
  const { reader, writer, branches, git, author } = desk;
  const ports = { forge: reader, branches, git, write: { reader, writer, branches, author } };
  const run = await invocation.progress.during("opening requests", () => openPromotions(ports, options));
  showPromotions(invocation, {
    ...run,
    decided: options.decided,
    base: desk.base,
    commit: desk.base.commit,
  });
  return exitOf([...run.results, ...run.checked]);
}

function refuseOtherTimes({ globals }: WritingInvocation): void {
  if (globals.ref !== null) {
    throw usage(
      "`--open` asks with the policy of the base branch, so `--ref` cannot be given with it.",
      "leave `--ref` out, or leave `--open` out to look only.",
    );
  }
  if (globals.at !== null) {
    throw usage(
      "`--open` writes evidence of now, so `--at` cannot be given with it.",
      "leave `--at` out, or leave `--open` out to look only.",
    );
  }
}

async function decideBase(
  invocation: PreviewInvocation,
  { base, folder }: ForgeView,
  reading: UsablePolicy,
): Promise<PromoteOptions> {
  const decided = await decideOn(invocation, reading);
  const { promotionTexts } = await import("../../report/promotion-body.ts");
  return { decided, base, folder, texts: promotionTexts };
}

async function decideOn(invocation: PreviewInvocation, { policy, zones }: UsablePolicy): Promise<Decided> {
  const { decide } = await import("../../core/decide.ts");
  const { snapshot } = await readObserved(invocation, policy.fleet);
  return decide(policy, snapshot, instantOfDecision(invocation), zones);
}

const INCOMPLETE =
  "The backend stopped half way while it was read, so failures or devices may be missing from the evidence.";

function refuseIncomplete({ snapshot: { header } }: Decided): void {
  if (header.complete) return;
  throw refuse(
    "stopped",
    "cli/incomplete",
    "Snapshot is incomplete",
    `${INCOMPLETE} No request was opened or changed.`,
    "read it again; without `--open` the candidates are shown.",
  );
}

async function warnIncomplete(
  invocation: PreviewInvocation,
  { snapshot: { header } }: Decided,
): Promise<void> {
  if (header.complete) return;
  const summary = "Snapshot is incomplete";
  await invocation.report([
    {
      severity: "warning",
      code: "cli/incomplete",
      summary,
      place: null,
      detail: `${INCOMPLETE} \`promote --open\` would refuse.`,
      fix: null,
      related: [],
    },
  ]);
}

/** 0 when every request stands as planned; else what a person or the next run must do, and 6 when others were written. */
function exitOf(results: readonly (PromotionResult | CheckResult)[]): ExitCode {
  const outcomes = results.map(({ outcome }) => outcome);
  if (outcomes.every(({ kind }) => kind === "done")) return EXIT_CODES.done;
  if (outcomes.some((outcome) => outcome.kind === "done" && outcome.wrote)) return EXIT_CODES.partlyApplied;
  const failed = outcomes.find((outcome) => outcome.kind === "failed");
  if (failed === undefined) return EXIT_CODES.stopped;
  return failed.error.code === "denied" ? EXIT_CODES.denied : EXIT_CODES.error;
}
