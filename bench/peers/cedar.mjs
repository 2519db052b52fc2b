/**
 * Cedar in WebAssembly, policy set parsed once. Cedar has no precedence: every rule is a permit, all that match
 * are returned, and the first of them by our order wins.
 */
import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import { parsePattern } from "../rules.mjs";
import { createAnswers, decideFact } from "../sample.mjs";

export const name = "Cedar in WebAssembly";
export const sampleFacts = 2_000;

export function prepare({ rules }, facts) {
  const policies = Object.fromEntries(rules.map((rule, i) => [`r${i}`, formatCedar(rule)]));
  const parsed = cedar.preparsePolicySet("bench", {
    staticPolicies: policies,
    templates: {},
    templateLinks: [],
  });
  if (parsed.type !== "success") throw new Error(`Cedar refused the rules: ${JSON.stringify(parsed.errors)}`);
  const calls = facts.map(createCall);
  return () => {
    const answers = createAnswers(facts.length);
    for (let i = 0; i < facts.length; i++) {
      const answer = cedar.statefulIsAuthorized(calls[i]);
      if (answer.type !== "success") throw new Error(`Cedar failed: ${JSON.stringify(answer.errors)}`);
      const ids = answer.response.diagnostics.reason;
      const winner = ids.length === 0 ? -1 : Math.min(...ids.map((id) => Number(id.slice(1))));
      answers.winners[i] = winner;
      answers.operations[i] = decideFact(facts[i], winner, rules).operation;
    }
    return answers;
  };
}

function createCall({ patch, device }) {
  const principal = { type: "Device", id: "device" };
  const resource = { type: "Patch", id: "patch" };
  return {
    principal,
    resource,
    action: { type: "Action", id: "decide" },
    context: {},
    preparsedPolicySetId: "bench",
    validateRequest: false,
    entities: [
      { uid: principal, attrs: device, parents: [] },
      { uid: resource, attrs: patch, parents: [] },
    ],
  };
}

function formatCedar(rule) {
  const clauses = rule.conditions.map(formatCondition);
  if (rule.rings !== null) clauses.push(`${JSON.stringify(rule.rings)}.contains(principal.ring)`);
  const when = clauses.length === 0 ? "" : ` when { ${clauses.join(" && ")} }`;
  return `permit(principal, action, resource)${when};`;
}

function formatCondition({ side, key, values, not }) {
  const text = formatTest(`${side === "patch" ? "resource" : "principal"}.${key}`, key, values);
  return not ? `!(${text})` : `(${text})`;
}

function formatTest(field, key, values) {
  if (key === "cvssAtLeast") return `resource.cvss10 >= ${values[0] * 10}`;
  if (key === "kev") return `resource.kev == ${values[0]}`;
  if (key === "tags") return `${field}.containsAny(${JSON.stringify(values)})`;
  const patterns = values.map(parsePattern);
  if (patterns.every(({ kind }) => kind === "exact")) return `${JSON.stringify(values)}.contains(${field})`;
  return values.map((value) => `${field} like ${JSON.stringify(value)}`).join(" || ");
}
