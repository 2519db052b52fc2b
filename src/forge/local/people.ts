/** What people do to a request by hand. The bot has none of it: what asks for approval must not be able to give it. */
import { ForgeError } from "../error.ts";
import { asForge, writingActor, type LocalForgeOptions } from "./context.ts";
import { addComment, checkLength } from "./edit-request.ts";
import type { RecordedLabel } from "./record.ts";
import { editRequest, withRecord } from "./store.ts";
import { readTips } from "./view.ts";

export interface NewReview {
  readonly state: "approved" | "changes-requested" | "commented";
  /** The head that was looked at. */
  readonly headSha: string;
  readonly body: string;
}

/** Writes as `LocalForgeOptions.writeAs`, who must be a person. */
export interface LocalPerson {
  /** Throws `refused` for one's own request, a closed one, and a head that the request does not have now. */
  review(number: number, review: NewReview): Promise<void>;
  changeLabels(
    number: number,
    change: { readonly add: readonly string[]; readonly remove: readonly string[] },
  ): Promise<boolean>;
  comment(number: number, body: string): Promise<void>;
}

export function openLocalPerson(options: LocalForgeOptions): LocalPerson {
  const actor = writingActor(options);
  if (actor.kind !== "person")
    throw new ForgeError("denied", "reviews are given by people, not by the program");
  return {
    review: (number, review) => asForge(() => submitReview(options, number, review)),
    changeLabels: (number, { add, remove }) =>
      asForge(() =>
        editRequest(options, number, (read) => {
          const { labels, labelsTakenOff } = read.record;
          const has = (name: string): boolean => labels.some((label) => label.name === name);
          const added = [...new Set(add)].filter((name) => !has(name));
          const removed = labels.filter(({ name }) => remove.includes(name));
          if (added.length === 0 && removed.length === 0) return null;
          const kept: readonly RecordedLabel[] = labels.filter(({ name }) => !remove.includes(name));
          const takenOff = [
            ...labelsTakenOff,
            ...removed.filter(({ isOurs }) => isOurs).map(({ name }) => name),
          ];
          const next = {
            labels: [...kept, ...added.map((name) => ({ name, isOurs: false }))],
            labelsTakenOff: [...new Set(takenOff)].filter((name) => !added.includes(name)),
          };
          return { next: withRecord(read, next), what: "labels by hand" };
        }),
      ),
    comment: (number, body) =>
      asForge(async () => {
        checkLength(body);
        await editRequest(options, number, (read) => ({
          next: addComment(options, read, body),
          what: "comment",
        }));
      }),
  };
}

async function submitReview(options: LocalForgeOptions, number: number, review: NewReview): Promise<void> {
  checkLength(review.body);
  const author = writingActor(options);
  await editRequest(options, number, async (read) => {
    const { record } = read;
    if (record.state !== "open") throw new ForgeError("refused", `request ${number} is ${record.state}`);
    if (record.author.login === author.login && review.state !== "commented") {
      throw new ForgeError("refused", "nobody can approve or refuse a request of their own");
    }
    const head = (await readTips(options)).get(record.headBranch);
    if (head !== review.headSha) {
      throw new ForgeError(
        "refused",
        `${record.headBranch} is at ${head ?? "no commit"} now; look at that first`,
      );
    }
    const { state, headSha, body } = review;
    const reviews = [...record.reviews, { author, state, headSha, body, at: options.now() }];
    return { next: withRecord(read, { reviews, headSha }), what: `review: ${state}` };
  });
}
