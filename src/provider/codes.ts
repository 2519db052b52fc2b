/** Every code that the settings of a provider can give, with the paragraph that `patchring explain` prints. */
export const PROVIDER_CODES = {
  "provider/file-path":
    "The provider of kind file needs the path of a snapshot file. Relative paths start at the policy directory.",
  "provider/file-outbox":
    "`outbox` of the provider of kind file is not a path. Actions are appended to that file, one JSON object a line; without it they go to the path of the snapshot with `.outbox.ndjson` added.",
  "provider/file-key": "The provider has a key that its kind does not know. Remove it, or mend its spelling.",
} as const;
