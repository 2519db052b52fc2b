// What happened to each patch, the same for every example fleet: which devices need it, which rule
// approves it, how fast the pilots installed it, and into which rings it was promoted by 2026-06-17.

const WORKSTATIONS_11 = ["w11-24", "w11-25"];
const WINDOWS_SERVERS = ["s16", "s19", "s22", "s25"];

/**
 * `workstations` and `servers` name the fleet's later rings, `rules` its rule ids by subject, `sevenZip` the
 * rings into which the newest 7-Zip was promoted.
 */
export function commonStories({ workstations, servers, rules, sevenZip = [workstations] }) {
  const ws = [workstations];
  const srv = [servers];
  const both = workstations === servers ? [workstations] : [workstations, servers];
  const windows = (id, os, promoted, more = {}) => ({ id, os, rule: rules.windows, promoted, ...more });
  const debian = (id, promoted, more = {}) => ({
    id: `apt:${id}`,
    os: ["d11"],
    rule: rules.debian,
    promoted,
    ...more,
  });
  const app = (id, roles, promoted, more = {}) => ({
    id: `app:${id}`,
    roles,
    rule: rules.applications,
    delayDays: 3,
    promoted,
    ...more,
  });
  return [
    // Windows: April and May are in production, June is in pilot.
    windows("KB5079473", WORKSTATIONS_11, ws),
    windows("KB5083769", WORKSTATIONS_11, ws),
    windows("KB5089549", WORKSTATIONS_11, ws),
    windows("KB5094126", WORKSTATIONS_11, [], { lagHours: [8, 40] }),
    windows("KB5078885", ["w10"], ws),
    windows("KB5082200", ["w10"], ws),
    windows("KB5094127", ["w10"], [], { lagHours: [2, 9] }),
    windows("KB5082123", ["s19"], srv),
    windows("KB5087538", ["s19"], srv),
    windows("KB5094123", ["s19"], [], { lagHours: [30, 60] }),
    windows("KB5082142", ["s22"], srv),
    windows("KB5087545", ["s22"], srv),
    windows("KB5094128", ["s22"], [], { lagHours: [2, 10] }),
    windows("KB4598243", ["s16"], srv),
    // Debian 11 security.
    debian("libcurl4@7.74.0-1.3+deb11u16", srv),
    debian("git@1:2.30.2-1+deb11u5", srv, { rule: rules.exploited ?? rules.debian }),
    debian("gpgv@2.2.27-2+deb11u3", srv),
    debian("perl-base@5.32.1-4+deb11u5", srv),
    debian("libsystemd0@247.3-7+deb11u8", srv),
    debian("libmodule-scandeps-perl@1.30-1+deb11u1", srv, { firstSeenAt: "2026-04-20T05:10:00Z" }),
    debian("openssh-server@1:8.4p1-5+deb11u7", srv),
    debian("openssh-client@1:8.4p1-5+deb11u7", srv),
    debian("libkrb5-3@1.18.3-6+deb11u8", srv),
    debian("libnghttp2-14@1.43.0-1+deb11u3", srv),
    debian("libgnutls30@3.7.1-5+deb11u10", srv),
    debian("rsync@3.2.3-4+deb11u4", srv),
    debian("python3.9-minimal@3.9.2-1+deb11u7", srv),
    debian("libc6@2.31-13+deb11u14", srv),
    debian("libc-bin@2.31-13+deb11u14", srv),
    debian("sudo@1.9.5p2-3+deb11u4", srv),
    debian("libxml2@2.9.10+dfsg-6.7+deb11u10", srv, { mergedAt: "2026-06-16T14:20:00Z" }),
    debian("libssl1.1@1.1.1w-0+deb11u8", []),
    debian("openssl@1.1.1w-0+deb11u8", []),
    // Applications.
    app("7zip@26.00", ["office", "label"], ws),
    app("7zip@26.01", ["office", "label", "cnc"], sevenZip),
    app("git@2.53.0.3", ["dev"], ws),
    app("git@2.54.0", ["dev"], ws),
    app("gh@2.93.0", ["dev"], ws),
    app("gh@2.94.0", ["dev"], []),
    app("python@3.14.5", ["dev"], ws),
    app("python@3.14.6", ["dev"], []),
    app("terraform@1.15.5", ["dev"], ws),
    app("terraform@1.15.6", ["dev"], []),
    app("azure-cli@2.86.0", ["dev", "file"], both, { rule: rules.tools }),
    app("azure-cli@2.87.0", ["dev"], ws, { rule: rules.tools, mergedAt: "2026-06-17T08:41:00Z" }),
    app("pwsh@7.6.2", ["file", "app", "host"], srv, { os: WINDOWS_SERVERS, rule: rules.tools }),
    app("pwsh@7.6.3", ["file", "app", "host"], [], { os: WINDOWS_SERVERS, rule: rules.tools }),
    app("docker@29.5.2", ["container"], srv),
    app("docker@29.5.3", ["container"], []),
    app("kubectl@1.36.1", ["container"], srv),
    app("kubectl@1.36.2", ["container"], []),
    app("helm@4.2.0", ["container"], srv),
    app("helm@4.2.1", ["container"], []),
    app("nodejs-lts@24.15.0", ["web"], srv),
    app("nodejs-lts@24.16.0", ["web"], srv, { mergedAt: "2026-06-17T07:12:00Z" }),
  ];
}
