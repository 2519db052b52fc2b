/** Every code a snapshot diagnostic can carry, with the paragraph that `patchring explain` prints. */
export const SNAPSHOT_CODES = {
  "snapshot/unreadable":
    "The snapshot file could not be opened or read: it does not exist, is a directory, or this user may not read it. Nothing was decided. Check the path (`--snapshot`, or `path` of the provider in the Fleet) and its permissions.",
  "snapshot/empty":
    "The file holds no line at all. A snapshot has at least its header line. An empty file is usually an export that failed; write it again.",
  "snapshot/compression":
    "The file is gzip, but its compressed data ends too early or is damaged (a broken download, a disk that filled up). What was read up to there is not used. Copy or write the file again.",
  "snapshot/changed":
    "The file was changed while it was read, so what was read belongs to no one state of it. Write snapshots to a temporary file and rename it, as `patchring snapshot` does, and run again.",
  "snapshot/too-large":
    "The file holds more than memory can take, or one line is longer than 64 MiB. Write one device a line, and split a fleet of that size by client or site.",
  "snapshot/not-utf8":
    "The line is not valid UTF-8. Snapshots are UTF-8 text, so that a name means the same everywhere. Export the file as UTF-8.",
  "snapshot/broken-line":
    "The line is not JSON. Every line of a snapshot is one complete JSON object; a file cut short ends in half of one. The whole file is refused, because what is missing cannot be known.",
  "snapshot/not-object":
    "The line is JSON, but no object. Every line is an object that names its `record`: header, patch or device.",
  "snapshot/header-missing":
    "The first line is not the header. A snapshot starts with a line whose `record` is `header`, with `format` and `takenAt`; without it the age and meaning of the file are unknown.",
  "snapshot/header-again":
    "A header stands where a patch or device belongs. Two snapshots that were joined into one file do this; a snapshot has one header, on its first line.",
  "snapshot/format":
    "The header's `format` is not `patchring.snapshot/1`. The file is something else, or comes from another major version, which may mean different things by the same words. Export it for this version.",
  "snapshot/unknown-record":
    "The line names a `record` other than header, patch or device. In a file of format `patchring.snapshot/1` that is refused, so that a misspelt record is not lost in silence; in a later minor version (`patchring.snapshot/1.2`) it is a warning, and the line is skipped.",
  "snapshot/order":
    "A patch stands after a device. All patches come first, then all devices, so that a fact can be checked against its patch when it is read.",
  "snapshot/counts":
    "The header's `counts` differ from what the file holds. Either the export stopped half way or lines were added or removed afterwards; decisions on part of a fleet are not safe. Export again, or leave `counts` out.",
  "snapshot/missing-field":
    "A field that must be there is absent or null: `takenAt` of the header, `id` of a patch or device, `patch` and `status` of a fact.",
  "snapshot/wrong-type":
    "A field holds another kind of value than it should (a number where a text belongs, say). Null is allowed for every optional field and means absent.",
  "snapshot/out-of-range":
    "A number is outside what it can be: `cvss` is 0 to 10; `attempts`, `sizeBytes` and the counts are not negative, and `attempts` and counts are whole.",
  "snapshot/invalid-id":
    "An id is not 1 to 200 printable characters. Ids are compared, sorted and printed everywhere, so control characters, invisible characters and line breaks are refused in them.",
  "snapshot/unknown-word":
    "A field with a closed list of words holds another word. In a fact (`status`, `approval`, `approvalBy`, `installedBy`), in `capabilities` it is an error, because the decision would be a guess; elsewhere (`type`, `category`, `severity` and the like) it is a warning, and the word is kept as it is.",
  "snapshot/instant":
    "An instant is not RFC 3339 with a zone, such as `2026-03-18T08:30:00Z`. Fractions of a second are cut. A time without a zone is refused, because it could be off by a day.",
  "snapshot/duplicate-patch": "Two patch lines have the same id. Ids are compared letter by letter.",
  "snapshot/duplicate-device":
    "Two device lines have the same id. If one machine was reported twice, keep the newer line; if they are two machines, give them different ids.",
  "snapshot/duplicate-fact":
    "One device has two facts for the same patch, and nothing says which of them is true. Keep one.",
  "snapshot/unknown-patch":
    "A fact names a patch that no patch line defines. Facts refer to patches by their `id`, letter by letter; aliases (KB, bulletin, CVE) do not count here.",
} as const;

export type SnapshotCode = keyof typeof SNAPSHOT_CODES;
