// Written by `npm run generate` from schemas/. Do not edit.

/**
 * One document of a policy file, as it is written.
 */
export type PolicyDocument =
  Fleet | Ring | ApprovalRules | Decision | Schedule | Freeze | Hold | Recall | Emergency | Promotion;
/**
 * Lower-case letters, digits and dashes, at most 63 characters; unique among documents of one kind.
 */
export type Name = string;
/**
 * A number and a unit: `90m`, `12h`, `7d`, `2w`. A day is exactly 24 hours.
 */
export type Duration = string;
/**
 * A count of devices (`50`), or a percentage (`25%`).
 */
export type Limit = number | string;
/**
 * Which patches: a map whose keys are joined by AND, the values of a key by OR; `{}` matches all. A list of ids or aliases is short for `{ id: [...] }`. Text values are case-insensitive globs (`*`, `?`) over the whole value.
 */
export type PatchSelector =
  | {
      /**
       * The patch's id; also matches its KB, bulletin and CVE ids. One glob or a list.
       */
      id?: string | string[];
      /**
       * The patch's title. One glob or a list.
       */
      title?: string | string[];
      /**
       * The vendor, for example `Microsoft`. One glob or a list.
       */
      vendor?: string | string[];
      /**
       * The product that it patches. One glob or a list.
       */
      product?: string | string[];
      /**
       * `security`, `critical`, `update`, `rollup`, `service-pack`, `feature`, `driver`, `definition`, `tool`, `application` or `other`. One glob or a list.
       */
      category?: string | string[];
      /**
       * `critical`, `important`, `moderate`, `low` or `unknown`. `unknown` is matched only by its literal name. One glob or a list.
       */
      severity?: string | string[];
      /**
       * CVE ids that the patch fixes: some glob matches some id.
       */
      cve?: string | string[];
      /**
       * The CVSS score, 0 to 10: matches this score and higher ones. Of a list the lowest counts.
       */
      cvssAtLeast?: number | number[];
      /**
       * Whether a vulnerability that it fixes is in CISA's list of known exploited ones.
       */
      kev?: boolean | boolean[];
      /**
       * Matches when the patch date is longer ago than this; a patch without a date does not match. A duration, such as `30d`.
       */
      olderThan?: string | Duration[];
      /**
       * Matches when the patch date is less long ago than this; a patch without a date does not match. A duration, such as `30d`.
       */
      newerThan?: string | Duration[];
      /**
       * Whether another patch of the snapshot supersedes it, whatever the device.
       */
      superseded?: boolean | boolean[];
      /**
       * `never`, `maybe`, `always` or `unknown`. `unknown` is matched only by its literal name. One glob or a list.
       */
      reboot?: string | string[];
      /**
       * `yes`, `no` or `unknown`. `unknown` is matched only by its literal name. One glob or a list.
       */
      uninstallable?: string | string[];
      /**
       * Negates a selector: matches every patch that it does not match.
       */
      not?: PatchSelector;
      /**
       * Matches when at least one of these selectors does.
       *
       * @minItems 1
       */
      any?: PatchSelector[];
    }
  | string[];
/**
 * One ring or a list of rings, by name.
 */
export type RingNames = string | string[];
/**
 * An RFC 3339 instant such as `2026-12-18T00:00:00Z`, or a date such as `2027-01-31`: the first instant after that day in the fleet's time zone (in `from`: the first instant of that day).
 */
export type Instant = string;
/**
 * An RFC 3339 instant such as `2026-03-19T03:12:00Z`.
 */
export type Timestamp = string;

/**
 * The settings of the whole fleet; exactly one per policy repository.
 */
