import { expect, it } from "vitest";
import { renderPlanMarkdown } from "../../../src/report/markdown/plan.ts";
import { hostileContext, hostilePlan } from "../hostile-plan.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { storyContext, storyPlan } from "../story.ts";

it("reads like the text, dangers first", () => {
  expect(renderPlanMarkdown(storyPlan, storyContext)).toMatchInlineSnapshot(`
    "## Would send 246 actions to 215 of 412 devices. A guard would stop the run.

    **204 approve, 5 ignore, 31 do-nothing, 4 reprocess, 2 uninstall. 5 destructive.** Not sent now: 16 scheduled, 17 blocked, 381 waiting.

    > [!CAUTION]
    > **Stopped by a guard.** apply and reconcile would stop with exit code 5 before their first write.

    | State | Guard | Value | Limit | Counts |
    | --- | --- | --: | --: | --- |
    | **TRIPPED** | \`recallMaxDevices:pull-kb5990160\` | 2 | 1 | devices it would remove from |

    ### Removals and releases: 2 uninstall, 31 do-nothing

    | Change | Devices | Patch | Ring | Decided by | Why |
    | --- | --: | --- | --- | --- | --- |
    | ✗ uninstall | 2 | \`KB5990160\` Update for label printers<br>severity unknown, released 2026-03-12, removal unknown | pilot | \`Recall/pull-kb5990160\`<br>\`recalls/pull-kb5990160.yaml:3\` | \`RECALLED\`: a recall names it; now 2 installed |
    | ~ do-nothing | 31 | \`app:java@8u441\` Java 8 Update 441<br>important, released 2026-01-20 | production | no statement | \`NO_RULE\`: no policy statement speaks of it; now 31 ignored |

    do-nothing is a release: the backend's own rules decide again. It is not a no-op: where those rules would install, the patch is installed.

    ### Ignores that take back an approval: 3

    | Change | Devices | Patch | Ring | Decided by | Why |
    | --- | --: | --- | --- | --- | --- |
    | - ignore | 3 | \`KB2724197\` Security Update for Windows Kernel<br>important, released 2012-10-09 | production | \`Decision/ignore-kb2724197-on-cnc\`<br>\`decisions/cnc.yaml:3\` | \`DECIDED\`: a person decided it; now 3 pending |

    ### Other actions: 210

    | Change | Devices | Patch | Ring | Decided by | Why |
    | --- | --: | --- | --- | --- | --- |
    | - ignore | 2 | \`KB2724197\` Security Update for Windows Kernel<br>important, released 2012-10-09 | production | \`Decision/ignore-kb2724197-on-cnc\`<br>\`decisions/cnc.yaml:3\` | \`DECIDED\`: a person decided it; now 2 missing |
    | + approve | 204 | \`app:google-chrome@146.0.1\` Google Chrome 146.0.1<br>critical, first seen 2026-03-11 | production | \`browsers/critical\`<br>\`rules/browsers.yaml:9\` | \`PROMOTED\`: its promotion was merged; now 204 missing |
    | ↻ reprocess | 4 | \`KB5990155\` 2026-03 Cumulative Update for Windows Server 2022<br>critical, released 2026-03-10, cannot be removed | pilot | \`microsoft/security\`<br>\`rules/microsoft.yaml:14\` | \`APPROVED\`: the rule approves it; now 4 failed |

    ### Scheduled: 16, would be sent when the obstacle is gone

    | Change | Devices | Patch | Ring | Decided by | Why |
    | --- | --: | --- | --- | --- | --- |
    | ↻ reprocess | 1 | \`KB5990155\` 2026-03 Cumulative Update for Windows Server 2022<br>critical, released 2026-03-10, cannot be removed | pilot | \`microsoft/security\`<br>\`rules/microsoft.yaml:14\` | opens 2026-03-18T15:40:00Z (in 6 h 40 min); \`RETRY_BACKOFF\`: the next retry is not due yet; now 1 failed |
    | + approve | 3 | \`KB5990155\` 2026-03 Cumulative Update for Windows Server 2022<br>critical, released 2026-03-10, cannot be removed | pilot | \`microsoft/security\`<br>\`rules/microsoft.yaml:14\` | opens 2026-04-01T00:00:00Z (in 13 d 15 h); \`FROZEN\`: a freeze covers the device; now 3 missing |
    | + approve | 12 | \`KB5990141\` 2026-03 Cumulative Update for Windows 11<br>critical, released 2026-03-10 | pilot | \`microsoft/security\`<br>\`rules/microsoft.yaml:14\` | opens 2026-03-19T20:00:00Z (in 1 d 11 h); \`WINDOW\`: the maintenance window of the device is shut; now 12 missing |

    ### Blocked: 17, would not be sent

    | Change | Devices | Patch | Ring | Decided by | Why |
    | --- | --: | --- | --- | --- | --- |
    | ✗ uninstall | 1 | \`KB5990160\` Update for label printers<br>severity unknown, released 2026-03-12, removal unknown | pilot | \`Recall/pull-kb5990160\`<br>\`recalls/pull-kb5990160.yaml:3\` | \`REBOOT_FIRST\`: the device must be rebooted first; now 1 reboot-required |
    | + approve | 16 | \`app:google-chrome@146.0.1\` Google Chrome 146.0.1<br>critical, first seen 2026-03-11 | production | \`browsers/critical\`<br>\`rules/browsers.yaml:9\` | \`STALE_SCAN\`: the last scan of the device is too old; now 16 missing |

    ### Waiting: 381 facts, not to be installed before the gate opens

    | Devices | Patch | Ring | Waits for | Until |
    | --: | --- | --- | --- | --- |
    | 24 | \`KB5990170\` 2026-03 .NET Framework Update<br>moderate, detected 2026-03-17 | pilot | \`DELAY\`: the rule's delay after the patch date | 2026-03-20T17:00:00Z (in 2 d 8 h) |
    | 289 | \`KB5990141\` 2026-03 Cumulative Update for Windows 11<br>critical, released 2026-03-10 | production | \`SOAK\`: the soak in the ring before | 2026-03-19T03:10:00Z (in 18 h 10 min) |
    | 68 | \`KB5990155\` 2026-03 Cumulative Update for Windows Server 2022<br>critical, released 2026-03-10, cannot be removed | production | \`INSTALLED_PERCENT\`: not enough of the ring before has it installed | no time known |

    ### Guards

    | State | Guard | Value | Limit | Counts |
    | --- | --- | --: | --: | --- |
    | ok | \`actionsPerRun\` | 246 | 500 | actions in one run |
    | ok | \`devicesPerRun\` | 210 | 247 | devices to approve, retry or remove on |
    | ok | \`uninstallsPerRun\` | 2 | 10 | removals in one run |
    | **TRIPPED** | \`recallMaxDevices:pull-kb5990160\` | 2 | 1 | devices it would remove from |
    | ok | \`emptySnapshot\` | 412 | 1 | devices in the snapshot (at least 1) |
    | ok | \`incompleteSnapshot\` | 0 | 0 | 1: the backend stopped half way |

    Stale devices: 16 of 412 devices, by the time of their last scan. They would get only ignore and do-nothing.

    Verdicts on 12,077 facts: 4,210 approve, 5 ignore, 3 uninstall, 381 wait, 12 manual, 940 superseded, 6,526 leave.

    ### Findings: 1

    - rules/third-party.yaml:3:5: warning: Rule decides nothing &#91;policy/dead-rule&#93;

    <details><summary>Devices by site (2 sites)</summary>

    | Client | Site | Devices | approve | ignore | do-nothing | reprocess | uninstall |
    | --- | --- | --: | --: | --: | --: | --: | --: |
    | Harbor Dental | London | 121 | 121 | 0 | 19 | 0 | 0 |
    | Northwind | Leeds | 94 | 83 | 5 | 12 | 4 | 2 |

    </details>

    <details><summary>All totals</summary>

    | Total | Count |
    | --- | --: |
    | approve | 204 |
    | ignore | 5 |
    | do-nothing | 31 |
    | reprocess | 4 |
    | uninstall | 2 |
    | actions | 246 |
    | devices with actions | 215 |
    | destructive | 5 |
    | take back an approval | 3 |
    | scheduled | 16 |
    | blocked | 17 |
    | waiting | 381 |
    | tripped guards | 1 |
    | devices | 412 |
    | stale devices | 16 |
    | patches | 88 |
    | facts | 12,077 |
    | verdict approve | 4,210 |
    | verdict ignore | 5 |
    | verdict uninstall | 3 |
    | verdict wait | 381 |
    | verdict manual | 12 |
    | verdict superseded | 940 |
    | verdict leave | 6,526 |

    </details>

    Policy \`4e1c9d2f60b1a7730e9d2b6c1f5a8e4477c0d913\`, \`sha256:9b1f4c6d0a52e7738c1e94b7d60f2a85c3f7196e4d08ab5271c9e30f846bd2a7\`. Snapshot taken 2026-03-18T08:30:00Z (30 min earlier), \`sha256:7f3a0c55e19d8b2641f7ca3e90d5b862147ce0f93ab86d25f014c7e9a2b3d816\`. Seen from 2026-03-18T09:00:00Z.

    Next: \`patchring why ws-pilot-001 KB5990160\` · \`patchring explain REBOOT_FIRST\` · \`patchring plan --json\`
    "
  `);
});

