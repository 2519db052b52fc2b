import type { PolicySet, SourcePlace } from "./policy.ts";

/** `file:line` of every source that a verdict or a plan can name: rules by their id, statements as `Kind/name`. */
export function placeSources(policy: PolicySet): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (source: string, { file, line }: SourcePlace): void => {
    found.set(source, `${file}:${line}`);
  };
  for (const rule of policy.rules) add(rule.id, rule.place);
  for (const one of policy.decisions) add(`Decision/${one.name}`, one.place);
  for (const one of policy.emergencies) add(`Emergency/${one.name}`, one.place);
  for (const one of policy.holds) add(`Hold/${one.name}`, one.place);
  for (const one of policy.recalls) add(`Recall/${one.name}`, one.place);
  return found;
}