export interface Fleet {
  /**
   * The version of the policy language.
   */
  apiVersion: "patchring/v1";
  /**
   * What the document states.
   */
  kind: "Fleet";
  /**
   * Name, owner and description of the document. A fleet without it is named `fleet`: there is only one.
   */
  metadata?: Metadata;
  /**
   * The fleet's settings.
   */
  spec: {
    /**
     * `observe` reads only, `propose` also opens pull requests, `apply` also acts on devices.
     */
    mode?: "observe" | "propose" | "apply";
    /**
     * IANA time zone of the fleet: for dates, and for devices and schedules without one of their own.
     */
    timezone?: string;
    /**
     * A device whose last scan is older than this is stale.
     */
    staleAfter?: Duration;
    /**
     * What happens to an approval that we set and that no statement backs any more: taken back, or kept.
     */
    onUnmatched?: "release" | "keep";
    /**
     * How failed installs are tried again.
     */
    retries?: {
      /**
       * How often a failed install or removal is tried, in all.
       */
      max?: number;
      /**
       * How long to wait after an attempt before the next.
       */
      backoff?: Duration;
    };
    /**
     * The patch backend: its `kind` and that product's own settings.
     */
    provider?: {
      /**
       * `file` reads a snapshot file, `apt` reads Debian machines.
       */
      kind: "file" | "apt";
      /**
       * For `file`: the snapshot file, relative to the policy repository.
       */
      path?: string;
      [k: string]: unknown | undefined;
    };
    /**
     * Where pull requests live: its `kind` and that product's own settings.
     */
    forge?: {
      /**
       * `github`, or `local` for a bare Git repository without a server.
       */
      kind: "github" | "local";
      /**
       * The repository, for example `acme/patch-policy`.
       */
      repository?: string;
      /**
       * The branch that counts.
       */
      baseBranch?: string;
      /**
       * Name of the environment variable that holds the token; never the token itself.
       */
      tokenEnv?: string;
      [k: string]: unknown | undefined;
    };
    /**
     * Where runs and the ledger are recorded: its `kind` and that product's own settings.
     */
    store?: {
      /**
       * `sqlite` keeps a file, `memory` forgets at the end.
       */
      kind: "sqlite" | "memory";
      /**
       * For `sqlite`: the database file, relative to the policy repository. Without it: `.patchring/state.db`.
       */
      path?: string;
      /**
       * For `sqlite`: the ledger file (NDJSON), relative to the policy repository. Without it: `ledger.ndjson` beside the database.
       */
      ledger?: string;
      [k: string]: unknown | undefined;
    };
    /**
     * Guards: a run that would pass one stops before its first write.
     */
    limits?: {
      /**
       * Most actions that one run may send.
       */
      actionsPerRun?: number;
      /**
       * Most devices that one run may approve, reprocess or uninstall on: a count, or a percentage of all devices.
       */
      devicesPerRun?: Limit;
      /**
       * Most removals that one run may send.
       */
      uninstallsPerRun?: number;
      /**
       * How much of the fleet may be missing against the last snapshot: a percentage, or a count.
       */
      fleetShrink?: Limit;
    };
    /**
     * Who is told when something needs a person, and how. Absent: nobody.
     */
    notices?: {
      /**
       * A notice that still holds is given again after this long; one that changed, at once.
       */
      remindAfter?: Duration;
      /**
       * Where notices go. A notice that cannot be delivered is tried again in the next run, and never fails one.
       *
       * @maxItems 20
       */
      channels?: {
        /**
         * By which messages and the ledger speak of this channel.
         */
        name: Name;
        /**
         * `webhook` posts JSON, `slack` and `teams` what their webhooks take, `mail` goes by SMTP, `file` writes into a folder.
         */
        kind: "webhook" | "slack" | "teams" | "mail" | "file";
        /**
         * Which notices it gets: `page` wants somebody now, `ticket` today, `digest` whenever there is time.
         *
         * @minItems 1
         */
        levels?: ("page" | "ticket" | "digest")[];
        /**
         * For `webhook`, `slack` and `teams`: name of the environment variable that holds the address. The address is a secret: whoever has it can post.
         */
        urlEnv?: string;
        /**
         * For `file`: the folder, relative to the policy repository.
         */
        path?: string;
        /**
         * For `mail`: the SMTP server.
         */
        host?: string;
        /**
         * For `mail`: its port. Absent: 587, with `tls: implicit` 465, with `tls: none` 25.
         */
        port?: number;
        /**
         * For `mail`: how the connection is encrypted. `none` only without a password.
         */
        tls?: "starttls" | "implicit" | "none";
        /**
         * For `mail`: name of the environment variable that holds the user name.
         */
        userEnv?: string;
        /**
         * For `mail`: name of the environment variable that holds the password.
         */
        passwordEnv?: string;
        /**
         * For `mail`: the address of the sender.
         */
        from?: string;
        /**
         * For `mail`: who gets the notices. Pilot notices go to the contacts of the devices instead.
         *
         * @minItems 1
         * @maxItems 50
         */
        to?: string[];
      }[];
      /**
       * The pilot notice: what the contacts of a first ring's devices are told before its window opens. Absent: none is sent.
       */
      pilot?: {
        /**
         * Names of the channels that it goes to: `mail` writes to each contact that is a mail address, `webhook` posts one message for each contact, `file` writes one file for each.
         *
         * @minItems 1
         */
        channels: Name[];
        /**
         * How long before the window opens.
         */
        before?: Duration;
        /**
         * Where the people report a problem: an address, a telephone number or a page, as it is shown to them.
         */
        reportTo?: string;
      };
    };
    /**
     * Which deadlines reports measure against. No verdict and no plan depends on them.
     */
    deadlines?: {
      /**
       * Names of profiles, shipped or own; the strictest that applies counts. Absent: all own ones.
       *
       * @minItems 1
       */
      profiles?: Name[];
      /**
       * Profiles of your own; one with the name of a shipped one takes its place.
       *
       * @minItems 1
       */
      own?: DeadlineProfile[];
      /**
       * What is due within this time is at risk.
       */
      warnBefore?: Duration;
      /**
       * What no policy can say but every path to a device takes; used by `patchring sla` and for the latest time to merge.
       */
      assume?: {
        /**
         * Longest time from a release to the scan that sees it.
         */
        scan?: Duration;
        /**
         * Longest time between two runs of the reconciler.
         */
        run?: Duration;
        /**
         * Longest time from an open window to enough installs for the soak to start.
         */
        quorum?: Duration;
        /**
         * Longest time from an open request to its merge.
         */
        review?: Duration;
        /**
         * Longest time from an install to its reboot; none for a patch that needs none.
         */
        reboot?: Duration;
        /**
         * How long the backend takes to accept one device's approval.
         */
        perDevice?: Duration;
      };
    };
  };
}
/**
 * Name, owner and description of the document.
 */
