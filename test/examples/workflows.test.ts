/** The workflows of `init` and `examples/github`: the same, and run against a GitHub that knows what they may do. */
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { workflowFiles } from "../../src/cli/init/workflow-files.ts";
import { git, makeFolder, writeInto } from "../cli/cli.ts";
import { POLICY } from "../cli/forge-world.ts";
import { GithubWorld } from "../cli/github-world.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const FILES = workflowFiles(version);

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly env?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }>
  >;
}

const read = (name: string): Workflow => parse(FILES[`.github/workflows/${name}`]!) as Workflow;

describe("examples/github", () => {
  it.each(Object.keys(FILES))("has %s as `init` writes it", async (path) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    await expect(FILES[path]).toMatchFileSnapshot(join(root, "examples/github", name));
  });
});

describe("what the workflows may do", () => {
  it("only the one that runs on pull requests reads them, and it has no secret and no right to write", () => {
    const text = FILES[".github/workflows/policy.yaml"]!;
    expect(Object.keys(read("policy.yaml").on)).toEqual(["pull_request"]);
    expect(read("policy.yaml").permissions).toEqual({ contents: "read" });
    expect(text).not.toMatch(/secrets|github\.token|GITHUB_TOKEN/);
    for (const name of ["policy-comment.yaml", "promote.yaml"]) {
      expect(Object.keys(read(name).on)).not.toContain("pull_request");
      expect(Object.keys(read(name).on)).not.toContain("pull_request_target");
      expect(FILES[`.github/workflows/${name}`]).not.toMatch(/ref:|head_branch|pull_request\.head/);
    }
  });

  it("no text of a pull request gets into a command", () => {
    for (const name of ["policy.yaml", "policy-comment.yaml", "promote.yaml"]) {
      for (const { steps } of Object.values(read(name).jobs)) {
        for (const { run } of steps) expect(run ?? "").not.toContain("${{");
      }
    }
  });
});

/** `${{ a.b }}` and `${{ a || b }}` from a table of what GitHub would put there. */
function expand(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{ (.*?) \}\}/g, (_whole, expression: string) => {
    for (const name of expression.split(" || ")) {
      if (!(name in values)) throw new Error(`the workflow asks for ${name}`);
      if (values[name] !== "") return values[name]!;
    }
    return "";
  });
}

