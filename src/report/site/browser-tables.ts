/** Sorting and filters of tables. Part of browser.ts. */
export const BROWSER_TABLES: string = String.raw`
site.most = 200;
site.tables = new Map();
site.cellText = (cell) => {
  const parts = [];
  for (const node of cell.childNodes) {
    if (node.nodeType === 1 && node.matches(".soft, .flag")) continue;
    parts.push(node.textContent);
  }
  return parts.join("").trim();
};
site.cellValue = (cell) => {
  const text = cell.dataset.value !== undefined ? cell.dataset.value : site.cellText(cell).replace(/,/g, "");
  const number = Number.parseFloat(text);
  return cell.classList.contains("number") || cell.dataset.value !== undefined ? (Number.isNaN(number) ? -1 : number) : text.toLowerCase();
};
site.domRows = (body, heads) =>
  Array.from(body.rows, (row) => {
    const chosen = {};
    heads.forEach((head, index) => {
      if (head.dataset.choose) chosen[head.dataset.choose] = site.cellText(row.cells[index]);
    });
    let text = null;
    return {
      chosen,
      search: () => (text = text || row.textContent.toLowerCase()),
      value: (index) => site.cellValue(row.cells[index]),
      make: () => row,
    };
  });
site.enhance = (page) => {
  for (const element of page.querySelectorAll("table[data-table]")) {
    if (!site.tables.has(element)) site.tables.set(element, site.makeTable(element, page));
  }
};
site.mainTable = (page) => {
  const element = page.querySelector("table[data-table]");
  return element === null ? null : site.tables.get(element);
};
site.makeTable = (element, page) => {
  const heads = Array.from(element.tHead.rows[0].cells);
  const body = element.tBodies[0];
  const isMain = page.querySelector("table[data-table]") === element;
  const isDevices = element.id === "devices-table" && site.data().devices !== undefined;
  const rows = isDevices ? site.deviceRows() : site.domRows(body, heads);
  const table = { page: page.id, body, rows, filter: new URLSearchParams(), sort: null, shown: site.most, controls: new Map() };
  heads.forEach((head, index) => {
    const button = site.el("button", { type: "button", class: "sort" }, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const isDown = head.getAttribute("aria-sort") === "descending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", isDown ? "ascending" : "descending");
      table.sort = { index, sign: isDown ? 1 : -1 };
      site.fill(table);
    });
  });
  if (rows.length < 2) return table;
  site.addControls(table, element, heads, isMain);
  return table;
};
site.addControls = (table, element, heads, isMain) => {
  const caption = element.caption.textContent;
  const form = site.el("form", { class: "filters", "aria-label": "Choose rows: " + caption });
  const add = (key, label, control) => {
    table.controls.set(key, control);
    form.append(site.el("label", null, label, control));
    control.addEventListener("input", () => {
      if (control.value === "") table.filter.delete(key);
      else table.filter.set(key, control.value);
      table.shown = site.most;
      if (isMain) site.write(table);
      site.fill(table);
    });
  };
  add("text", "Rows with ", site.el("input", { type: "search", autocomplete: "off" }));
  for (const head of heads) {
    const key = head.dataset.choose;
    if (!key) continue;
    const values = Array.from(new Set(table.rows.map((row) => row.chosen[key]))).filter((value) => value !== "").sort();
    if (values.length < 2 || values.length > 300) continue;
    const options = values.map((value) => site.el("option", { value }, value));
    add(key, head.textContent + " ", site.el("select", null, site.el("option", { value: "" }, "any"), options));
  }
  const clear = site.el("button", { type: "button" }, "Show all rows");
  clear.addEventListener("click", () => {
    table.filter = new URLSearchParams();
    site.setControls(table);
    if (isMain) site.write(table);
    site.fill(table);
  });
  form.append(clear);
  form.addEventListener("submit", (event) => event.preventDefault());
  table.status = site.el("p", { role: "status", class: "row-count" });
  table.more = site.el("button", { type: "button", hidden: true }, "Show 200 more rows");
  table.more.addEventListener("click", () => {
    table.shown += site.most;
    site.fill(table);
  });
  const region = element.closest(".scroll");
  region.before(form, table.status);
  const note = region.nextElementSibling;
  if (note !== null && note.matches(".shortened")) {
    table.note = note;
    if (element.id === "devices-table" && table.rows.length > 0 && site.data().devices !== undefined) note.hidden = true;
  }
  region.after(table.more);
  site.fill(table);
};
site.setControls = (table) => {
  for (const [key, control] of table.controls) control.value = table.filter.get(key) || "";
};
/** The address changes without a jump: what is typed stays in focus. */
site.write = (table) => {
  const query = table.filter.toString();
  history.replaceState(null, "", "#" + table.page + (query === "" ? "" : "?" + query));
};
site.applyQuery = (page, query) => {
  const table = site.mainTable(page);
  if (table === null || table === undefined) return;
  const filter = new URLSearchParams();
  for (const [key, value] of query) if (table.controls.has(key)) filter.set(key, value);
  if (filter.toString() === table.filter.toString()) return;
  table.filter = filter;
  table.shown = site.most;
  site.setControls(table);
  site.fill(table);
};
site.matching = (table) => {
  const text = (table.filter.get("text") || "").toLowerCase();
  const keys = Array.from(table.filter.keys()).filter((key) => key !== "text");
  return table.rows.filter(
    (row) => keys.every((key) => row.chosen[key] === table.filter.get(key)) && (text === "" || row.search().includes(text)),
  );
};
site.fill = (table) => {
  let rows = site.matching(table);
  if (table.sort !== null) {
    const { index, sign } = table.sort;
    rows = rows.map((row) => ({ row, value: row.value(index) }))
      .sort((a, b) => (a.value < b.value ? -sign : a.value > b.value ? sign : 0))
      .map(({ row }) => row);
  }
  const shown = rows.slice(0, table.shown);
  table.body.replaceChildren(...shown.map((row) => row.make()));
  if (!table.status) return;
  const isFiltered = table.filter.toString() !== "";
  const chosen = Array.from(table.filter, ([key, value]) => key + " " + value).join(", ");
  table.status.textContent =
    "Showing " + site.count(shown.length) + " of " + site.count(rows.length) + (isFiltered ? " rows with " + chosen : " rows") +
    ". Filters choose rows; the numbers above are of the whole page.";
  table.more.hidden = shown.length === rows.length;
};
site.deviceRows = () => {
  const { devices } = site.data();
  const text = (column, d) => column.values[column.codes[d]] || "not known";
  return devices.order.map((d) => {
    const ring = devices.ring.values[devices.ring.codes[d]] || "no ring";
    const chosen = {
      client: text(devices.client, d),
      site: text(devices.site, d),
      ring,
      os: text(devices.os, d),
      scan: devices.scan[d] === 0 ? "never scanned" : devices.stale[d] === "1" ? "too old" : "in time",
    };
    const numbers = [devices.security[d], devices.exploited[d], devices.failed[d], devices.reboot[d], devices.excepted[d]];
    const values = [devices.id[d].toLowerCase(), chosen.client, chosen.site, ring, chosen.os, ...numbers, devices.scan[d]];
    const looks = ["warn", "bad", "bad", "", ""];
    const cell = (value) => site.el("td", null, site.foreign(value));
    return {
      chosen,
      search: () => [devices.id[d], devices.name[d], chosen.client, chosen.site, ring, chosen.os].join(" ").toLowerCase(),
      value: (index) => values[index],
      make: () =>
        site.el("tr", null,
          site.el("th", { scope: "row" },
            site.link({ device: devices.id[d] }, site.code(devices.id[d])),
            devices.name[d] === "" ? null : site.el("span", { class: "soft" }, site.foreign(devices.name[d]))),
          cell(chosen.client), cell(chosen.site), cell(ring), cell(chosen.os),
          numbers.map((value, index) => site.el("td", { class: "number " + (value === 0 ? "zero" : looks[index]) }, site.count(value))),
          site.el("td", null,
            devices.stale[d] === "1" ? site.el("strong", { class: "bad" }, "too old: ") : null,
            devices.scan[d] === 0 ? "never scanned" : site.when(devices.scan[d]))),
    };
  });
};
`;