export interface Metadata {
  /**
   * The name by which other documents, plans and reports speak of this one.
   */
  name: Name;
  /**
   * Who answers for this document: a team or a person, as the forge spells it.
   */
  owner?: string;
  /**
   * What it is for, in a sentence.
   */
  description?: string;
}
/**
 * What a standard, or the house, asks for: how soon a patch must be on a device.
 */
export interface DeadlineProfile {
  /**
   * The name by which `profiles` and `patchring sla` know it.
   */
  name: Name;
  /**
   * How reports call it; absent means its name.
   */
  title?: string;
  /**
   * Of the standard, such as `4.0.1`.
   */
  edition?: string;
  /**
   * Where the rule stands.
   */
  source?: string;
  /**
   * No longer in force; kept for reports of older periods.
   */
  withdrawn?: boolean;
  /**
   * Whether a decision to ignore a patch, which ends, is accepted as an exception.
   */
  exceptions?: "accepted" | "refused";
  /**
   * What a patch without `ssvc` counts as.
   */
  unknown?: {
    /**
     * Whether it counts as automatable.
     */
    automatable?: "yes" | "no";
    /**
     * Which technical impact it counts as.
     */
    impact?: "partial" | "total";
  };
  /**
   * Its lines. Of several that match, the earliest due date counts.
   *
   * @minItems 1
   */
  tiers: DeadlineTier[];
}
/**
 * One line of a deadline profile: which patches on which devices, by when.
 */
