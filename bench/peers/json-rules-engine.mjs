/** json-rules-engine: rules by priority, stopped at the first that matches (its faster mode). */
import { Engine, Rule } from "json-rules-engine";
import { parsePattern } from "../rules.mjs";
import { createAnswers, decideFact } from "../sample.mjs";

export const name = "json-rules-engine";
export const sampleFacts = 2_000;

export function prepare({ rules }, facts) {
  const engine = createEngine(rules);
  const flat = facts.map(({ patch, device }) => ({ ...patch, ...device }));
  return async () => {
    const answers = createAnswers(facts.length);
    for (let i = 0; i < facts.length; i++) {
      const { events } = await engine.run(flat[i]);
      const winner = events.length === 0 ? -1 : Math.min(...events.map((event) => event.params.index));
      answers.winners[i] = winner;
      answers.operations[i] = decideFact(facts[i], winner, rules).operation;
    }
    return answers;
  };
}

function createEngine(rules) {
  const engine = new Engine([], { allowUndefinedFacts: false });
  engine.addOperator("glob", (value, test) => test(value));
  engine.addOperator("anyOf", (list, values) => list.some((entry) => values.includes(entry)));
  engine.addOperator("noneOf", (list, values) => !list.some((entry) => values.includes(entry)));
  rules.forEach((rule, index) => engine.addRule(createRule(rule, index, rules.length)));
  engine.on("success", () => engine.stop());
  return engine;
}

function createRule(rule, index, count) {
  const all = rule.conditions.map(createCondition);
  if (rule.rings !== null) all.push({ fact: "ring", operator: "in", value: rule.rings });
  return new Rule({
    priority: count - index,
    conditions: { all },
    event: { type: "rule", params: { index } },
  });
}

function createCondition({ key, values, not }) {
  if (key === "cvssAtLeast")
    return { fact: "cvss10", operator: "greaterThanInclusive", value: values[0] * 10 };
  if (key === "kev") return { fact: "kev", operator: "equal", value: values[0] };
  if (key === "tags") return { fact: key, operator: not ? "noneOf" : "anyOf", value: values };
  const patterns = values.map(parsePattern);
  if (patterns.every(({ kind }) => kind === "exact"))
    return { fact: key, operator: not ? "notIn" : "in", value: values };
  return { fact: key, operator: "glob", value: (value) => patterns.some((p) => matches(p, value)) !== not };
}

function matches({ kind, text }, value) {
  if (kind === "exact") return value === text;
  return kind === "prefix" ? value.startsWith(text) : value.includes(text);
}
