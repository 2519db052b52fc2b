/** @bufbuild/cel: every rule parsed and planned once, tried in order of precedence. */
import { celEnv, isCelError, parse, plan } from "@bufbuild/cel";
import { createAnswers, decideFact } from "../sample.mjs";
import { formatCel } from "./cel-source.mjs";

export const name = "CEL (@bufbuild/cel)";
export const sampleFacts = 5_000;

export function prepare({ rules }, facts) {
  const environment = celEnv();
  const programs = rules.map((rule) => plan(environment, parse(formatCel(rule))));
  const contexts = facts.map((fact) => ({
    p: { ...fact.patch, cvss10: BigInt(fact.patch.cvss10) },
    d: fact.device,
  }));
  return () => {
    const answers = createAnswers(facts.length);
    for (let i = 0; i < facts.length; i++) {
      const winner = programs.findIndex((program) => {
        const result = program(contexts[i]);
        if (isCelError(result)) throw result;
        return result;
      });
      answers.winners[i] = winner;
      answers.operations[i] = decideFact(facts[i], winner, rules).operation;
    }
    return answers;
  };
}