export interface DeadlineTier {
  /**
   * What the line is called in reports.
   */
  name: Name;
  /**
   * Which patches it asks for; absent means all.
   */
  patches?: PatchSelector;
  /**
   * On which devices; absent means all.
   */
  devices?: DeviceSelector;
  /**
   * Only where exploitation can, or cannot, be automated (`ssvc` of the patch); absent means either.
   */
  automatable?: "yes" | "no";
  /**
   * Only where exploitation gives this technical impact (`ssvc` of the patch); absent means either.
   */
  impact?: "partial" | "total";
  /**
   * How long after the clock starts: `48h`, `14d`, `1mo` (a month of the calendar), or `next-upgrade` (no due date).
   */
  within: string;
  /**
   * What starts the clock: the release, the day that it was first seen, the day that it was added to the list of known exploited ones (the release, if later), or the end of the day that this list names.
   */
  from?: "release" | "first-seen" | "kev-added" | "kev-due";
  /**
   * What must be done besides patching, such as `forensic triage`.
   */
  task?: string;
}
/**
 * Which devices: a map whose keys are joined by AND, the values of a key by OR; `{}` matches all. Text values are case-insensitive globs (`*`, `?`) over the whole value.
 */
export interface DeviceSelector {
  /**
   * The device's id. One glob or a list.
   */
  id?: string | string[];
  /**
   * The device's name. One glob or a list.
   */
  name?: string | string[];
  /**
   * The client that the device belongs to. One glob or a list.
   */
  client?: string | string[];
  /**
   * The site that the device stands at. One glob or a list.
   */
  site?: string | string[];
  /**
   * `server` or `workstation`. One glob or a list.
   */
  type?: string | string[];
  /**
   * `windows`, `linux`, `macos` or `other`. One glob or a list.
   */
  osFamily?: string | string[];
  /**
   * Operating system as "name version", for example `Windows 11 24H2`. One glob or a list.
   */
  os?: string | string[];
  /**
   * Matches when some glob matches some tag of the device.
   */
  tags?: string | string[];
  /**
   * Matches when each glob matches some tag of the device.
   */
  allTags?: string | string[];
  /**
   * Business applications found on the device: some glob matches some application.
   */
  apps?: string | string[];
  /**
   * Business-critical or not.
   */
  critical?: boolean | boolean[];
  /**
   * Reachable from outside: `yes`, `no` or `unknown`. `unknown` is matched only by its literal name. One glob or a list.
   */
  exposed?: string | string[];
  /**
   * Negates a selector: matches every device that it does not match.
   */
  not?: DeviceSelector;
  /**
   * Matches when at least one of these selectors does.
   *
   * @minItems 1
   */
  any?: DeviceSelector[];
}
/**
 * A group of devices that gets patches at the same stage. Rings follow each other.
 */
export interface Ring {
  /**
   * The version of the policy language.
   */
  apiVersion: "patchring/v1";
  /**
   * What the document states.
   */
  kind: "Ring";
  /**
   * Name, owner and description of the document.
   */
  metadata: Metadata;
  /**
   * The ring.
   */
  spec: {
    /**
     * The ring that gets patches before this one. Absent on a first ring; several first rings may exist.
     */
    after?: string;
    /**
     * Which devices. Absent means all.
     */
    devices?: DeviceSelector;
    /**
     * Name of the Schedule whose windows this ring installs in. Absent means always open.
     */
    schedule?: string;
    /**
     * How long a patch is watched in the ring before this one.
     */
    soak?: {
      /**
       * How long a patch stays in the ring before this one after the clock has started.
       */
      for?: Duration;
      /**
       * What starts the clock: enough installs (`quorum`), the first install, or the first approval.
       */
      clock?: "quorum" | "first-install" | "approved";
      /**
       * For clock `quorum`: when enough devices have the patch.
       */
      quorum?: Quorum;
    };
    /**
     * What must be true of the ring before this one, besides the soak.
     */
    gates?: {
      /**
       * Percent of the eligible devices of the ring before that must have it installed, 0 to 100.
       */
      installedPercent?: number;
      /**
       * How many failed devices are tolerated in the ring before.
       */
      failedDevices?: number;
      /**
       * What percentage of failed devices is tolerated in the ring before, 0 to 100.
       */
      failedPercent?: number;
      /**
       * Attributes of which each value found in this ring must have been proven in the ring before: `os`, `type`, `site`, `client`, `app`, `tag:<prefix>`.
       *
       * Items: One attribute.
       */
      coverage?: string[];
    };
    /**
     * How patches get into this ring.
     */
    promotion?: {
      /**
       * Who merges the promotion: people, or the reconciler itself once every gate and check is open.
       */
      by?: "pull-request" | "auto";
      /**
       * People or teams asked to review, as the forge spells them.
       *
       * Items: One person or team.
       */
      reviewers?: string[];
      /**
       * Most patches in one pull request.
       */
      maxPatches?: number;
    };
    /**
     * When `reconcile` stops to approve a patch in this ring because it fails here. Absent: the strictest `gates.failedDevices` and `gates.failedPercent` of the rings after this one; on a last ring its own. With `brake` only what it names is a limit, so `{}` never brakes.
     */
    brake?: {
      /**
       * Failed devices of this ring that are tolerated for one patch.
       */
      failedDevices?: number;
      /**
       * Percentage of failed devices of this ring that is tolerated for one patch, 0 to 100.
       */
      failedPercent?: number;
    };
  };
}
/**
 * When enough devices have the patch for the soak clock to start.
 */
