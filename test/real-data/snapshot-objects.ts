/** Plain objects of a snapshot file (design 1.6), as the importers return them. */

export interface SnapshotHeaderObject {
  readonly record: "header";
  readonly format: "patchring.snapshot/1";
  readonly takenAt: string;
  readonly provider: string;
  readonly complete: boolean;
  readonly capabilities: {
    readonly actions: readonly string[];
    readonly holdIsSafe: boolean;
    readonly schedules: "backend" | "reconciler";
  };
  readonly counts: { readonly patches: number; readonly devices: number; readonly facts: number };
}

export interface PatchObject {
  readonly record: "patch";
  readonly id: string;
  readonly title?: string;
  readonly vendor?: string;
  readonly product?: string;
  readonly category?: string;
  readonly severity?: string;
  readonly kb?: string;
  readonly bulletin?: string;
  readonly cves?: readonly string[];
  readonly cvss?: number;
  readonly reboot?: string;
  readonly releasedAt?: string;
  readonly supersedes?: readonly string[];
}

export interface FactObject {
  readonly patch: string;
  readonly status: "installed" | "missing";
  readonly installedAt?: string;
  readonly installedBy?: "unknown";
}

export interface DeviceObject {
  readonly record: "device";
  readonly id: string;
  readonly name: string;
  readonly client: string;
  readonly site: string;
  readonly type: "server" | "workstation";
  readonly os: {
    readonly family: "windows";
    readonly name: string;
    readonly version?: string;
    readonly arch: string;
  };
  readonly scannedAt: string;
  readonly facts: readonly FactObject[];
}

export interface SnapshotObjects {
  readonly header: SnapshotHeaderObject;
  readonly patches: readonly PatchObject[];
  readonly devices: readonly DeviceObject[];
}

/** Puts the parts together; each patch stands once (the first record of an id wins). */
export function composeSnapshot(
  takenAt: string,
  patches: readonly PatchObject[],
  devices: readonly DeviceObject[],
): SnapshotObjects {
  const unique = [...new Map([...patches].reverse().map((patch) => [patch.id, patch])).values()];
  unique.sort((a, b) => (a.id < b.id ? -1 : 1));
  const facts = devices.reduce((sum, device) => sum + device.facts.length, 0);
  const header: SnapshotHeaderObject = {
    record: "header",
    format: "patchring.snapshot/1",
    takenAt,
    provider: "file",
    complete: true,
    capabilities: {
      actions: ["approve", "ignore", "do-nothing", "reprocess", "uninstall"],
      holdIsSafe: true,
      schedules: "reconciler",
    },
    counts: { patches: unique.length, devices: devices.length, facts },
  };
  return { header, patches: unique, devices };
}

/** The text of a `patchring.snapshot/1` file. */
export function snapshotText(snapshot: SnapshotObjects): string {
  const lines = [snapshot.header, ...snapshot.patches, ...snapshot.devices];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
