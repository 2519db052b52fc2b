/** Every code that a diagnostic of the apt provider carries, with the paragraph that `patchring explain` prints. */
export const APT_CODES = {
  "apt/options":
    "`provider` of the Fleet with `kind: apt` has a key that is not known, or a value that cannot be meant. Known keys: inventory, state, concurrency, connectSeconds, scanSeconds, installSeconds, lockSeconds, refresh, listsMaxAge, tracker.",
  "apt/inventory-unreadable":
    "The inventory file could not be read: it does not exist, or this user may not read it. Nothing was scanned.",
  "apt/inventory":
    "The inventory file is not YAML, has an unknown key, or a value that cannot be meant. No host was scanned, since a fleet that is read in part would look like one that shrank.",
  "apt/duplicate-host":
    "Two hosts of the inventory have the same id. Ids name devices in plans and in the ledger; give each its own.",
  "apt/host-unreachable":
    "A host could not be scanned: it is down, slow, refuses the key, or its host key is not the known one. The device keeps what its last scan said and becomes stale with time; it gets only `ignore` and `do-nothing`. The others go on.",
  "apt/lists-old":
    "The package lists of a host are old, missing, or could not be brought up to date, so that its scan says nothing about newer patches. The device counts as scanned at the time of its lists. Run `apt-get update` there and look at what it says.",
  "apt/tracker-unreadable":
    "The file of Debian's security tracker that the provider names is not there or is not its JSON. What patches fix is then told by changelogs alone.",
} as const;

export type AptCode = keyof typeof APT_CODES;
