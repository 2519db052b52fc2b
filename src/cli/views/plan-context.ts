import type { Decided } from "../../core/decide.ts";
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { PatchDateSource } from "../../core/patch-date.ts";
import { placeSources } from "../../core/source-places.ts";
import { approvalOf } from "../../core/snapshot.ts";
import type { TextColumn } from "../../core/snapshot.ts";
import type { PatchInfo, PlanContext } from "../../report/plan-context.ts";

const DATE_SOURCES: Readonly<Record<PatchDateSource, PatchInfo["dateSource"]>> = {
  release: "released",
  "first-seen": "first-seen",
  detected: "detected",
};

/** What a plan's reader wants to know beside the plan, looked up in what was decided. Nothing is copied. */
export function planContext(decided: Decided, diagnostics: readonly Diagnostic[]): PlanContext {
  const { snapshot, compiled } = decided;
  const { devices, facts, patches } = snapshot;
  const patchOf = once(() => new Map(patches.map((patch, index) => [patch.id, index])));
  const deviceOf = once(() => new Map(devices.id.map((id, index) => [id, index])));
  const placeOf = once(() => placeSources(compiled.policy));
  const text = (column: TextColumn, index: number): string | null =>
    column.values[column.codes[index]!] || null;
  return {
    patch(id) {
      const index = patchOf().get(id);
      if (index === undefined) return null;
      const { title, severity, uninstallable } = patches[index]!;
      const at = compiled.dates.at[index]!;
      const source = compiled.dates.source(index) ?? "release";
      return {
        title,
        severity,
        uninstallable,
        date: Number.isNaN(at) ? null : at,
        dateSource: DATE_SOURCES[source],
      };
    },
    device(id) {
      const index = deviceOf().get(id);
      if (index === undefined) return null;
      return {
        client: text(devices.client, index),
        site: text(devices.site, index),
        type: text(devices.type, index),
      };
    },
    place: (source) => placeOf().get(source) ?? null,
    approval(device, patch) {
      const index = deviceOf().get(device);
      const wanted = patchOf().get(patch);
      if (index === undefined || wanted === undefined) return null;
      const start = devices.factStart[index]!;
      for (let f = start; f < start + devices.factCount[index]!; f += 1) {
        if (facts.patch[f] === wanted) return approvalOf(facts.state[f]!);
      }
      return null;
    },
    diagnostics,
    hints: [],
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
