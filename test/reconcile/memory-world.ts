/** A fleet, its policy and its forge in memory; one run costs a few milliseconds. */
import { decide, type Decided } from "../../src/core/decide.ts";
import { makePlan } from "../../src/core/make-plan.ts";
import type { Instant } from "../../src/core/model.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import { openPromotions, type PromotionRun } from "../../src/reconcile/promote/promote.ts";
import { promotionTexts } from "../../src/report/promotion-body.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import { MemoryForge } from "./memory-forge.ts";
import type { ModelBackend } from "./model-backend.ts";

const zones = createZoneRules();

export class MemoryWorld {
  readonly backend: ModelBackend;
  readonly forge: MemoryForge;

  constructor(files: Readonly<Record<string, string>>, backend: ModelBackend, now: Instant) {
    this.backend = backend;
    this.forge = new MemoryForge(files, now);
  }

  get now(): Instant {
    return this.forge.now;
  }

  set now(at: Instant) {
    this.forge.now = at;
  }

  decide(): Decided {
    const files = [...this.forge.files("main")].map(([path, text]) => ({ path, text }));
    const { policy, diagnostics } = loadPolicy(
      files.filter(({ path }) => path.endsWith(".yaml")),
      { zones },
    );
    if (policy === null) throw new Error(JSON.stringify(diagnostics));
    return decide(policy, this.backend.snapshot(this.now), this.now, zones);
  }

  /** One run of the reconciler on one snapshot: plan, promote, apply; then devices work. */
  async run(): Promise<PromotionRun & { readonly decided: Decided }> {
    const decided = this.decide();
    const commit = this.forge.branches.get("main")!;
    const plan = makePlan(decided, {
      identity: { commit, dirty: false, digest: decided.compiled.policy.digest },
    });
    const run = await openPromotions(this.forge.ports(), {
      decided,
      base: { branch: "main", commit },
      folder: "",
      texts: promotionTexts,
    });
    this.backend.apply(plan, this.now);
    this.backend.work(this.now);
    return { ...run, decided };
  }
}
