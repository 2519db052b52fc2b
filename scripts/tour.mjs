// `npm run tour`: seven days of a small fleet in a minute. A real bare repository with the local forge and the real
// command; only the days and the computers are simulated. Reads dist/: run after a build.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { main } from "../dist/main.js";

const MONDAY = Date.parse("2026-03-09T08:00:00Z") / 1000;
const root = mkdtempSync(join(tmpdir(), "patchring-tour-"));
const clone = join(root, "policy");
let now = MONDAY;

const POLICY = {
  ".gitignore": "inventory/\n",
  "fleet.yaml": `apiVersion: patchring/v1
kind: Fleet
metadata: { name: acme }
spec:
  mode: apply
  limits: { devicesPerRun: 100% }
  provider: { kind: file, path: inventory/fleet.ndjson }
  forge: { kind: local, path: ../forge.git }
`,
  "rings.yaml": `apiVersion: patchring/v1
kind: Ring
metadata: { name: pilot }
spec: { devices: { tags: pilot } }
---
apiVersion: patchring/v1
kind: Ring
metadata: { name: production }
spec:
  after: pilot
  devices: { not: { tags: pilot } }
  soak: { for: 4d, clock: quorum, quorum: { percent: 80, minDevices: 2 } }
  gates: { installedPercent: 80, failedDevices: 0 }
`,
  "rules.yaml": `apiVersion: patchring/v1
kind: ApprovalRules
metadata: { name: microsoft }
spec:
  rules:
    - name: security
      patches: { vendor: Microsoft }
      then: approve
`,
};

const text = (at) => new Date(at * 1000).toISOString().replace(".000", "");
const patches = [
  { id: "KB5990141", title: "2026-03 Cumulative Update", uninstallable: "yes" },
  { id: "KB5990160", title: "2026-03 .NET", uninstallable: "no" },
].map((one) => ({ record: "patch", vendor: "Microsoft", releasedAt: text(MONDAY), ...one }));
const devices = ["p1", "p2", "p3", "p4", "w1", "w2", "w3", "w4", "w5", "w6"].map((id) => ({
  id,
  tags: id.startsWith("p") ? ["pilot"] : [],
  facts: patches.map(({ id: patch }) => ({ patch, status: "missing", detectedAt: text(MONDAY) })),
}));
const factOf = (device, patch) =>
  devices.find(({ id }) => id === device).facts.find((one) => one.patch === patch);

/** What the inventory of the computers says now. */
function observe() {
  const capabilities = {
    actions: ["approve", "ignore", "do-nothing", "reprocess", "uninstall"],
    holdIsSafe: true,
    schedules: "reconciler",
  };
  const header = { record: "header", format: "patchring.snapshot/1", takenAt: text(now), complete: true };
  const lines = [
    { ...header, capabilities },
    ...patches,
    ...devices.map((one) => ({ record: "device", scannedAt: text(now), ...one })),
  ];
  write("inventory/fleet.ndjson", lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

function write(path, content) {
  mkdirSync(dirname(join(clone, path)), { recursive: true });
  writeFileSync(join(clone, path), content);
}

function git(folder, ...words) {
  execFileSync("git", words, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

const sink = (into) => ({ write: (part) => into.push(part), isTTY: false, columns: 100, closed: false });

async function call(words) {
  const [stdout, stderr] = [[], []];
  const io = { stdout: sink(stdout), stderr: sink(stderr), env: process.env, cwd: clone, now: () => now };
  const code = await main(words, io);
  if (code !== 0) throw new Error(`patchring ${words.join(" ")} exited with ${code}\n${stderr.join("")}`);
  return stdout.join("");
}

const quote = (word) => (/^[\w./:@-]+$/.test(word) ? word : JSON.stringify(word));

/** Shows a command and what it says. */
async function show(...words) {
  console.log(`\n$ patchring ${words.map(quote).join(" ")}`);
  console.log((await call(words)).trimEnd());
}

const bold = process.stdout.isTTY ? ["\u001b[1m", "\u001b[0m"] : ["", ""];
const say = (line) => console.log(`\n${bold[0]}${line}${bold[1]}`);

/** The computers do what a plan tells them, within the hour. */
async function work() {
  observe();
  const { actions } = JSON.parse(await call(["plan", "--json", "--quiet"]));
  for (const { device, patch, action } of actions) {
    const fact = factOf(device, patch);
    if (action === "approve")
      Object.assign(fact, { status: "installed", approval: "approve", installedAt: text(now) });
    if (action === "uninstall" || action === "ignore") {
      delete fact.installedAt;
      Object.assign(fact, { status: "ignored", approval: "ignore" });
    }
  }
  const count = (word) => actions.filter(({ action }) => action === word).length;
  console.log(
    `  (sent: ${count("approve")} approve, ${count("ignore")} ignore, ${count("uninstall")} uninstall)`,
  );
  observe();
}

function day(number) {
  now = MONDAY + number * 86_400;
  observe();
}

function person(name) {
  git(clone, "config", "user.name", name);
  git(clone, "config", "user.email", `${name.split(" ")[0].toLowerCase()}@example.test`);
}

async function tour() {
  git(root, "init", "-q", "--bare", "-b", "main", "forge.git");
  git(root, "clone", "-q", "forge.git", "policy");
  person("Ann Lee");
  for (const [path, content] of Object.entries(POLICY)) write(path, content);
  git(clone, "add", "-A");
  git(clone, "commit", "-q", "-m", "Policy");
  git(clone, "push", "-q", "origin", "HEAD:main");

  say("Monday. Two patches come out; pilot is the first ring and gets them at once.");
  await work();
  day(1);
  say("Tuesday. Production waits: the soak of four days runs.");
  await show("promote");
  day(4);
  say("Friday. Four days are over: a request asks for both patches.");
  await show("promote", "--open");
  day(5);
  say("Saturday. One of them breaks on a pilot computer: it is taken out, the other stays.");
  Object.assign(factOf("p3", "KB5990160"), {
    status: "failed",
    approval: "approve",
    attempts: 3,
    error: "0x800f0922",
  });
  delete factOf("p3", "KB5990160").installedAt;
  observe();
  await show("promote", "--open");
  say("Ann looks at the request, approves and merges it.");
  await show("requests", "show", "1");
  await show("requests", "review", "1", "--approve");
  await show("requests", "merge", "1");
  git(clone, "pull", "-q", "--ff-only", "origin", "main");
  say("Production is approved.");
  await work();
  day(6);
  say("Sunday. The patch destroys data. Ann takes it back; Ben has to agree.");
  const recall = ["recall", "KB5990141", "--uninstall", "--reason", "Data loss", "--ticket", "INC-7"];
  await show(...recall);
  await show(...recall, "--open", "--max-rows", "3");
  person("Ben Fox");
  await show("requests", "review", "2", "--approve");
  await show("requests", "merge", "2");
  git(clone, "pull", "-q", "--ff-only", "origin", "main");
  say("It is removed where it is installed, and ignored everywhere.");
  await work();
  await work();
  await show("plan", "--max-rows", "1");
}

try {
  await tour();
} finally {
  rmSync(root, { recursive: true, force: true });
}
