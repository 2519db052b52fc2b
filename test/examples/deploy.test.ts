/** The files to deploy with: what they must never lose. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { VERBS } from "../../src/cli/verbs.ts";

const ROOT = fileURLToPath(new URL("../../examples/deploy/", import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const VERSION = (
  JSON.parse(readFileSync(join(ROOT, "../../package.json"), "utf8")) as { readonly version: string }
).version;

const files = readdirSync(ROOT, { recursive: true, withFileTypes: true })
  .filter((one) => one.isFile())
  .map((one) => join(one.parentPath, one.name).slice(ROOT.length));

it.each(files)("%s holds no secret, and runs only what there is", (path) => {
  const text = read(path);
  expect(text).not.toMatch(
    /(?:password|token|secret|url)\s*[:=]\s*["']?(?:https?:|gh[pousr]_|xox|[A-Za-z0-9+/]{20,})/i,
  );
  expect(text).not.toMatch(/hooks\.slack\.com|-----BEGIN/);
  for (const [, verb] of text.matchAll(/\bpatchring (?!reconcile\b)([a-z]+(?:-[a-z]+)*)(?=$| -)/gm)) {
    expect(VERBS.map(({ name }) => name)).toContain(verb);
  }
});

describe("the workflow", () => {
  const workflow = parse(read("github/reconcile.yaml")) as {
    readonly permissions: Readonly<Record<string, string>>;
    readonly concurrency: object;
    readonly jobs: Readonly<
      Record<
        string,
        {
          readonly permissions?: object;
          readonly "timeout-minutes": number;
          readonly steps: readonly {
            readonly uses?: string;
            readonly run?: string;
            readonly with?: Readonly<Record<string, unknown>>;
            readonly env?: Readonly<Record<string, string>>;
          }[];
        }
      >
    >;
  };
  const [job] = Object.values(workflow.jobs);

  it("may write branches and requests, and nothing else", () => {
    expect(workflow.permissions).toEqual({ contents: "write", "pull-requests": "write" });
    expect(Object.values(workflow.jobs).every((one) => one.permissions === undefined)).toBe(true);
  });

  it("runs once at a time and cuts no run off", () => {
    expect(workflow.concurrency).toEqual({ group: "reconcile", "cancel-in-progress": false });
    expect(job!["timeout-minutes"]).toBeLessThan(30);
  });

  it("takes secrets by reference, for one step, and leaves none in the checkout", () => {
    const checkout = job!.steps.find(({ uses }) => uses?.startsWith("actions/checkout@") === true);
    expect(checkout?.with?.["persist-credentials"]).toBe(false);
    for (const { run, env } of job!.steps) {
      expect(run ?? "").not.toContain("${{");
      for (const value of Object.values(env ?? {}))
        expect(value).toMatch(/^\$\{\{ (?:secrets|github)\.\w+ \}\}$/);
      if (env !== undefined) expect(run).toContain("patchring reconcile");
    }
  });

  it("names the version of this package", () => {
    expect(job!.steps.some(({ run }) => run?.endsWith(`patchring@${VERSION}`) === true)).toBe(true);
  });
});

describe("the CronJob", () => {
  interface Container {
    readonly args?: readonly string[];
    readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
    readonly securityContext: object;
    readonly resources: { readonly limits: { readonly memory: string } };
  }
  const documents = parseAllDocuments(read("kubernetes/cronjob.yaml")).map(
    (one) => one.toJS() as { readonly kind: string; readonly spec: Readonly<Record<string, unknown>> },
  );
  const { spec } = documents.find(({ kind }) => kind === "CronJob")!;
  const job = (spec["jobTemplate"] as { readonly spec: Readonly<Record<string, unknown>> }).spec;
  const pod = (job["template"] as { readonly spec: Readonly<Record<string, unknown>> }).spec;
  const containers = [...(pod["initContainers"] as Container[]), ...(pod["containers"] as Container[])];

  it("never runs twice at once, in a zone that is named, and never again by itself", () => {
    expect(spec).toMatchObject({ concurrencyPolicy: "Forbid", timeZone: "Etc/UTC" });
    expect(job).toMatchObject({ backoffLimit: 0 });
    expect(pod).toMatchObject({ restartPolicy: "Never", automountServiceAccountToken: false });
  });

  it("is nobody special, on a root that cannot be written", () => {
    expect(pod["securityContext"]).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    });
    for (const { securityContext, resources } of containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(resources.limits.memory).toMatch(/^\d+[MG]i$/);
    }
  });

  it("takes secrets by reference", () => {
    expect(documents.map(({ kind }) => kind)).not.toContain("Secret");
    const named = containers
      .flatMap(({ env }) => env ?? [])
      .filter(({ name }) => /URL|TOKEN|PASSWORD/.test(name));
    expect(named.length).toBeGreaterThan(0);
    for (const one of named)
      expect([one.name, one.value, one.valueFrom !== undefined]).toEqual([one.name, undefined, true]);
  });
});

describe("the image", () => {
  const lines = read("docker/Dockerfile").split("\n");
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith("FROM ")));

  it("has no tool to build with, and its user is not root", () => {
    expect(last.some((line) => /^USER [1-9]\d*:[1-9]\d*$/.test(line))).toBe(true);
    expect(last.findIndex((line) => line.startsWith("USER "))).toBeLessThan(
      last.findIndex((line) => line.startsWith("ENTRYPOINT ")),
    );
    expect(last.join("\n")).toContain("git openssh-client");
    expect(lines.join("\n")).toContain("npm ci --omit=dev --ignore-scripts");
    expect(lines.some((line) => /^(?:ARG|ENV) .*(?:TOKEN|SECRET|PASSWORD)/i.test(line))).toBe(false);
  });

  it("copies only what the project has or builds", () => {
    const copied = lines.flatMap((line) => /^COPY --from=build (.+) \S+$/.exec(line)?.[1]?.split(" ") ?? []);
    expect(copied.length).toBeGreaterThan(3);
    for (const path of copied.map((one) => one.replace("/build/", ""))) {
      expect([path, path === "dist" || existsSync(join(ROOT, "../..", path))]).toEqual([path, true]);
    }
  });
});

const HAS_SYSTEMD = spawnSync("systemd-analyze", ["--version"]).status === 0;

describe("the systemd units", () => {
  it("send SIGTERM, wait for the action under way, and take secrets from a file", () => {
    const unit = read("systemd/patchring.service");
    for (const line of ["Type=oneshot", "User=patchring", "KillSignal=SIGTERM", "NoNewPrivileges=yes"]) {
      expect(unit.split("\n")).toContain(line);
    }
    expect(unit).not.toMatch(/^Environment=/m);
  });

  it.skipIf(!HAS_SYSTEMD)("are what systemd understands, and its score of exposure is low", () => {
    const folder = mkdtempSync(join(tmpdir(), "patchring-units-"));
    try {
      cpSync(join(ROOT, "systemd"), folder, { recursive: true });
      // The account and git need not be here for the file to be right.
      const unit = read("systemd/patchring.service")
        .replace(/^ExecStartPre=.*$/gm, "")
        .replace(/^(User|Group)=.*$/gm, "");
      writeFileSync(join(folder, "patchring.service"), unit);
      const paths = ["patchring.service", "patchring.timer"].map((name) => join(folder, name));
      const ran = spawnSync("systemd-analyze", ["verify", "--man=no", ...paths], { encoding: "utf8" });
      const own = (ran.stdout + ran.stderr).split("\n").filter((line) => line.includes("patchring"));
      expect([ran.status, own]).toEqual([0, []]);
      const offline = ["security", "--offline=yes", "--threshold=25", join(folder, "patchring.service")];
      const security = spawnSync("systemd-analyze", offline, { encoding: "utf8" });
      expect([security.status, security.stderr]).toEqual([0, ""]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