export interface Quorum {
  /**
   * Percent of the eligible devices that must have it installed before the soak clock starts, 0 to 100.
   */
  percent?: number;
  /**
   * At least this many devices, whatever the percentage says.
   */
  minDevices?: number;
}
/**
 * Rules that say which patches are approved, ignored or left to a person.
 */
export interface ApprovalRules {
  /**
   * The version of the policy language.
   */
  apiVersion: "patchring/v1";
  /**
   * What the document states.
   */
  kind: "ApprovalRules";
  /**
   * Name, owner and description of the document.
   */
  metadata: Metadata;
  /**
   * The rules.
   */
  spec: {
    /**
     * The rules. Their order never matters.
     *
     * Items: One rule.
     */
    rules: {
      /**
       * The rule's name, unique in its document; its id is `<document>/<rule>`.
       */
      name: Name;
      /**
       * Which patches: a list of ids or aliases, or a patch selector. Absent means all.
       */
      patches?: PatchSelector;
      /**
       * Which devices. Absent means all.
       */
      devices?: DeviceSelector;
      /**
       * In which rings: one name or a list. Absent means all.
       */
      rings?: RingNames;
      /**
       * What happens to the patches that match.
       */
      then: "approve" | "ignore" | "manual";
      /**
       * In a first ring: wait this long after the patch date.
       */
      delay?: Duration;
      /**
       * In a later ring: instead of the ring's `soak.for`. Absent means the ring's.
       */
      soak?: Duration;
      /**
       * Name of a Schedule, instead of the ring's. Absent means the ring's.
       */
      schedule?: string;
      /**
       * The highest priority that matches decides; among equals ignore beats manual beats approve.
       */
      priority?: number;
      /**
       * Why the rule is there, for whoever reads a plan.
       */
      rationale?: string;
    }[];
  };
}
/**
 * A person's decision about named patches.
 */
export interface Decision {
  /**
   * The version of the policy language.
   */
  apiVersion: "patchring/v1";
  /**
   * What the document states.
   */
  kind: "Decision";
  /**
   * Name, owner and description of the document.
   */
  metadata: Metadata;
  /**
   * The decision.
   */
  spec: {
    /**
     * Which patches: a list of ids or aliases, or a patch selector.
     */
    patches: PatchSelector;
    /**
     * Which devices. Absent means all.
     */
    devices?: DeviceSelector;
    /**
     * What is decided.
     */
    action: "approve" | "ignore" | "manual";
    /**
     * Why; required for `ignore`.
     */
    reason?: string;
    /**
     * The ticket or change that it belongs to.
     */
    ticket?: string;
    /**
     * The decision is in force until then; required for `ignore`. Absent means for ever.
     */
    expires?: Instant;
    /**
     * True: no narrower decision overrides it.
     */
    locked?: boolean;
  };
}
/**
 * Maintenance windows: when actions may be sent.
 */
