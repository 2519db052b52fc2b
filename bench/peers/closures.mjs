/** A loop over closures: what a careful user writes by hand. Each fact tries the rules in order of precedence. */
import { compileRule } from "../match.mjs";
import { createAnswers, decideFact } from "../sample.mjs";

export const name = "closure loop";
export const sampleFacts = 200_000;

export function prepare({ rules }, facts) {
  const compiled = rules.map(compileRule);
  return () => {
    const answers = createAnswers(facts.length);
    for (let i = 0; i < facts.length; i++) {
      const fact = facts[i];
      const winner = compiled.findIndex(
        (rule) => rule.matchesPatch(fact.patch) && rule.matchesDevice(fact.device),
      );
      answers.winners[i] = winner;
      answers.operations[i] = decideFact(fact, winner, rules).operation;
    }
    return answers;
  };
}
