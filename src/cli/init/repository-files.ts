/** What stands around a policy: for its readers, its reviewers and their editors. */

function readme(name: string): string {
  return `# Patch policy of ${name}

What is installed where, and when, is decided by the files here. A change is a pull request; its comment says what it
would do. Written by \`patchring init\`.

| file         | says                                                                      |
| ------------ | ------------------------------------------------------------------------- |
| \`fleet.yaml\` | where devices are read, what a run may do, and the limits that stop it    |
| \`rings/\`     | which devices get a patch first, and how long it is watched there         |
| \`rules/\`     | which patches are approved, ignored or left alone                         |
| \`schedules/\` | when devices may be changed                                               |
| \`promotions/\`| which patches may reach a later ring; opened as requests, never by hand   |

\`\`\`sh
patchring validate                              # is it right?
patchring snapshot --out inventory/fleet.ndjson.gz   # read the provider; or copy a snapshot there
patchring plan                                  # what would change on the devices?
patchring plan --base main                      # what does my change of policy change?
patchring why DEVICE PATCH                      # why is this patch (not) there?
\`\`\`

To stop a patch everywhere write a \`Hold\`, to remove one a \`Recall\`, to let one through at once an \`Emergency\`:
\`patchring schema KIND\` prints what each of them takes.

Before you rely on it: put your teams into \`.github/CODEOWNERS\`, protect the branch \`main\`, and require the statuses
\`patchring / policy\` and \`patchring / guard\`.
`;
}

const CODEOWNERS = `# Who must approve which change. Put in your own teams, then take the # away.
# *                     @my-company/it
# /fleet.yaml           @my-company/it-leads
# /rings/               @my-company/it-leads
# /promotions/          @my-company/it
# What checks a change must not be changed by it unseen.
# /.github/             @my-company/it-leads
`;

const EDITORCONFIG = `root = true

[*]
charset = utf-8
end_of_line = lf
insert_final_newline = true
indent_style = space
indent_size = 2
`;

const SETTINGS = `{
  "files.insertFinalNewline": true,
  "[yaml]": { "editor.insertSpaces": true, "editor.tabSize": 2 },
  "yaml.schemaStore.enable": false,
  "yaml.validate": true
}
`;

export function repositoryFiles(name: string): Readonly<Record<string, string>> {
  return {
    "README.md": readme(name),
    ".gitignore": "# State of runs; the schemas beside it are kept.\n.patchring/state.db*\n",
    ".editorconfig": EDITORCONFIG,
    ".vscode/settings.json": SETTINGS,
    ".vscode/extensions.json": `{ "recommendations": ["redhat.vscode-yaml"] }\n`,
    ".github/CODEOWNERS": CODEOWNERS,
  };
}
