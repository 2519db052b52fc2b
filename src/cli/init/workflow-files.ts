/**
 * Workflows for GitHub: one reads what a pull request brings and has no secret, one posts and runs none of
 * it, one asks for promotions. `examples/github` holds the same; a test compares and runs them.
 */

function review(version: string): string {
  return `# Checks what a pull request would do. It has no secret and cannot write: all that it gives is a file.
name: policy
on:
  pull_request:
permissions:
  contents: read
jobs:
  compare:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      # Before the pull request is checked out, so that nothing in it has a say in what is installed.
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: npm install --global --ignore-scripts patchring@${version}
      - uses: actions/checkout@v4
        with:
          ref: \${{ github.event.pull_request.head.sha }}
          fetch-depth: 0
          persist-credentials: false
      - run: patchring validate --format github
      - name: patchring plan --base
        env:
          BASE: \${{ github.event.pull_request.base.sha }}
        run: |
          patchring plan --base "$(git merge-base HEAD "$BASE")" --ref HEAD --save compare.json --format md >> "$GITHUB_STEP_SUMMARY"
      - uses: actions/upload-artifact@v4
        with:
          name: comparison
          path: compare.json
          retention-days: 5
`;
}

function post(version: string): string {
  return `# Posts what the workflow "policy" found. It runs from the default branch, with the right to write comments and
# statuses, and reads the file of the other one as data: nothing of the pull request is checked out or run.
# fleet.yaml has to say \`forge: { kind: github, repository: …, tokenEnv: GITHUB_TOKEN }\` on the default branch.
name: policy comment
on:
  workflow_run:
    workflows: [policy]
    types: [completed]
permissions:
  actions: read
  contents: read
  pull-requests: write
  statuses: write
jobs:
  comment:
    if: github.event.workflow_run.event == 'pull_request'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    env:
      GITHUB_TOKEN: \${{ github.token }}
      HEAD: \${{ github.event.workflow_run.head_sha }}
      URL: \${{ github.event.workflow_run.html_url }}
    steps:
      - uses: actions/checkout@v4
        with: { persist-credentials: false }
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: npm install --global --ignore-scripts patchring@${version}
      - if: github.event.workflow_run.conclusion == 'success'
        uses: actions/download-artifact@v4
        with:
          name: comparison
          path: \${{ runner.temp }}/comparison
          run-id: \${{ github.event.workflow_run.id }}
          github-token: \${{ github.token }}
      - if: github.event.workflow_run.conclusion == 'success'
        run: patchring comment "$RUNNER_TEMP/comparison/compare.json" --head "$HEAD" --url "$URL"
      - if: github.event.workflow_run.conclusion != 'success'
        run: patchring comment --failed --head "$HEAD" --url "$URL"
`;
}

function promote(version: string): string {
  return `# Opens and updates the requests of promotions, and sets "patchring / evidence" on every open request.
# Needs \`mode: propose\` (or apply) and \`forge: { kind: github, …, tokenEnv: GITHUB_TOKEN }\` in fleet.yaml.
name: promote
on:
  workflow_dispatch:
  # Take the # away once the Fleet says \`mode: propose\`.
  # schedule:
  #   - cron: "17 * * * *"
permissions:
  contents: write
  pull-requests: write
  statuses: write
  checks: read
# One run at a time; the next one goes on from wherever a stopped one left off.
concurrency: { group: patchring-promote, cancel-in-progress: false }
jobs:
  promote:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v4
        with: { fetch-depth: 0, persist-credentials: false }
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: npm install --global --ignore-scripts patchring@${version}
      # GitHub starts no workflow for a request that was opened with a job's own token. Give that of an App or of a
      # machine account as the secret PATCHRING_TOKEN, so that "policy" runs on these requests as well.
      - run: patchring promote --open
        env:
          GITHUB_TOKEN: \${{ secrets.PATCHRING_TOKEN || github.token }}
`;
}

export function workflowFiles(version: string): Readonly<Record<string, string>> {
  return {
    ".github/workflows/policy.yaml": review(version),
    ".github/workflows/policy-comment.yaml": post(version),
    ".github/workflows/promote.yaml": promote(version),
  };
}
