/** The story with hostile text in every place where a plan or its context shows foreign text. */
import type { Plan } from "../../src/core/plan.ts";
import type { PlanContext } from "../../src/report/plan-context.ts";
import { storyContext, storyPlan } from "./story.ts";

/** One row of each kind, so that the output is the same size for every text. */
export function hostilePlan(text: string): Plan {
  const texts = { device: text, patch: text, ring: text, source: text };
  const releases = storyPlan.actions.filter(({ action }) => action === "do-nothing").slice(0, 1);
  const removals = storyPlan.actions.filter(({ action }) => action === "uninstall").slice(0, 1);
  return {
    ...storyPlan,
    policy: { ...storyPlan.policy, commit: text, digest: text },
    snapshot: { ...storyPlan.snapshot, digest: text },
    actions: [...releases, ...removals].map((row) => ({ ...row, ...texts })),
    scheduled: storyPlan.scheduled.slice(0, 1).map((row) => ({ ...row, ...texts })),
    blocked: storyPlan.blocked.slice(0, 1).map((row) => ({ ...row, ...texts })),
    waiting: storyPlan.waiting.slice(0, 1).map((row) => ({ ...row, ring: text, patch: text })),
    guards: storyPlan.guards.map((row) =>
      row.tripped ? { ...row, guard: `recallMaxDevices:${text}` } : row,
    ),
  };
}

export function hostileContext(text: string): PlanContext {
  return {
    ...storyContext,
    // The name of the patch is shown as a title of its own, however harmless the text.
    patch: () => ({
      title: `t${text}`,
      severity: text,
      date: null,
      dateSource: "released",
      uninstallable: text,
    }),
    device: () => ({ client: text, site: text, type: text }),
    place: () => text,
    approval: () => "none",
    diagnostics: storyContext.diagnostics.map((one) => ({
      ...one,
      summary: text,
      detail: text,
      fix: text,
      place: { file: text, line: 1, column: 2, length: 3, text },
      related: [{ message: text, place: { file: text, line: 1, column: 1, length: 1, text } }],
    })),
    hints: [text],
  };
}
