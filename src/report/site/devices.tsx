/** Devices: which one is the problem, and why does it not have a patch? */
import type { Child } from "hono/jsx";
import type { SiteDevice } from "../../core/site/devices.ts";
import type { SiteModel } from "../../core/site/site-model.ts";
import { counted, formatCount } from "../words.ts";
import { Count, DataTable, DeviceName, Foreign, When } from "./parts.tsx";
import { instantCell, type TableCsv } from "./table-csv.tsx";

/** The script fills the same columns from the data of the page: keep it in step with browser.ts. */
export const DEVICE_COLUMNS = [
  { header: "Device", wide: true },
  { header: "Client", choose: "client" },
  { header: "Site", choose: "site" },
  { header: "Ring", choose: "ring" },
  { header: "Operating system", choose: "os" },
  { header: "Lacks security", number: true },
  { header: "Known exploited", number: true },
  { header: "Failed", number: true },
  { header: "Reboot", number: true },
  { header: "Kept off", number: true },
  { header: "Last scan", choose: "scan" },
] as const;

function Row(props: { readonly device: SiteDevice; readonly model: SiteModel }): Child {
  const { device, model } = props;
  const text = (value: string | null): Child => (value === null ? "not known" : <Foreign text={value} />);
  return (
    <tr>
      <th scope="row">
        <DeviceName id={device.id} name={device.name} />
        {device.isCritical ? <span class="flag"> business-critical</span> : null}
        {device.exposed === "yes" ? <span class="flag"> exposed</span> : null}
      </th>
      <td>{text(device.client)}</td>
      <td>{text(device.site)}</td>
      <td>{device.ring === null ? "no ring" : <Foreign text={device.ring} />}</td>
      <td>{text(device.os)}</td>
      <Count value={device.security} mark="warn" />
      <Count value={device.exploited} mark="bad" />
      <Count value={device.states.failed} mark="bad" />
      <Count value={device.states["reboot-required"]} />
      <Count value={device.excepted} />
      <td data-value={String(device.scannedAt ?? 0)}>
        {device.isStale ? <strong class="bad">too old: </strong> : null}
        <When at={device.scannedAt} now={model.at} absent="never scanned" />
      </td>
    </tr>
  );
}

function csvOf(devices: readonly SiteDevice[]): TableCsv {
  return {
    name: "devices",
    columns: [
      "device",
      "deviceName",
      "client",
      "site",
      "ring",
      "os",
      "lacksSecurity",
      "knownExploited",
      "failed",
      "reboot-required",
      "keptOff",
      "scannedAt",
      "stale",
    ],
    rows: devices.map((one) => [
      one.id,
      one.name,
      one.client,
      one.site,
      one.ring,
      one.os,
      one.security,
      one.exploited,
      one.states.failed,
      one.states["reboot-required"],
      one.excepted,
      instantCell(one.scannedAt),
      one.isStale ? "yes" : "no",
    ]),
  };
}

export function Devices(props: { readonly model: SiteModel }): Child {
  const { model } = props;
  const { devices } = model.totals;
  const { concerns } = model;
  return (
    <>
      <div id="lookup-answer" class="answer-box" aria-live="polite"></div>
      <p>
        {`${counted(devices.all, "device")}: ${formatCount(devices.measured)} measured, ${formatCount(devices.stale)} with a scan that is too old, ${formatCount(devices.neverScanned)} never scanned. `}
        {`${counted(concerns.needing, "device")} ${concerns.needing === 1 ? "has" : "have"} something to look at; the worst stand first: known exploited, then security patches lacking, then failures.`}
      </p>
      <DataTable
        caption="Devices, the worst first"
        columns={DEVICE_COLUMNS}
        id="devices-table"
        csv={csvOf(model.worst)}
        shortened={{
          shown: model.worst.length,
          all: model.devices === null ? concerns.needing : devices.all,
          rest:
            model.devices === null
              ? "All devices stand in the pages of their clients."
              : "With scripts, the filters and the question above reach every device.",
        }}
      >
        {model.worst.map((device) => (
          <Row device={device} model={model} />
        ))}
      </DataTable>
    </>
  );
}