interface Job {
  readonly folder: string;
  readonly values: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the `run` steps of a workflow's only job whose condition holds; what they printed. */
async function runJob(workflow: Workflow, { folder, values, env }: Job): Promise<string> {
  const temp = makeFolder();
  const bin = makeFolder();
  writeFileSync(
    join(bin, "patchring"),
    `#!/bin/sh\nexec "${process.execPath}" "${root}bin/patchring.js" "$@"\n`,
  );
  chmodSync(join(bin, "patchring"), 0o755);
  writeFileSync(join(bin, "npm"), "#!/bin/sh\n");
  chmodSync(join(bin, "npm"), 0o755);
  const [job] = Object.values(workflow.jobs);
  let printed = "";
  for (const step of job!.steps) {
    const [, name, operator, wanted] = /^(\S+) (==|!=) '(.*)'$/.exec(step.if ?? "") ?? [];
    if (name !== undefined && (values[name] === wanted) !== (operator === "==")) continue;
    if (step.uses?.startsWith("actions/download-artifact") === true) {
      mkdirSync(join(temp, "comparison"), { recursive: true });
      copyFileSync(values["artifact"]!, join(temp, "comparison/compare.json"));
    }
    if (step.run === undefined) continue;
    const given = Object.entries({ ...job!.env, ...step.env }).map(([key, value]) => [
      key,
      expand(value, values),
    ]);
    printed += await shell(step.run, folder, {
      ...{ PATH: `${bin}:${process.env["PATH"]}`, HOME: temp, RUNNER_TEMP: temp },
      GITHUB_STEP_SUMMARY: join(temp, "summary.md"),
      ...env,
      ...(Object.fromEntries(given) as Record<string, string>),
    });
  }
  const summary = join(temp, "summary.md");
  return printed + (existsSync(summary) ? readFileSync(summary, "utf8") : "");
}

/** As GitHub runs it: `bash -e`. */
function shell(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-e", "-c", script], { cwd, env });
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (part: Buffer) => (printed += String(part)));
    child.on("close", (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${script} exited with ${String(code)}:\n${printed}`));
    });
  });
}

const JOB_TOKEN = "ghs_JobTokenCanary0123456789abcdefABCDEF";

describe("the workflows, run", () => {
  let world: GithubWorld;
  afterEach(() => world.stop());

  /** As the token that a job is given: an installation's, cut to the permissions of its workflow. */
  function admitJob(workflow: Workflow): void {
    const { permissions } = workflow;
    world.server.admit(JOB_TOKEN, {
      login: "github-actions[bot]",
      right: "write",
      isInstallation: true,
      permissions,
    });
  }

  function checkout(revision: string): string {
    const folder = join(makeFolder(), "checkout");
    git(world.root, "clone", "-q", world.bare, folder);
    git(folder, "checkout", "-q", "--detach", revision);
    return folder;
  }

  it("read a change, then post it with no more than they may", async () => {
    // Jobs run with a clock of their own, and the snapshot is a file of the repository.
    world = await GithubWorld.start({ forge: "tokenEnv: GITHUB_TOKEN", files: { ".gitignore": "" } });
    world.commit("Snapshot");
    const base = git(world.clone, "rev-parse", "HEAD");
    git(world.clone, "checkout", "-qb", "change");
    writeInto(
      world.clone,
      "rules/security.yaml",
      POLICY["rules/security.yaml"]!.replace("approve", "ignore"),
    );
    git(world.clone, "commit", "-qam", "Ignore all");
    git(world.clone, "push", "-q", "origin", "HEAD:change");
    const head = git(world.clone, "rev-parse", "HEAD");
    await world.server.as("ada", "POST", "/pulls", { title: "Ignore all", head: "change", base: "main" });
    const folder = checkout(head);
    const summary = await runJob(read("policy.yaml"), {
      folder,
      values: { "github.event.pull_request.base.sha": base },
    });
    expect(summary).toContain("## Patch policy: Would change");
    const post = read("policy-comment.yaml");
    const values = {
      "github.event.workflow_run.conclusion": "success",
      "github.event.workflow_run.head_sha": head,
      "github.event.workflow_run.html_url": "https://ci.example/run/1",
      "github.token": JOB_TOKEN,
      artifact: join(folder, "compare.json"),
    };
    admitJob(post);
    const posted = await runJob(post, { folder: checkout(base), values });
    expect(posted).toContain("Request 1: comment written; statuses set: patchring / policy");
    expect(world.pulls[0]!.comments[0]!.login).toBe("github-actions[bot]");
    expect(world.statuses(head)).toHaveLength(3);
    expect(world.server.violations).toEqual([]);
    const failed = await runJob(post, {
      folder: checkout(base),
      values: { ...values, "github.event.workflow_run.conclusion": "failure" },
    });
    expect(failed).toContain("statuses set: patchring / policy, patchring / plan, patchring / guard");
    // Each permission that it asks for is needed.
    for (const name of ["pull-requests", "statuses"]) {
      const permissions = { ...post.permissions, [name]: "none" };
      world.server.admit(JOB_TOKEN, {
        login: "github-actions[bot]",
        right: "write",
        isInstallation: true,
        permissions,
      });
      await expect(runJob(post, { folder: checkout(base), values }), name).rejects.toThrow("exited with 4");
    }
  }, 60_000);

  it("ask for a promotion", async () => {
    world = await GithubWorld.start({ forge: "tokenEnv: GITHUB_TOKEN", files: { ".gitignore": "" } });
    world.apply();
    world.now = Math.floor(Date.now() / 1000);
    world.observe();
    world.commit("Snapshot");
    const workflow = read("promote.yaml");
    admitJob(workflow);
    const values = { "secrets.PATCHRING_TOKEN": "", "github.token": JOB_TOKEN };
    const printed = await runJob(workflow, { folder: checkout("main"), values });
    expect(printed).toContain("opened  request 1 on patchring/promote/production: KB1, KB2");
    expect(world.pulls[0]!.login).toBe("github-actions[bot]");
    const again = await runJob(workflow, { folder: checkout("main"), values });
    expect(again).toContain("unchanged  request 1");
  }, 60_000);
});
