/** Requests in the repository itself. */
import { openForgeRepository } from "../cli/inputs/forge-repository.ts";
import type { ForgeDesk, ForgePlace, ForgeView } from "../cli/invocation.ts";
import {
  openLocalPerson,
  openLocalReader,
  openLocalWriter,
  type LocalForgeOptions,
} from "../forge/local/local-forge.ts";
import { openPromoteGit } from "../reconcile/promote/git.ts";
import { openLocalBranches } from "../repo/git-branch-writer.ts";
import { openPlumbing } from "../repo/plumbing.ts";
import type { Repository } from "../repo/repository.ts";
import { findAuthor, PROGRAM } from "./person.ts";

interface OpenedForge {
  readonly view: ForgeView;
  readonly options: LocalForgeOptions;
  readonly repository: Repository;
}

export async function openLocalView(place: ForgePlace): Promise<ForgeView> {
  return (await open(place, "program")).view;
}

export async function openLocalDesk(place: ForgePlace, as: "program" | "person"): Promise<ForgeDesk> {
  const { view, options, repository } = await open(place, as);
  const person = as === "person" ? openLocalPerson(options) : null;
  return {
    ...view,
    writer: openLocalWriter(options),
    branches: openLocalBranches(repository),
    author: options.writeAs,
    review: person === null ? null : (number, review) => person.review(number, review),
  };
}

async function open(place: ForgePlace, as: "program" | "person"): Promise<OpenedForge> {
  const { repository, base, folder, readPolicy } = await openForgeRepository(place);
  const options: LocalForgeOptions = {
    git: openPlumbing(repository),
    defaultBranch: base.branch,
    bot: PROGRAM,
    writeAs: await findAuthor(place, as),
    now: () => place.now,
  };
  const branches = openLocalBranches(repository);
  const reader = openLocalReader(options);
  const view: ForgeView = {
    kind: "local",
    requestsUrl: null,
    reader,
    listComments: (number) => reader.listComments(number),
    branches: {
      readBranch: (branch) => branches.readBranch(branch),
      listBranches: (prefix) => branches.listBranches(prefix),
    },
    git: openPromoteGit(repository),
    base,
    folder,
    readPolicy,
  };
  return { view, options, repository };
}
