import { createHash } from "node:crypto";
import type { ActionBatch, ActionOutcome, ActionRequest, PatchWriter } from "../provider.ts";
import { scanFailure, type AptFleet } from "./apt-reader.ts";
import type { AptHost } from "./host.ts";
import type { JobStep } from "./job-script.ts";
import { parseScan } from "./parse-scan.ts";
import { planHost } from "./plan-host.ts";
import { mapBounded } from "./pool.ts";
import { outcomeOf, runJob } from "./run-job.ts";
import { scanScript } from "./scan-script.ts";

/** The same work of the same run has the same id, so that it is started once. */
function jobId(run: string, device: string, requests: readonly ActionRequest[]): string {
  const work = requests.map(({ action, patch }) => `${action} ${patch}`).sort();
  return createHash("sha256")
    .update(JSON.stringify([run, device, work]))
    .digest("hex")
    .slice(0, 24);
}

function byDevice(requests: readonly ActionRequest[]): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  requests.forEach(({ device }, index) => {
    const group = groups.get(device) ?? [];
    groups.set(device, group);
    group.push(index);
  });
  return groups;
}

/** Approves, ignores and uninstalls on Debian hosts; each host gets one job a batch. */
export class AptWriter implements PatchWriter {
  readonly #fleet: AptFleet;
  readonly #hosts: ReadonlyMap<string, AptHost>;

  constructor(fleet: AptFleet) {
    this.#fleet = fleet;
    this.#hosts = new Map(fleet.hosts.map((host) => [host.id, host]));
  }

  async send(batch: ActionBatch): Promise<readonly ActionOutcome[]> {
    const outcomes = new Array<ActionOutcome>(batch.actions.length);
    const { concurrency } = this.#fleet.settings;
    await mapBounded([...byDevice(batch.actions)], concurrency, async ([device, indexes]) => {
      const requests = indexes.map((index) => batch.actions[index]!);
      const results = await this.#sendTo(device, requests, batch.run);
      indexes.forEach((index, at) => (outcomes[index] = results[at]!));
    });
    return outcomes;
  }

  async #sendTo(
    device: string,
    requests: readonly ActionRequest[],
    run: string,
  ): Promise<readonly ActionOutcome[]> {
    const all = (outcome: ActionOutcome): readonly ActionOutcome[] => requests.map(() => outcome);
    const host = this.#hosts.get(device);
    if (host === undefined) return all({ kind: "refused", reason: "the inventory has no such host" });
    const { settings, transportOf } = this.#fleet;
    const transport = transportOf(host);
    const look = await transport.run(
      scanScript({ known: [], read: [], basis: [], refreshAfterSeconds: null }),
      settings.scanSeconds * 1000,
    );
    const scan = look.kind === "done" ? parseScan(look.stdout) : null;
    if (scan === null) return all({ kind: "refused", reason: scanFailure(look) ?? "no answer" });
    const { steps, pins, outcomes } = planHost(scan, requests);
    if (steps.length === 0 && pins === null)
      return outcomes.map((outcome) => outcome ?? { kind: "accepted" });
    const job = { id: jobId(run, device, requests), steps, pins, lockSeconds: settings.lockSeconds };
    const report = await runJob({ host, transport, settings }, job, scan);
    const stepOf = (request: ActionRequest): JobStep | undefined =>
      steps.find(({ patch }) => `apt:${patch.package}@${patch.version}` === request.patch);
    return requests.map((request, index) => {
      const outcome = outcomes[index];
      if (outcome?.kind === "refused") return outcome;
      if (typeof report === "string") return { kind: "refused", reason: report };
      const step = stepOf(request);
      return step === undefined ? { kind: "accepted" } : outcomeOf(step, report, scan);
    });
  }
}
