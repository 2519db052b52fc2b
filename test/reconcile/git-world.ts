/** A fleet whose policy stands in a real bare repository with the local forge, day by day. */
import { decide, type Decided } from "../../src/core/decide.ts";
import { makePlan } from "../../src/core/make-plan.ts";
import type { Instant } from "../../src/core/model.ts";
import type { Plan } from "../../src/core/plan.ts";
import {
  openLocalPerson,
  openLocalReader,
  openLocalWriter,
  type LocalForgeOptions,
  type LocalPerson,
  type LocalReader,
} from "../../src/forge/local/local-forge.ts";
import type { ForgeWriter, MergeOutcome } from "../../src/forge/forge.ts";
import { orderMerge } from "../../src/forge/merge-message.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import { promotionTexts } from "../../src/report/promotion-body.ts";
import { openPromoteGit } from "../../src/reconcile/promote/git.ts";
import type { PromoteReadPorts, PromoteWritePorts } from "../../src/reconcile/promote/ports.ts";
import {
  openPromotions,
  type PromoteOptions,
  type PromotionRun,
} from "../../src/reconcile/promote/promote.ts";
import { readPolicyAt } from "../../src/repo/files-at.ts";
import { openLocalBranches } from "../../src/repo/git-branch-writer.ts";
import { openPlumbing } from "../../src/repo/plumbing.ts";
import type { FileChange } from "../../src/repo/branch-writer.ts";
import type { Repository } from "../../src/repo/repository.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import { ANN, BOT, makeBare, makeWorkTree, open } from "../repo/git-fixture.ts";
import type { ModelBackend } from "./model-backend.ts";

const zones = createZoneRules();

export type WorldPorts = PromoteReadPorts & { readonly write: PromoteWritePorts };

function planOf({ decided, base }: PromoteOptions): Plan {
  const { digest } = decided.compiled.policy;
  return makePlan(decided, { identity: { commit: base.commit, dirty: false, digest } });
}

export class GitWorld {
  readonly repository: Repository;
  readonly backend: ModelBackend;
  now: Instant;

  private constructor(repository: Repository, backend: ModelBackend, now: Instant) {
    this.repository = repository;
    this.backend = backend;
    this.now = now;
  }

  static async make(
    files: Readonly<Record<string, string>>,
    backend: ModelBackend,
    now: Instant,
  ): Promise<GitWorld> {
    return new GitWorld(await open(makeBare(makeWorkTree(files))), backend, now);
  }

  /** The same world on a copy of its repository. */
  at(repository: Repository): GitWorld {
    return new GitWorld(repository, this.backend, this.now);
  }

  forge(writeAs: { name: string; email: string } = BOT): LocalForgeOptions {
    const git = openPlumbing(this.repository);
    return { git, defaultBranch: "main", bot: BOT, writeAs, now: () => this.now };
  }

  reader(): LocalReader {
    return openLocalReader(this.forge());
  }

  writer(): ForgeWriter {
    return openLocalWriter(this.forge());
  }

  ann(): LocalPerson {
    return openLocalPerson(this.forge(ANN));
  }

  ports(): WorldPorts {
    const branches = openLocalBranches(this.repository);
    const forge = this.reader();
    return {
      forge,
      branches,
      git: openPromoteGit(this.repository),
      write: { reader: forge, writer: this.writer(), branches, author: BOT },
    };
  }

  async decide(): Promise<{ readonly decided: Decided; readonly commit: string }> {
    const { commit, files } = await readPolicyAt(this.repository, "main", {
      folder: "",
      isWantedFolder: () => true,
      isWantedFile: (path) => path.endsWith(".yaml"),
      maxFileBytes: 1_000_000,
    });
    const { policy, diagnostics } = loadPolicy(files, { zones });
    if (policy === null) throw new Error(JSON.stringify(diagnostics));
    return { decided: decide(policy, this.backend.snapshot(this.now), this.now, zones), commit };
  }

  async options(): Promise<PromoteOptions> {
    const { decided, commit } = await this.decide();
    return { decided, base: { branch: "main", commit }, folder: "", texts: promotionTexts };
  }

  async plan(): Promise<Plan> {
    return planOf(await this.options());
  }

  async promote(): Promise<PromotionRun> {
    return openPromotions(this.ports(), await this.options());
  }

  /** One run of the reconciler on one snapshot: plan, promote, apply; then devices work. */
  async run(): Promise<PromotionRun> {
    const options = await this.options();
    const plan = planOf(options);
    const run = await openPromotions(this.ports(), options);
    this.backend.apply(plan, this.now);
    this.backend.work(this.now);
    return run;
  }

  /** A person commits to the base branch. */
  async commit(changes: readonly FileChange[], subject: string, branch = "main"): Promise<string> {
    const branches = openLocalBranches(this.repository);
    const tip = await branches.readBranch(branch);
    const outcome = await branches.writeBranch({
      branch,
      parent: tip!,
      expected: tip,
      changes,
      subject,
      body: "",
      trailers: [],
      author: ANN,
      at: this.now,
    });
    if (outcome.kind !== "written") throw new Error(outcome.kind);
    return outcome.commit;
  }

  /** A person approves a request and merges it at its head. */
  async approveAndMerge(number: number): Promise<MergeOutcome> {
    const { head } = await this.reader().readRequest(number);
    await this.ann().review(number, { state: "approved", headSha: head.sha, body: "" });
    const request = await this.reader().readRequest(number);
    const order = orderMerge(request, await this.reader().listReviews(number), head.sha);
    return openLocalWriter(this.forge(ANN)).mergeRequest(number, order);
  }
}
