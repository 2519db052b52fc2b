/** Open Policy Agent in WebAssembly: the rules as one chain of `else`, in order of precedence. */
import opaWasm from "@open-policy-agent/opa-wasm";
import { parsePattern } from "../rules.mjs";
import { createAnswers, decideFact } from "../sample.mjs";
import { compileRego } from "./opa-compiler.mjs";

export const name = "Open Policy Agent in WebAssembly";
export const sampleFacts = 20_000;

export async function prepare({ rules }, facts) {
  const policy = await opaWasm.loadPolicy(compileRego(formatRego(rules)));
  const inputs = facts.map(({ patch, device }) => ({ p: patch, d: device }));
  return () => {
    const answers = createAnswers(facts.length);
    for (let i = 0; i < facts.length; i++) {
      const winner = policy.evaluate(inputs[i])[0]?.result ?? -1;
      answers.winners[i] = winner;
      answers.operations[i] = decideFact(facts[i], winner, rules).operation;
    }
    return answers;
  };
}

function formatRego(rules) {
  const helpers = [];
  const bodies = rules.map((rule, index) => {
    const lines = rule.conditions.map((condition, c) =>
      formatCondition(condition, `h_${index}_${c}`, helpers),
    );
    if (rule.rings !== null) lines.push(`input.d.ring in ${formatSet(rule.rings)}`);
    return `${index === 0 ? "winner" : "else"} = ${index} { ${lines.length === 0 ? "true" : lines.join("; ")} }`;
  });
  return `package bench\n\nimport future.keywords.in\n\n${bodies.join(" ")}\n\n${helpers.join("\n")}\n`;
}

function formatSet(values) {
  return `{${values.map((v) => JSON.stringify(v)).join(", ")}}`;
}

function formatCondition({ side, key, values, not }, helper, helpers) {
  const tests = formatTests(`input.${side === "patch" ? "p" : "d"}.${key}`, key, values);
  if (tests.length === 1 && !not) return tests[0];
  for (const test of tests) helpers.push(`${helper} { ${test} }`);
  return not ? `not ${helper}` : helper;
}

/** Expressions joined by OR. */
function formatTests(field, key, values) {
  if (key === "cvssAtLeast") return [`input.p.cvss10 >= ${values[0] * 10}`];
  if (key === "kev") return [`input.p.kev == ${values[0]}`];
  if (key === "tags") return values.map((v) => `${JSON.stringify(v)} in ${field}`);
  const patterns = values.map(parsePattern);
  if (patterns.every(({ kind }) => kind === "exact")) return [`${field} in ${formatSet(values)}`];
  return patterns.map(({ kind, text }) =>
    `${{ exact: "", prefix: "startswith", part: "contains" }[kind]}(${field}, ${JSON.stringify(text)})`.replace(
      /^\((.*), (.*)\)$/,
      "$1 == $2",
    ),
  );
}
