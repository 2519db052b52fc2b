/** What the actions of a batch mean on one host, given what a scan has just found there. Pure. */
import type { ActionOutcome, ActionRequest } from "../provider.ts";
import type { JobStep } from "./job-script.ts";
import { NO_ATTEMPTS, summarizeJournal, type Attempts } from "./journal.ts";
import { parsePatchId, type PackageVersion } from "./names.ts";
import { formatPins } from "./pins.ts";
import { isClean, isPinned, previousVersion, unfinishedVersion } from "./required.ts";
import type { HostScan, InstalledPackage, Pin } from "./scan.ts";
import { compareVersions } from "./version.ts";

export interface HostPlan {
  readonly steps: readonly JobStep[];
  /** Our pin file as it has to be; null when it stays. */
  readonly pins: string | null;
  /** One a request, in order; null where the job decides. */
  readonly outcomes: readonly (ActionOutcome | null)[];
}

type Wish = "approve" | "ignore" | "release" | "uninstall";

interface Order {
  readonly wish: Wish;
  readonly patch: PackageVersion;
  readonly installed: InstalledPackage;
  readonly attempts: Attempts;
}

const ACCEPTED: ActionOutcome = { kind: "accepted" };

function refused(reason: string): ActionOutcome {
  return { kind: "refused", reason };
}

function wishOf(action: ActionRequest["action"], attempts: Attempts): Wish {
  switch (action) {
    case "approve":
    case "ignore":
    case "uninstall":
      return action;
    case "do-nothing":
      return "release";
    case "reprocess":
      return attempts.open === "uninstall" ? "uninstall" : "approve";
  }
}

class HostPlanner {
  readonly #scan: HostScan;
  readonly #orders: readonly (Order | ActionOutcome)[];
  #pins: readonly Pin[];
  readonly steps: JobStep[] = [];

  constructor(scan: HostScan, requests: readonly ActionRequest[]) {
    this.#scan = scan;
    this.#pins = scan.pins;
    const journal = summarizeJournal(scan.journal);
    this.#orders = requests.map(({ patch: id, action }) => {
      const patch = parsePatchId(id);
      if (patch === null) return refused(`${JSON.stringify(id.slice(0, 200))} is no patch of this provider`);
      const installed = scan.packages.get(patch.package);
      if (installed === undefined) return refused(`${patch.package} is not installed here`);
      const attempts = journal.get(`${patch.package}=${patch.version}`) ?? NO_ATTEMPTS;
      return { wish: wishOf(action, attempts), patch, installed, attempts };
    });
  }

  plan(): HostPlan {
    const outcomes = this.#orders.map((order) => ("kind" in order ? order : this.#take(order)));
    const [before, after] = [formatPins(this.#scan.pins), formatPins(this.#pins)];
    return { steps: this.steps, pins: before === after ? null : after, outcomes };
  }

  #take(order: Order): ActionOutcome | null {
    switch (order.wish) {
      case "approve":
        return this.#approve(order);
      case "uninstall":
        return this.#uninstall(order);
      case "ignore":
        this.#pin(order.patch);
        return this.#release(order);
      case "release":
        this.#unpin(order.patch);
        return this.#release(order);
    }
  }

  #pin(patch: Pin): void {
    if (!isPinned(this.#pins, patch.package, patch.version)) this.#pins = [...this.#pins, patch];
  }

  #unpin({ package: name, version }: Pin): void {
    this.#pins = this.#pins.filter((pin) => pin.package !== name || pin.version !== version);
  }

  #release({ patch }: Order): ActionOutcome {
    this.steps.push({ kind: "release", patch });
    return ACCEPTED;
  }

  /** The newest version of the package that this batch installs; null for none. */
  #newestApproved(name: string): string | null {
    return this.#orders.reduce<string | null>((newest, order) => {
      if ("kind" in order || order.wish !== "approve" || order.patch.package !== name) return newest;
      const { version } = order.patch;
      return newest === null || compareVersions(version, newest) > 0 ? version : newest;
    }, null);
  }

  #approve(order: Order): ActionOutcome | null {
    const { patch, installed } = order;
    const complete = isClean(installed);
    if (complete && compareVersions(installed.version, patch.version) >= 0) {
      this.#unpin(patch);
      return this.#release(order);
    }
    if (installed.want === "hold") return refused(`${patch.package} is on hold on this host (apt-mark hold)`);
    const row = this.#scan.versions.get(patch.package)?.rows.find(({ version }) => version === patch.version);
    if (row !== undefined && row.priority < 0 && !isPinned(this.#scan.pins, patch.package, patch.version)) {
      return refused(`a pin of this host keeps ${patch.version} away, and it is not ours`);
    }
    if (complete && (row === undefined || row.releases.length === 0)) {
      return refused(`no repository of this host lists ${patch.package} ${patch.version}`);
    }
    this.#unpin(patch);
    if (this.#newestApproved(patch.package) !== patch.version) return this.#release(order);
    this.steps.push({ kind: "approve", patch });
    return null;
  }

  #uninstall(order: Order): ActionOutcome | null {
    const { patch, installed } = order;
    const age = compareVersions(installed.version, patch.version);
    const here = isClean(installed)
      ? age === 0
      : age === 0 || unfinishedVersion(this.#scan, installed) === patch.version;
    const newer = this.#newestApproved(patch.package);
    if (!here || (newer !== null && compareVersions(newer, patch.version) > 0)) {
      this.#pin(patch);
      return this.#release(order);
    }
    if (installed.want === "hold") return refused(`${patch.package} is on hold on this host (apt-mark hold)`);
    const to = previousVersion(this.#scan, patch.package, patch.version, this.#unwanted(patch.package));
    if (to === null) return refused(`no older version of ${patch.package} is to be had on this host`);
    this.#pin(patch);
    this.steps.push({ kind: "uninstall", patch, to });
    return null;
  }

  /** Versions of a package that may not be the goal of an uninstall. */
  #unwanted(name: string): readonly Pin[] {
    const away = this.#orders.flatMap((order) =>
      "kind" in order || (order.wish !== "uninstall" && order.wish !== "ignore") ? [] : order.patch,
    );
    return [...this.#scan.pins, ...away].filter((pin) => pin.package === name);
  }
}

export function planHost(scan: HostScan, requests: readonly ActionRequest[]): HostPlan {
  return new HostPlanner(scan, requests).plan();
}
