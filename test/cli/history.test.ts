import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PolicyHistory } from "../../src/core/policy-history.ts";
import { git, hashTree, makeFolder, run, writeInto } from "./cli.ts";
import { makeFleet, RECALL, RULES } from "./fleet.ts";

const PROMOTION = `apiVersion: patchring/v1
kind: Promotion
metadata: { name: production-kb1 }
spec:
  patch: { id: KB1 }
  to: production
  evidence:
    { at: "2026-03-10T00:00:00Z", snapshot: "sha256:abc", eligible: 24, installed: 20, failed: 0, soak: { metAt: "2026-03-09T00:00:00Z" } }
`;
const HOLD = `apiVersion: patchring/v1
kind: Hold
metadata: { name: stop-kb1 }
spec: { patches: [KB1*], reason: "Blue screens" }
`;

function commit(folder: string, day: number, who: string, message: string): void {
  const date = `2026-03-${String(day).padStart(2, "0")}T10:00:00Z`;
  git(folder, "add", "-A");
  const author = ["-c", `user.name=${who}`, "-c", `user.email=${who}@example.org`];
  git(folder, ...author, "commit", "-q", "--allow-empty", `--date=${date}`, "-m", message);
}

/** Rules by ann; a promotion on a branch, merged with trailers; a hold by bob, changed, then removed. */
function makeRepository(): string {
  const folder = makeFleet();
  git(folder, "init", "-q");
  commit(folder, 1, "ann", "First policy");
  git(folder, "checkout", "-qb", "promote");
  writeInto(folder, "promotions/production/kb1.yaml", PROMOTION);
  commit(folder, 10, "patchring", "Promote KB1 to production");
  git(folder, "checkout", "-q", "main");
  writeInto(folder, "holds/kb1.yaml", HOLD);
  commit(folder, 11, "bob", "Stop KB1");
  const message =
    "Merge request 7: Promote\n\nPatchring-Request: 7 https://forge.example/7\nReviewed-by: ann\nReviewed-by: cy";
  git(folder, "merge", "-q", "--no-ff", "-m", message, "promote");
  writeInto(folder, "holds/kb1.yaml", HOLD.replace("Blue", "Green"));
  writeInto(folder, "rules/microsoft.yaml", RULES.replace("then: ignore", "then: approve"));
  commit(folder, 12, "ann", "Say it better");
  rmSync(join(folder, "holds/kb1.yaml"));
  commit(folder, 13, "bob", "Let KB1 go");
  return folder;
}

