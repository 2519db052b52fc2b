/** Two workflows for GitHub: one reads what a pull request brings and has no secret, one posts and runs none of it. */

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
      - uses: actions/checkout@v4
        with:
          ref: \${{ github.event.pull_request.head.sha }}
          fetch-depth: 0
          persist-credentials: false
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: npm install --global --ignore-scripts patchring@${version}
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

export function workflowFiles(version: string): Readonly<Record<string, string>> {
  return {
    ".github/workflows/policy.yaml": review(version),
    ".github/workflows/policy-comment.yaml": post(version),
  };
}
