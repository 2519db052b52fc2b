// docs/errors.md from the explanations that `patchring explain` prints, so that there is one text for each code.
// Reads dist/: run after a build.
import { listExplanations } from "../dist/cli/explain/index.js";

const HEADINGS = {
  verdict: "Verdicts",
  action: "Actions",
  status: "Statuses",
  reason: "Reasons of a verdict",
  obstacle: "Obstacles of an action",
  guard: "Guards",
  "exit code": "Exit codes",
  error: "Errors",
  finding: "Findings about the fleet",
};

const escape = (text) => text.replaceAll("|", "\\|").replace(/\s+/g, " ");

export function errorsPage() {
  const groups = Map.groupBy ? Map.groupBy(listExplanations(), (one) => one.kind) : group(listExplanations());
  const sections = [...groups].map(([kind, entries]) => {
    const rows = entries.map(({ code, text }) => `| \`${code}\` | ${escape(text)} |`);
    return `## ${HEADINGS[kind]}\n\n| code | meaning |\n| --- | --- |\n${rows.join("\n")}\n`;
  });
  return `# Codes\n\nEvery code that patchring prints, as \`patchring explain CODE\` explains it. Codes are stable; messages are not.\n\n<!-- Written by \`npm run generate\`. Do not edit. -->\n\n${sections.join("\n")}`;
}

function group(entries) {
  const groups = new Map();
  for (const entry of entries) groups.set(entry.kind, [...(groups.get(entry.kind) ?? []), entry]);
  return groups;
}
