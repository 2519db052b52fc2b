/**
 * The forge that needs nothing but Git: requests, reviews and checks lie in refs below
 * `refs/patchring/` of the repository itself. Works offline and in bare repositories.
 */
import type { ForgeWriter } from "../forge.ts";
import { setCheck } from "./checks.ts";
import { asForge, type LocalForgeOptions } from "./context.ts";
import {
  askReviewers,
  closeRequest,
  ensureComment,
  ensureLabels,
  reopenRequest,
  updateRequest,
} from "./edit-request.ts";
import { mergeRequest } from "./merge-request.ts";
import { openRequest } from "./open-request.ts";
import { pruneChecks } from "./prune-checks.ts";

export type { LocalForgeOptions } from "./context.ts";
export type { LocalGit } from "./git-port.ts";
export { openLocalPerson, type LocalPerson, type NewReview } from "./people.ts";
export { openLocalReader, type LocalComment, type LocalReader } from "./reader.ts";

export function openLocalWriter(options: LocalForgeOptions): ForgeWriter {
  return {
    openRequest: (request) => asForge(() => openRequest(options, request)),
    updateRequest: (number, change) => asForge(() => updateRequest(options, number, change)),
    ensureLabels: (number, wanted) => asForge(() => ensureLabels(options, number, wanted)),
    askReviewers: (number, wanted) => asForge(() => askReviewers(options, number, wanted)),
    ensureComment: (number, marker, body) => asForge(() => ensureComment(options, number, marker, body)),
    setCheck: (sha, check) => asForge(() => setCheck(options, sha, check)),
    closeRequest: (number) =>
      asForge(async () => {
        const wrote = await closeRequest(options, number);
        if (wrote) await pruneChecks(options);
        return wrote;
      }),
    reopenRequest: (number) => asForge(() => reopenRequest(options, number)),
    mergeRequest: (number, order) =>
      asForge(async () => {
        const outcome = await mergeRequest(options, number, order);
        if (outcome.kind === "merged") await pruneChecks(options);
        return outcome;
      }),
  };
}
