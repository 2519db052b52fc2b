import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import {
  openLocalPerson,
  openLocalReader,
  openLocalWriter,
  type LocalForgeOptions,
  type LocalGit,
} from "../../src/forge/local/local-forge.ts";
import { orderMerge } from "../../src/forge/merge-message.ts";
import { openPlumbing } from "../../src/repo/plumbing.ts";
import { BOT, git, makeBare, makeFolder, makeWorkTree, MARCH, open } from "../repo/git-fixture.ts";
import { describeForge } from "./forge-contract.ts";
import { withMarker } from "../../src/forge/marker.ts";
import type { ForgePerson, ForgeWorld } from "./forge-world.ts";

const kept = mkdtempSync(join(tmpdir(), "patchring-template-"));
afterAll(() => rmSync(kept, { recursive: true, force: true }));
const templates = new Map<string, string>();

/** Copying a repository is faster than making one. */
function copyTemplate(kind: "bare" | "work tree"): string {
  let template = templates.get(kind);
  if (template === undefined) {
    const source = makeWorkTree({ "fleet.yaml": "kind: Fleet\n", "rings/pilot.yaml": "kind: Ring\n" });
    git(source, "checkout", "-q", "--detach");
    template = join(kept, kind);
    cpSync(kind === "bare" ? makeBare(source) : source, template, { recursive: true });
    templates.set(kind, template);
  }
  const copy = join(makeFolder(), "repository");
  cpSync(template, copy, { recursive: true });
  return copy;
}

async function makeWorld(kind: "bare" | "work tree"): Promise<ForgeWorld> {
  const truth = copyTemplate(kind);
  const plumbing = openPlumbing(await open(truth));
  let now = MARCH;
  const options: LocalForgeOptions = {
    git: plumbing,
    defaultBranch: "main",
    bot: BOT,
    writeAs: BOT,
    now: () => now,
  };
  const reader = openLocalReader(options);
  return {
    reader,
    writer: openLocalWriter(options),
    rival: openLocalWriter({ ...options, git: openPlumbing(await open(truth)) }),
    truth,
    person: (login) => makePerson(options, login),
    listComments: async (number) =>
      (await reader.listComments(number)).map(({ author, marker, body }) => ({
        login: author.login,
        text: marker === null ? body : withMarker(marker, body),
      })),
    advance: (seconds) => {
      now += seconds;
    },
    crashAt: (call, when) => {
      const { git: crashing, isReached } = makeCrashing(plumbing, call, when);
      return { writer: openLocalWriter({ ...options, git: crashing }), isReached };
    },
  };
}

function makePerson(options: LocalForgeOptions, login: string): ForgePerson {
  const own = { ...options, writeAs: { name: login, email: `${login}@example.test` } };
  const person = openLocalPerson(own);
  const writer = openLocalWriter(own);
  const reader = openLocalReader(own);
  return {
    review: (number, state, headSha) => person.review(number, { state, headSha, body: "" }),
    addLabel: async (number, name) => {
      await person.changeLabels(number, { add: [name], remove: [] });
    },
    removeLabel: async (number, name) => {
      await person.changeLabels(number, { add: [], remove: [name] });
    },
    comment: (number, body) => person.comment(number, body),
    close: async (number) => {
      await writer.closeRequest(number);
    },
    reopen: async (number) => {
      await writer.reopenRequest(number);
    },
    merge: async (number) => {
      const request = await reader.readRequest(number);
      await writer.mergeRequest(number, orderMerge(request, [], request.head.sha));
    },
  };
}

/** Every call of Git is counted; at the n-th the process is gone: nothing after it happens. */
function makeCrashing(
  real: LocalGit,
  call: number,
  when: "before" | "after",
): { readonly git: LocalGit; readonly isReached: () => boolean } {
  let calls = 0;
  const count = (work: () => Promise<unknown>): Promise<unknown> => {
    calls += 1;
    if (calls < call) return work();
    if (calls > call || when === "before") return Promise.reject(new Error("the process is gone"));
    return work().then(() => {
      throw new Error("the process is gone");
    });
  };
  const wrapped = Object.fromEntries(
    Object.entries(real as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>).map(
      ([name, ask]) => [name, (...given: unknown[]) => count(() => ask(...given))],
    ),
  );
  return { git: wrapped as unknown as LocalGit, isReached: () => calls >= call };
}

// Nothing goes on after a crash here, so that "after a call" is "before the next".
describeForge("local, bare repository", () => makeWorld("bare"), { crashes: ["before"] });
describeForge("local, with a work tree", () => makeWorld("work tree"), { crashes: [] });
