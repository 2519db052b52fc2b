/** Every code that reading a policy repository can give, with the paragraph that `patchring explain` prints. */
export const REPO_CODES = {
  "repo/unreadable":
    "A policy file or folder is there, but this user may not read it. A hold or a recall could stand in it, so nothing is decided without it. Mend the permissions.",
  "repo/not-utf8":
    "A policy file is not UTF-8 text. Names and patterns would mean something else on another machine. Save it as UTF-8.",
  "repo/too-large":
    "A policy file at a commit is far larger than a policy file may be, so it was not read, and nothing is decided without it. Split it, or move what is no policy out of the policy directory.",
  "repo/symlink":
    "A policy file is a symbolic link to a place outside the policy directory, or a folder is a link. Links are not followed out of what is reviewed: what they point to can change without a commit. Put the file itself there.",
} as const;
export type RepoCode = keyof typeof REPO_CODES;