export interface Schedule {
  /**
   * The version of the policy language.
   */
  apiVersion: "patchring/v1";
  /**
   * What the document states.
   */
  kind: "Schedule";
  /**
   * Name, owner and description of the document.
   */
  metadata: Metadata;
  /**
   * The schedule.
   */
  spec: {
    /**
     * `device` (the device's own zone, else the fleet's), or an IANA name.
     */
    timezone?: string;
    /**
     * What happens to a start that a clock change removes: it moves to the first instant after the gap, or the window is dropped.
     */
    dst?: "shift-forward" | "skip";
    /**
     * The windows; the schedule is open while at least one is.
     *
     * Items: One window: `days` or `monthly`, a start and a duration.
     */
    windows: {
      /**
       * Weekly: on these days.
       *
       * Items: A day of the week.
       */
      days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
      /**
       * Monthly: on the nth such weekday of the month, for example Patch Tuesday and three days.
       */
      monthly?: {
        /**
         * The day of the week.
         */
        weekday: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
        /**
         * Which one of the month: 1 to 5, or `last`. A month without a fifth one has no window.
         */
        nth: 1 | 2 | 3 | 4 | 5 | "last";
        /**
         * Whole days added to that date; may reach into the next month.
         */
        offset?: Duration;
      };
      /**
       * Wall-clock time at which the window opens, in quotes: `"22:00"`.
       */
      start: string;
      /**
       * How long it stays open, exactly.
       */
      duration: Duration;
    }[];
  };
}
/**
 * A time in which nothing is approved, reprocessed, uninstalled or promoted; ignore and do-nothing go on.
 */
export interface Freeze {
  /**
   * The version of the policy language.
   */
  apiVersion: "patchring/v1";
  /**
   * What the document states.
   */
  kind: "Freeze";
  /**
   * Name, owner and description of the document.
   */
  metadata: Metadata;
  /**
   * The freeze.
   */
  spec: {
    /**
     * First instant of the freeze; a date means the first instant of that day.
     */
    from: Instant;
    /**
     * End of the freeze, exclusive; a date means the first instant after that day.
     */
    to: Instant;
    /**
     * Which devices. Absent means all.
     */
    devices?: DeviceSelector;
    /**
     * Approvals in force are left as they are, or taken back for the time of the freeze.
     */
    pending?: "leave" | "withdraw";
    /**
     * Why, for whoever reads it later.
     */
    reason?: string;
  };
}
/**
 * Stops patches with which a problem was found.
 */
export interface Hold {
  /**
   * The version of the policy language.
   */
  apiVersion: "patchring/v1";
  /**
   * What the document states.
   */
  kind: "Hold";
  /**
   * Name, owner and description of the document.
   */
  metadata: Metadata;
  /**
   * The hold.
   */
  spec: {
    /**
     * Which patches: a list of ids or aliases, or a patch selector.
     */
    patches: PatchSelector;
    /**
     * In which rings: one name or a list. Absent means all.
     */
    rings?: RingNames;
    /**
     * Which devices. Absent means all.
     */
    devices?: DeviceSelector;
    /**
     * Why, for whoever reads it later.
     */
    reason?: string;
    /**
     * The ticket or change that it belongs to.
     */
    ticket?: string;
    /**
     * The hold is in force until then. Absent means until the file is removed.
     */
    until?: Instant;
  };
}
/**
 * The rollback plan: never again, and removed where installed if it says so.
 */
export interface Recall {
  /**
   * The version of the policy language.
   */
  apiVersion: "patchring/v1";
  /**
   * What the document states.
   */
  kind: "Recall";
  /**
   * Name, owner and description of the document.
   */
  metadata: Metadata;
  /**
   * The recall.
   */
  spec: {
    /**
     * Which patches: a list of ids or aliases, or a patch selector.
     */
    patches: PatchSelector;
    /**
     * Which devices. Absent means all.
     */
    devices?: DeviceSelector;
    /**
     * True: also remove it where it is installed.
     */
    uninstall?: boolean;
    /**
     * Most devices that a run may remove it from. Absent means no limit of its own.
     */
    maxDevices?: number;
    /**
     * Obstacles that its own actions do not wait for.
     *
     * Items: One obstacle.
     */
    skip?: ("window" | "freeze")[];
    /**
     * Why, for whoever reads it later.
     */
    reason?: string;
    /**
     * The ticket or change that it belongs to.
     */
    ticket?: string;
  };
}
/**
 * Hours, not days: skips named gates only, and expires.
 */
