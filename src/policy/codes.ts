/** Every code that a policy diagnostic can carry, with what it means (`docs/errors.md`, `patchring explain`). */
export const POLICY_CODES = {
  "policy/yaml-syntax":
    "The text is not YAML, or a part of YAML that policy files do not use. Nothing of the document is read until it is mended.",
  "policy/yaml-tab":
    "A tab stands where YAML allows only spaces. Editors show both alike; YAML refuses tabs as indentation.",
  "policy/yaml-duplicate-key":
    "A map has the same key twice. Other tools silently keep the last one, so one of the two statements would be lost.",
  "policy/yaml-alias":
    "An alias (`*name`) cannot be resolved: its anchor is not defined before it, contains it, or the aliases of the document expand to far more than what was written.",
  "policy/yaml-tag": "A value carries a YAML tag (`!something`). Policy files hold plain data only.",
  "policy/yaml-version":
    "The document asks for another YAML version by a `%YAML` directive. Policy files are YAML 1.2: in 1.1, `yes`, `no` and `22:00` mean other things.",
  "policy/yaml-merge-key": "A merge key (`<<`) is not part of YAML 1.2 and is not read. Write the keys out.",
  "policy/yaml-key": "A key of a map is not a plain text: a list, a map, or nothing at all.",
  "policy/yaml-boolean":
    "A word such as `on` or `no` stands where true or false is meant, or the other way round. In YAML 1.2 only `true` and `false` are booleans; `yes`, `no`, `on` and `off` are texts.",
  "policy/yaml-number":
    "An unquoted number stands where a text such as a version, a name or a time is meant. YAML would drop a trailing zero (`1.10` becomes 1.1) or leading ones: put it in quotes.",
  "policy/yaml-base60":
    "An unquoted time such as `22:00` is a text in YAML 1.2, but tools that read YAML 1.1 take it for the number 1320 (base 60). Put it in quotes so that all tools agree.",
  "policy/file-too-large": "A policy file is larger than 5 MB. No person reviews such a file; split it.",
  "policy/too-deep": "A document is nested deeper than 100 levels, which no policy needs.",
  "policy/not-a-document":
    "A document of a policy file is not a map with `apiVersion`, `kind`, `metadata` and `spec`.",
  "policy/unknown-kind": "The `kind` of a document is not one that the policy language has.",
  "policy/unknown-key":
    "A map has a key that its kind does not define. Objects are closed, so that a misspelt key is never silently without effect.",
  "policy/missing-key": "A key that the kind requires is not there.",
  "policy/wrong-type": "A value has another type than its key takes.",
  "policy/wrong-value": "A value is not one of the words that its key takes.",
  "policy/out-of-range": "A number is smaller or larger than its key allows.",
  "policy/empty-list":
    "A list is empty where it must name something. To match all, leave the key out; to match nothing, remove the statement.",
  "policy/bad-name":
    "A name has other characters than lower-case letters, digits and dashes, or more than 63.",
  "policy/bad-duration": "A duration is not a whole number with a unit: `90m`, `12h`, `7d`, `2w`.",
  "policy/bad-instant":
    "An instant is neither RFC 3339 (`2026-09-01T08:00:00Z`) nor a date (`2027-01-31`), or it names a day or a time that does not exist.",
  "policy/bad-time": "A wall-clock time is not two digits, a colon and two digits, from 00:00 to 23:59.",
  "policy/bad-limit": "A limit is neither a count nor a percentage from 0% to 100%.",
  "policy/bad-text": "A text does not have the form that its key asks for.",
  "policy/unknown-timezone": "A time zone is not a name in the IANA database.",
  "policy/window-day": "A window names neither `days` nor `monthly`, or both.",
  "policy/window-never": "A window can never occur: it lasts no time, or is on no day.",
  "policy/window-gap":
    "A window starts at a wall-clock time that a clock change removes, and `dst: skip` drops it: it will not open that night.",
  "policy/schedule-never": "A schedule has no windows, so nothing that follows it is ever sent.",
  "policy/no-fleet": "The policy has no document of kind Fleet; it must have exactly one.",
  "policy/two-fleets": "The policy has more than one document of kind Fleet; it must have exactly one.",
  "policy/duplicate-name": "Two documents of one kind have the same name.",
  "policy/duplicate-rule": "Two rules of one document have the same name, so their ids would be equal.",
  "policy/unknown-ring": "A document names a ring that no document defines.",
  "policy/unknown-schedule": "A document names a schedule that no document defines.",
  "policy/unknown-profile": "The Fleet names a deadline profile that is neither shipped nor its own.",
  "policy/ring-cycle": "Rings come after each other in a circle, so none of them is first.",
  "policy/ignore-without-expiry":
    "A decision to ignore a patch has no `expires`. Ignoring for ever is a rule, not a decision: an exception must end or be renewed by a person.",
  "policy/ignore-without-reason":
    "A decision to ignore a patch has no `reason`, so nobody could tell later whether it still holds.",
  "policy/emergency-too-long": "An emergency lasts longer than 72 hours after `requestedAt`.",
  "policy/ends-before-start": "Something ends before it begins, so it is never in force.",
  "policy/missing-reason": "A statement that stops or forces patches gives no `reason`.",
  "policy/hold-without-end":
    "A hold has no `until`: it stays in force until its file is removed, and is easily forgotten.",
  "policy/secret":
    "A key of a product's settings looks like a secret. Secrets never stand in policy files: name the environment variable that holds it.",
  "policy/notice-channel":
    "A channel of `notices` cannot work as it is written: it lacks a setting of its kind, has one of another kind, shares its name, would send a password in clear, or the pilot notice names a channel that is not there.",
  "policy/promotion-evidence":
    "A promotion has no evidence, so it was not written by the reconciler. It has no effect. What must skip the soak is an Emergency.",
  "policy/promotion-digest":
    "The digest of a promotion is not the digest of its contents: it was changed after it was written, and has no effect.",
  "policy/promotion-duplicate":
    "Several promotions let one patch into one ring. One valid one is enough; the others only confuse.",
  "policy/expired": "A statement has ended. It has no effect any more and can be removed.",
  "policy/ends-soon": "A statement ends within 14 days. Renew it or let it end, but on purpose.",
} as const;
export type PolicyCode = keyof typeof POLICY_CODES;
