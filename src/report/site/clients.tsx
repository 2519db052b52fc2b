/** Clients: how does each one stand? With a page of its own where the fleet is split. */
import type { Child } from "hono/jsx";
import type { SiteModel } from "../../core/site/site-model.ts";
import { counted, formatShare } from "../words.ts";
import { Count, DataTable, Foreign } from "./parts.tsx";

const COLUMNS = [
  { header: "Client" },
  { header: "Devices", number: true },
  { header: "Patch level" },
  { header: "Not measured", number: true },
  { header: "Known exploited", number: true },
  { header: "Failed", number: true },
  { header: "Reboot", number: true },
  { header: "Kept off", number: true },
];

export function Clients(props: { readonly model: SiteModel }): Child {
  const clients = props.model.clients ?? [];
  return (
    <>
      <p>{`${counted(clients.length, "client")}. Counts are of devices; failed ones are of installs.`}</p>
      <DataTable caption="How each client stands" columns={COLUMNS} id="clients-table">
        {clients.map(({ client, file, totals, concerns }) => {
          const name = client === "" ? "no client" : <Foreign text={client} />;
          const { devices, patchLevel, states } = totals;
          return (
            <tr>
              <th scope="row">{file === null ? name : <a href={file}>{name}</a>}</th>
              <Count value={devices.all} />
              <td data-value={String(patchLevel.whole === 0 ? 0 : patchLevel.part / patchLevel.whole)}>
                {formatShare(patchLevel)}
              </td>
              <Count value={devices.stale + devices.neverScanned} mark="warn" />
              <Count value={concerns.exploited} mark="bad" />
              <Count value={states.failed} mark="bad" />
              <Count value={concerns.reboot} />
              <Count value={concerns.excepted} />
            </tr>
          );
        })}
      </DataTable>
    </>
  );
}