export interface Emergency {
  /**
   * The version of the policy language.
   */
  apiVersion: "patchring/v1";
  /**
   * What the document states.
   */
  kind: "Emergency";
  /**
   * Name, owner and description of the document.
   */
  metadata: Metadata;
  /**
   * The emergency.
   */
  spec: {
    /**
     * Which patches: a list of ids or aliases, or a patch selector.
     */
    patches: PatchSelector;
    /**
     * Which devices. Absent means all.
     */
    devices?: DeviceSelector;
    /**
     * Gates that it skips.
     *
     * Items: One gate.
     */
    skip?: ("promotion" | "window" | "freeze")[];
    /**
     * Why, for whoever reads it later.
     */
    reason?: string;
    /**
     * The ticket or change that it belongs to.
     */
    ticket?: string;
    /**
     * When it was asked for; in force from then.
     */
    requestedAt: Instant;
    /**
     * When it ends: 72 hours after `requestedAt` at most.
     */
    expiresAt: Instant;
  };
}
/**
 * One patch let into one ring, with the evidence. Written by the reconciler, never by hand.
 */
export interface Promotion {
  /**
   * The version of the policy language.
   */
  apiVersion: "patchring/v1";
  /**
   * What the document states.
   */
  kind: "Promotion";
  /**
   * Name, owner and description of the document.
   */
  metadata: Metadata;
  /**
   * The promotion.
   */
  spec: {
    /**
     * The patch.
     */
    patch: {
      /**
       * The patch's id.
       */
      id: string;
      /**
       * The patch's revision, as the backend gave it.
       */
      revision?: number | string;
      /**
       * The patch's title, for the reader.
       */
      title?: string;
      /**
       * The patch's severity, for the reader.
       */
      severity?: string;
    };
    /**
     * The ring that it was proven in.
     */
    from: string;
    /**
     * The ring that it is let into.
     */
    to: string;
    /**
     * The rule that wanted it, for the reader.
     */
    rule?: {
      /**
       * The rule's id, or the decision or emergency that made it a candidate.
       */
      id?: string;
      /**
       * The file that the rule stands in.
       */
      file?: string;
      /**
       * The policy commit that was evaluated.
       */
      policyCommit?: string;
    };
    /**
     * What the ring before had shown.
     */
    evidence: {
      /**
       * When the evidence was computed.
       */
      at: Timestamp;
      /**
       * Digest of the snapshot that it was computed from.
       */
      snapshot?: string;
      /**
       * The soak, as it was met.
       */
      soak: {
        /**
         * The soak that was asked for.
         */
        for?: Duration;
        /**
         * What started the clock.
         */
        clock: "quorum" | "first-install" | "approved";
        /**
         * For clock `quorum`: what was asked for.
         */
        quorum?: {
          /**
           * The percentage that was asked for, 0 to 100.
           */
          percent: number;
          /**
           * The count that was asked for.
           */
          minDevices: number;
        };
        /**
         * When the clock started.
         */
        t0: Timestamp;
        /**
         * When the soak was over.
         */
        metAt: Timestamp;
      };
      /**
       * Devices that counted.
       */
      eligible: number;
      /**
       * Of these, installed.
       */
      installed: number;
      /**
       * Of these, failed.
       */
      failed: number;
      /**
       * Of these, anything else.
       */
      pending: number;
      /**
       * For each attribute that the gate names, the values proven and their device counts.
       */
      coverage?: {
        /**
         * Device counts by value.
         */
        [k: string]:
          | {
              [k: string]: number | undefined;
            }
          | undefined;
      };
    };
    /**
     * `sha256:` and the hex digest of the canonical JSON (RFC 8785) of `spec` without `digest`.
     */
    digest: string;
  };
}
