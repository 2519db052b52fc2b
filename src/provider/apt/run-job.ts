import { setTimeout as sleep } from "node:timers/promises";
import type { ActionOutcome } from "../provider.ts";
import type { AptHost } from "./host.ts";
import { pollScript, startScript, type Job, type JobStep } from "./job-script.ts";
import { parseJournalLine } from "./journal.ts";
import { scriptHead } from "./layout.ts";
import type { HostScan, JournalEntry } from "./scan.ts";
import { splitSections } from "./sections.ts";
import type { AptSettings } from "./settings.ts";
import type { ScriptResult, Transport } from "./transport.ts";

const POLL_SECONDS = 5;
const PAUSE_MS = 1_000;

/** How a job stands when we stop looking. */
export interface JobReport {
  readonly state: "done" | "running" | "lost" | "unreachable";
  readonly entries: readonly JournalEntry[];
  /** `status flag version` by package. */
  readonly states: ReadonlyMap<string, string>;
  readonly reason: string;
}

export interface JobHost {
  readonly host: AptHost;
  readonly transport: Transport;
  readonly settings: AptSettings;
}

function lines(result: ScriptResult, name: string): readonly string[] | null {
  if (result.kind === "failed") return null;
  return (
    splitSections(result.stdout)
      ?.get(name)
      ?.filter((line) => line !== "") ?? null
  );
}

function reasonOf(result: ScriptResult): string {
  return result.kind === "failed" ? result.reason : "the host's answer was cut short";
}

function parsePoll(result: ScriptResult, arch: string): JobReport | null {
  const state = lines(result, "job")?.[0];
  if (state !== "done" && state !== "running" && state !== "lost") return null;
  const entries = (lines(result, "journal") ?? []).flatMap((line) => parseJournalLine(line) ?? []);
  const states = new Map(
    (lines(result, "states") ?? []).map((line) => {
      const [name = "", status = "", flag = "", version = ""] = line.split("\t");
      return [
        name.endsWith(`:${arch}`) ? name.slice(0, -arch.length - 1) : name,
        `${status} ${flag} ${version}`,
      ];
    }),
  );
  return { state, entries, states, reason: "" };
}

const NOTHING = { entries: [], states: new Map<string, string>() };

/** Looks at a job until it ends, the time for it is over, or the host has been away for long. */
async function followJob({ transport, settings }: JobHost, id: string, arch: string): Promise<JobReport> {
  const script = (seconds: number): string => pollScript(id, seconds);
  const end = Date.now() + settings.installSeconds * 1000;
  const patienceMs = settings.connectSeconds * 3_000;
  let lastHeardAt = Date.now();
  let last: JobReport | null = null;
  for (;;) {
    const left = Math.max(0, Math.min(POLL_SECONDS, (end - Date.now()) / 1000));
    const result = await transport.run(script(left), (left + settings.connectSeconds + 20) * 1000);
    const report = parsePoll(result, arch);
    if (report !== null) [last, lastHeardAt] = [report, Date.now()];
    if (report !== null && report.state !== "running") return report;
    if (Date.now() >= end && last !== null) return last;
    if (report === null && (Date.now() - lastHeardAt > patienceMs || Date.now() >= end)) {
      return { ...NOTHING, state: "unreachable", reason: reasonOf(result) };
    }
    if (report === null) await sleep(PAUSE_MS);
  }
}

/** Starts a job and follows it; a string is why the host did not take it, with nothing done. */
export async function runJob(target: JobHost, job: Job, scan: HostScan): Promise<JobReport | string> {
  const { host, transport, settings } = target;
  const script = startScript(job, scriptHead(host.root));
  const started = await transport.run(script, settings.scanSeconds * 1000);
  const said = lines(started, "job")?.[0] ?? null;
  if (said?.startsWith("refused ") === true) return said.slice("refused ".length);
  if (job.steps.every(({ kind }) => kind === "release") && said === "done") {
    return { ...NOTHING, state: "done", reason: "" };
  }
  return followJob(target, job.id, scan.arch);
}

/** What became of one step. */
export function outcomeOf(step: JobStep, report: JobReport, scan: HostScan): ActionOutcome {
  if (step.kind === "release" && report.state === "done") return { kind: "accepted" };
  const { package: name, version } = step.patch;
  const entry = report.entries.findLast((e) => e.package === name && e.version === version);
  if (report.state === "unreachable") {
    return { kind: "unknown", reason: `the host was lost while the job ran: ${report.reason}` };
  }
  if (report.state === "lost") {
    return { kind: "unknown", reason: "the job was ended before it was done (a restart, or a kill)" };
  }
  if (entry?.event !== "failed") return { kind: "accepted" };
  const before = scan.packages.get(name);
  const same = before !== undefined && report.states.get(name) === `installed ok ${before.version}`;
  return same ? { kind: "refused", reason: entry.text } : { kind: "accepted" };
}