/** The shape of a page: for each line the number of pipes, and which tags there are. */
function shape(markdown: string): { readonly pipes: string; readonly tags: string } {
  const outsideCode = markdown.replace(/`[^`\n]*`/g, "CODE").replace(/<\/?code>/g, "");
  return {
    pipes: outsideCode
      .split("\n")
      .map((line) => line.split("|").length - 1)
      .join(" "),
    tags: [...outsideCode.matchAll(/<[^>]*>/g)].join(" "),
  };
}

const harmless = shape(renderPlanMarkdown(hostilePlan("x"), hostileContext("x")));
it.each(HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
  "keeps its cells, lines and tags for %s",
  (_name, text) => {
    const markdown = renderPlanMarkdown(hostilePlan(text), hostileContext(text));
    expect(shape(markdown)).toEqual(harmless);
    const visible = markdown.replace(/`[^`\n]*`/g, "");
    expect(visible).not.toMatch(/!\[|\]\(|:\/\/|\bwww\.|\bGH-\d/i);
    expect(visible.replace(/&#\d+;/g, "")).not.toMatch(/[@#]\w/);
  },
);

it.each([60_000, 8_000, 5_000])(
  "of a plan too large for %i characters drops the harmless rows",
  (maxLength) => {
    const approve = storyPlan.actions.find(({ action }) => action === "approve")!;
    const actions = [
      ...storyPlan.actions,
      ...Array.from({ length: 3000 }, (_, index) => ({
        ...approve,
        patch: `KB${6_000_000 + index}`,
        device: "x",
      })),
    ];
    const markdown = renderPlanMarkdown({ ...storyPlan, actions }, storyContext, {
      maxRows: null,
      maxLength,
    });
    expect(markdown.length).toBeLessThanOrEqual(maxLength);
    expect(markdown).toContain("✗ uninstall | 2 |");
    expect(markdown).toContain("### Removals and releases: 2 uninstall, 31 do-nothing");
    expect(markdown).toMatch(/… and [\d,]+ more groups with [\d,]+ actions: not shown here\./);
    expect(markdown.split("<details>").length).toBe(markdown.split("</details>").length);
  },
);
