/** Every code that the settings of the forge on GitHub can give, with the paragraph that `patchring explain` prints. */

export const GITHUB_CODES = {
  "forge/github-key":
    "The settings of a forge of kind github have a key that it does not take. A key that is not understood is refused, since what it was meant to limit would not be limited. The known keys are listed.",
  "forge/github-repository":
    "`forge.repository` does not name a repository on GitHub. Write its owner and its name: `acme/patch-policy`.",
  "forge/github-api-url":
    "`forge.apiUrl` is no https address of GitHub's API, or it holds a user, a password or a query. Leave it out for github.com; for GitHub Enterprise write `https://github.example.com/api/v3`. Plain http is taken only for this machine: a token must not cross a network in the clear.",
  "forge/github-base-branch":
    "`forge.baseBranch` is no short name of a branch. Write `main`, or leave it out for the default branch of the repository.",
  "forge/github-checks":
    "`forge.checks` says how results are shown on a commit: `check-run` works only for a GitHub App, `status` with any token, and `auto` sets check runs with `appId` and statuses with `tokenEnv`.",
  "forge/github-merge-method":
    "`forge.mergeMethod` says how rings with `promotion.by: auto` merge their requests: `merge` keeps the commit that a promotion was reviewed at, `squash` makes one new commit. The repository must allow it.",
  "forge/github-app":
    "`forge.appId` or `forge.installationId` is no number. GitHub shows the App's number on its settings page; the installation is looked up when it is left out.",
  "forge/github-token-env":
    "`forge.tokenEnv` (or `privateKeyEnv` for an App) is not the name of an environment variable. Policy names the variable and never holds the secret itself.",
  "forge/github-token-missing":
    "The environment variable that the policy names for GitHub's token, or for the key of the App, is empty or not set where this runs. On a workstation `patchring promote` without `--open` shows the candidates all the same; in CI hand the secret to the one job that opens requests or posts.",
  "forge/github-token":
    "The environment variable that `forge.tokenEnv` names holds spaces, line breaks or characters that no token has: mostly a file was read with its name, or a prompt came along. Set it to the token alone. Its value is never shown.",
  "forge/github-private-key":
    "The environment variable that `forge.privateKeyEnv` names holds no private key in PEM form. Set it to the whole .pem file that GitHub gave for the App; where only one line can be kept, write its line breaks as `\\n`. Its value is never shown.",
} as const;
export type GithubCode = keyof typeof GITHUB_CODES;

/** The policy is right, and the secret that it names is not there. */
export const SECRET_CODES: ReadonlySet<string> = new Set<GithubCode>([
  "forge/github-token-missing",
  "forge/github-token",
  "forge/github-private-key",
]);
