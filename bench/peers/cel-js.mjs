/** @marcbachmann/cel-js: every rule parsed once, tried in order of precedence. */
import { Environment } from "@marcbachmann/cel-js";
import { createAnswers, decideFact } from "../sample.mjs";
import { formatCel } from "./cel-source.mjs";

export const name = "CEL (@marcbachmann/cel-js)";
export const sampleFacts = 40_000;

export function prepare({ rules }, facts) {
  const environment = new Environment().registerVariable("p", "map").registerVariable("d", "map");
  const programs = rules.map((rule) => environment.parse(formatCel(rule)));
  const wide = (patch) => ({ ...patch, cvss10: BigInt(patch.cvss10) });
  const contexts = facts.map((fact) => ({ p: wide(fact.patch), d: fact.device }));
  return () => {
    const answers = createAnswers(facts.length);
    for (let i = 0; i < facts.length; i++) {
      const winner = programs.findIndex((program) => program(contexts[i]));
      answers.winners[i] = winner;
      answers.operations[i] = decideFact(facts[i], winner, rules).operation;
    }
    return answers;
  };
}