async function ask(folder: string, ...words: readonly string[]): Promise<PolicyHistory> {
  const ran = await run(folder, ["history", ...words, "--json"]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(ran.stdout) as PolicyHistory;
}

const short = ({ entries }: PolicyHistory): string[] =>
  entries.map(
    ({ change, statement, author, arrival }) =>
      `${change} ${statement} by ${author.name}${arrival === null ? "" : `, request ${arrival.request ?? "-"}, reviewed by ${arrival.reviewers.join("+")}`}`,
  );

describe("history", () => {
  it("of a patch: what names it, who wrote it, who let it in, with the evidence", async () => {
    const history = await ask(makeRepository(), "--patch", "kb1");
    expect(Object.keys(history)[0]).toBe("format");
    expect(history).toMatchObject({ format: "patchring.history/1", isComplete: true });
    expect(short(history).sort()).toEqual([
      "added Hold/stop-kb1 by bob",
      "added Promotion/production-kb1 by patchring, request 7 https://forge.example/7, reviewed by ann+cy",
      "changed Hold/stop-kb1 by ann",
      "removed Hold/stop-kb1 by bob",
    ]);
    const promotion = history.entries.find(({ evidence }) => evidence !== null)!;
    expect(promotion).toMatchObject({
      at: "2026-03-10T10:00:00Z",
      path: "promotions/production/kb1.yaml",
      evidence: {
        installed: 20,
        eligible: 24,
        failed: 0,
        snapshot: "sha256:abc",
        metAt: "2026-03-09T00:00:00Z",
      },
    });
    expect(history.entries.at(-1)).toMatchObject({ change: "removed", at: "2026-03-13T10:00:00Z" });
  });

  it("of a rule, a ring and several at once", async () => {
    const folder = makeRepository();
    expect(short(await ask(folder, "--rule", "microsoft/drivers"))).toEqual([
      "added microsoft/drivers by ann",
      "changed microsoft/drivers by ann",
    ]);
    expect(short(await ask(folder, "--rule", "microsoft/security"))).toEqual([
      "added microsoft/security by ann",
    ]);
    expect(short(await ask(folder, "--ring", "production"))).toEqual([
      "added Ring/production by ann",
      "added Promotion/production-kb1 by patchring, request 7 https://forge.example/7, reviewed by ann+cy",
    ]);
    expect(await ask(folder, "--ring", "pilot", "--patch", "KB1")).toMatchObject({ entries: [] });
  });

  it("of a device by id or name, globs and lists included", async () => {
    const folder = makeRepository();
    const decision = (name: string, devices: string): string =>
      `apiVersion: patchring/v1\nkind: Decision\nmetadata: { name: ${name} }\nspec: { patches: [KB9], devices: ${devices}, action: ignore, reason: x }\n`;
    writeInto(folder, "decisions/a.yaml", decision("a", "{ id: [x, ws-1] }"));
    writeInto(folder, "decisions/b.yaml", decision("b", "{ any: [{ name: WS-* }] }"));
    writeInto(folder, "decisions/c.yaml", decision("c", "{ not: { id: ws-1 } }"));
    commit(folder, 14, "ann", "Decide");
    expect(short(await ask(folder, "--device", "ws-1"))).toEqual([
      "added Decision/a by ann",
      "added Decision/b by ann",
    ]);
  });

  it("knows the request that people merged on GitHub, as a merge or squashed; a mere mention is none", async () => {
    const folder = makeRepository();
    const hold = (name: string): void =>
      writeInto(folder, `holds/${name}.yaml`, HOLD.replaceAll("kb1", name));
    git(folder, "checkout", "-qb", "hold");
    hold("web");
    commit(folder, 14, "ann", "Stop it");
    git(folder, "checkout", "-q", "main");
    git(folder, "merge", "-q", "--no-ff", "-m", "Merge pull request #12 from acme/hold\n\nStop it", "hold");
    hold("squashed");
    git(folder, "add", "-A");
    const github = ["-c", "user.name=GitHub", "-c", "user.email=noreply@github.com"];
    git(folder, ...github, "commit", "-q", "--author=Ann <ann@x.org>", "-m", "Stop it too (#13)");
    hold("mentioned");
    commit(folder, 16, "ann", "As in (#14)");
    const { entries } = await ask(folder, "--patch", "KB1");
    const of = (name: string): unknown =>
      entries.find((one) => one.statement === `Hold/stop-${name}`)?.arrival;
    expect(of("web")).toMatchObject({ request: "12", by: { name: "t" } });
    expect(of("squashed")).toMatchObject({ request: "13", by: { name: "GitHub" } });
    expect(of("mentioned")).toBeNull();
  });

  it("is told in words", async () => {
    const ran = await run(makeRepository(), ["history", "--patch", "KB1", "--ring", "production"]);
    expect(ran.stdout.replace(/\b[0-9a-f]{12}\b/g, "<commit>").replace(/merged .{17}/, "merged <now>"))
      .toMatchInlineSnapshot(`
      "patch KB1, ring production: 1 change by 1 person, at <commit>

        2026-03-10 10:00Z  added    Promotion/production-kb1
                           promotions/production/kb1.yaml
                           evidence: 20 of 24 installed, 0 failed; soak met 2026-03-09T00:00:00Z;
                           sha256:abc
                           by patchring <patchring@example.org> in <commit>: Promote KB1 to production
                           merged <now> by t in <commit>, request 7
                           https://forge.example/7; reviewed by ann, cy
      "
    `);
  });

  it("looks from the revision that is named, touches nothing, and works on a bare clone", async () => {
    const folder = makeRepository();
    const before = hashTree(folder);
    expect((await ask(folder, "--patch", "KB1", "--ref", "HEAD~2")).entries).toHaveLength(2);
    expect(hashTree(folder)).toEqual(before);
    git(folder, "clone", "-q", "--bare", ".", "bare.git");
    expect((await ask(folder, "-C", "bare.git", "--patch", "KB1")).entries).toHaveLength(4);
  });

  it("says that a shallow clone may lack what is older", async () => {
    const folder = makeRepository();
    git(folder, "clone", "-q", "--depth", "1", `file://${folder}`, "shallow");
    expect(await ask(folder, "-C", "shallow", "--patch", "KB1")).toMatchObject({ isComplete: false });
    const ran = await run(folder, ["history", "-C", "shallow", "--patch", "KB1"]);
    expect(ran.stdout).toContain("The clone is shallow");
  });

  it("of a policy in a folder of the repository, after the file was renamed", async () => {
    const folder = makeFolder({ "policy/recalls/a.yaml": RECALL, "other.yaml": RECALL });
    git(folder, "init", "-q");
    commit(folder, 1, "ann", "First");
    git(folder, "mv", "policy/recalls/a.yaml", "policy/recalls/b.yaml");
    commit(folder, 2, "ann", "Rename");
    const { entries } = await ask(folder, "-C", "policy", "--patch", "KB3");
    expect(entries.map(({ change, path }) => `${change} ${path}`)).toEqual(["added recalls/a.yaml"]);
  });

  it("shows text of a commit as text", async () => {
    const folder = makeRepository();
    writeInto(folder, "holds/x.yaml", HOLD.replace("Blue screens", "\\e[31mred"));
    commit(folder, 14, "eve\u001b[2J", "\u001b]0;title\u0007 done");
    const ran = await run(folder, ["history", "--patch", "KB1"]);
    expect(ran.stdout.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  it("refuses no subject, no such revision and no repository", async () => {
    const folder = makeRepository();
    expect((await run(folder, ["history"])).code).toBe(64);
    const revision = await run(folder, ["history", "--patch", "KB1", "--ref", "no-such"]);
    expect(revision).toMatchObject({ code: 1, stdout: "" });
    expect(revision.stderr).toContain("[cli/git]");
    const outside = await run(makeFleet(), ["history", "--patch", "KB1"]);
    expect(outside.stderr).toContain("[cli/git]");
  });
});
