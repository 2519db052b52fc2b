/** Why a device does not have a patch: reads the packed facts of core/site/lookup.ts. Part of browser.ts. */
export const BROWSER_LOOKUP: string = String.raw`
site.facts = (() => {
  let bytes = null;
  let starts = null;
  const load = () => {
    const { facts, devices } = site.data();
    const text = atob(facts);
    bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
    starts = [0];
    for (const length of devices.bytes) starts.push(starts[starts.length - 1] + length);
  };
  return (device) => {
    if (bytes === null) load();
    let at = starts[device];
    const number = () => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++];
        value += (byte & 127) * 2 ** shift;
        if (byte < 128) return value;
      }
    };
    const installed = [];
    let patch = -1;
    for (let rest = number(); rest > 0; rest -= 1) installed.push((patch += number()));
    const others = [];
    patch = -1;
    for (let rest = number(); rest > 0; rest -= 1) {
      patch += number();
      const kind = site.kind(number());
      const isFailed = kind.status === "failed";
      others.push({ patch, kind, attempts: isFailed ? number() : 0, error: isFailed ? number() : 0 });
    }
    return { installed, others };
  };
})();
site.kind = (() => {
  const known = [];
  return (number) => {
    if (known[number] !== undefined) return known[number];
    const { kinds, sources, words } = site.data();
    const [status, verdict, reason, source, until, action, obstacle, opensAt] = kinds[number];
    const [code, why] = words.reasons[reason];
    return (known[number] = {
      status: words.statuses[status],
      verdict: words.verdicts[verdict],
      code,
      why,
      source: source < 0 ? null : sources[source],
      until,
      action: action < 0 ? null : words.actions[action],
      obstacle: obstacle < 0 ? null : words.obstacles[obstacle],
      opensAt,
    });
  };
})();
site.findDevices = (name) => {
  const devices = site.data().devices || site.data().directory;
  const wanted = name.trim().toLowerCase();
  const exact = devices.id.indexOf(name);
  if (exact >= 0) return [exact];
  const where = (list) => list.flatMap((one, index) => (one.toLowerCase() === wanted ? [index] : []));
  const byId = where(devices.id);
  if (byId.length > 0) return byId;
  const byName = where(devices.name);
  if (byName.length > 0) return byName;
  return devices.id.flatMap((id, index) =>
    id.toLowerCase().includes(wanted) || devices.name[index].toLowerCase().includes(wanted) ? [index] : [],
  );
};
site.findPatches = (name) => {
  const { patches } = site.data();
  const wanted = name.trim().toLowerCase();
  const exact = patches.id.indexOf(name);
  if (exact >= 0) return [exact];
  const all = patches.id.map((id, index) => (id + "\n" + patches.alias[index]).toLowerCase().split("\n"));
  const equal = all.flatMap((names, index) => (names.includes(wanted) ? [index] : []));
  if (equal.length > 0) return equal;
  return all.flatMap((names, index) =>
    names.some((one) => one.includes(wanted)) || patches.title[index].toLowerCase().includes(wanted) ? [index] : [],
  );
};
site.bindForms = () => {
  for (const form of document.querySelectorAll("form[data-lookup]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const query = new URLSearchParams();
      for (const name of ["device", "patch"]) {
        const value = form.elements[name].value.trim();
        if (value !== "") query.set(name, value);
      }
      const next = "#devices" + (query.toString() === "" ? "" : "?" + query.toString());
      if (location.hash === next) site.show(false);
      else location.hash = next;
    });
    const known = site.data().devices || site.data().directory;
    if (known !== undefined) site.suggest(form.elements.device, () => known.id, () => known.name);
    if (site.data().patches !== undefined) {
      site.suggest(form.elements.patch, () => site.data().patches.id, () => site.data().patches.title);
    }
  }
};
/** A split fleet: the answer stands in the site of the device's client. */
site.answerElsewhere = (device, patch) => {
  const { directory } = site.data();
  if (device === null) {
    return site.el("p", { class: "answer" }, "Name a device too: patches of a split fleet are answered in the pages of the clients, or by the table of patches here.");
  }
  const found = site.findDevices(device);
  const link = (index) => {
    const query = new URLSearchParams({ device: directory.id[index] });
    if (patch !== null) query.set("patch", patch);
    return site.el("a", { href: directory.files[directory.client[index]] + "#devices?" + query.toString() }, site.code(directory.id[index]));
  };
  if (found.length === 0) return site.el("p", { class: "answer" }, "No device of that name is in this fleet.");
  return site.el("div", null,
    site.el("p", { class: "answer" }, "The answer stands in the pages of the device's client:"),
    site.el("ul", null, found.slice(0, 50).map((index) => site.el("li", null, link(index)))));
};
/** At most 20 suggestions for what is typed. */
site.suggest = (input, ids, labels) => {
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    const options = [];
    const texts = labels();
    if (wanted.length > 1) {
      ids().some((id, index) => {
        if (id.toLowerCase().includes(wanted) || texts[index].toLowerCase().includes(wanted)) {
          options.push(site.el("option", { value: id }, texts[index]));
        }
        return options.length === 20;
      });
    }
    input.list.replaceChildren(...options);
  });
};
site.patchName = (patch) => {
  const { patches } = site.data();
  return [
    site.link({ patch: patches.id[patch] }, site.code(patches.id[patch])),
    patches.kev[patch] === "1" ? site.el("strong", { class: "kev" }, " KEV") : null,
    patches.title[patch] === "" ? null : site.el("span", { class: "soft" }, site.foreign(patches.title[patch])),
  ];
};
site.deviceName = (device) => {
  const { devices } = site.data();
  return [
    site.link({ device: devices.id[device] }, site.code(devices.id[device])),
    devices.name[device] === "" ? null : site.el("span", { class: "soft" }, site.foreign(devices.name[device])),
  ];
};
/** "SOAK: the soak in the ring before, until …". */
site.reason = (kind) => kind.code + ": " + kind.why + (kind.until === null ? "" : ", until " + site.when(kind.until));
site.doing = (kind) => {
  if (kind.action === null) return "nothing: the backend was told what policy wants";
  const release = kind.action === "do-nothing" ? " (" + site.data().words.release + ")" : "";
  if (kind.obstacle === null) return "the next run would send " + kind.action + release;
  const when = kind.opensAt === null ? "" : ", opens " + site.when(kind.opensAt);
  return kind.action + " cannot be sent now: " + kind.obstacle[0] + ", " + kind.obstacle[1] + when;
};
site.table = (caption, heads, rows) =>
  site.el("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: 0 },
    site.el("table", null,
      site.el("caption", null, caption),
      site.el("thead", null, site.el("tr", null, heads.map((head) => site.el("th", { scope: "col" }, head)))),
      site.el("tbody", null, rows)));
site.list = (pairs) =>
  site.el("dl", null, pairs.flatMap(([name, value]) => [site.el("dt", null, name), site.el("dd", null, ...[value].flat())]));
site.why = (device, patch) => site.el("code", { class: "command" }, "patchring why " + site.quote(device) + " " + site.quote(patch));
site.quote = (word) => (/^[\w.:/@%+=,-]+$/.test(word) ? word : "'" + word.split("'").join("'\\''") + "'");
site.answerPair = (device, patch) => {
  const { devices, patches, errors, retries } = site.data();
  const [id, name] = [patches.id[patch], devices.id[device]];
  const { installed, others } = site.facts(device);
  const say = (...words) => site.el("p", { class: "answer" }, ...words);
  if (installed.includes(patch)) return [say(site.code(id), " is installed on ", site.code(name), ".")];
  const found = others.find((one) => one.patch === patch);
  if (found === undefined) {
    return [say(site.code(name), " does not need ", site.code(id), ": the backend reports nothing about it there.")];
  }
  const { kind, attempts, error } = found;
  const ring = devices.ring.values[devices.ring.codes[device]] || "no ring";
  return [
    say(site.code(name), " does not have ", site.code(id), ": it is " + kind.status + ", and policy says " + kind.verdict + ". " + site.reason(kind) + "."),
    site.list([
      ["Decided by", kind.source === null ? "no statement" : [site.code(kind.source[0]), kind.source[1] === "" ? "" : " in ", site.foreign(kind.source[1])]],
      ["Ring", site.foreign(ring)],
      ["What is done", site.doing(kind)],
      ...(kind.status === "failed" ? [["Failure", ["attempt " + attempts + " of " + retries + ": ", site.foreign(errors[error] || "the backend gives no reason")]]] : []),
      ["Last scan", (devices.scan[device] === 0 ? "never" : site.when(devices.scan[device])) + (devices.stale[device] === "1" ? ". It is too old: the device may look different now" : "")],
      ["The whole path", site.why(name, id)],
    ]),
  ];
};
site.order = (rows) => {
  const { patches } = site.data();
  const rank = (one) => (patches.kev[one.patch] === "1" ? 0 : 1) * 10 + ["critical", "important", "unknown", "moderate", "low"].indexOf(patches.severity.values[patches.severity.codes[one.patch]]);
  return rows.slice().sort((a, b) => rank(a) - rank(b));
};
site.answerDevice = (device) => {
  const { devices, patches } = site.data();
  const { installed, others } = site.facts(device);
  const rows = site.order(others).slice(0, 500).map((one) =>
    site.el("tr", null,
      site.el("th", { scope: "row" }, site.link({ device: devices.id[device], patch: patches.id[one.patch] }, site.code(patches.id[one.patch])), site.patchName(one.patch).slice(1)),
      site.el("td", null, site.foreign(patches.severity.values[patches.severity.codes[one.patch]] || "not known")),
      site.el("td", null, one.kind.status),
      site.el("td", null, one.kind.verdict),
      site.el("td", null, site.reason(one.kind)),
      site.el("td", null, one.kind.source === null ? "no statement" : site.foreign(one.kind.source[0]))));
  return [
    site.el("p", { class: "answer" }, site.code(devices.id[device]), ": " + site.count(installed.length) + " patches installed, " + site.count(others.length) + " not."),
    rows.length === 0 ? null : site.table("Patches that " + devices.id[device] + " does not have", ["Patch", "Severity", "Status", "Verdict", "Why", "Decided by"], rows),
  ];
};
site.answerPatch = (patch) => {
  const { devices, patches } = site.data();
  const without = [];
  let having = 0;
  devices.order.forEach((device) => {
    const { installed, others } = site.facts(device);
    if (installed.includes(patch)) having += 1;
    const found = others.find((one) => one.patch === patch);
    if (found !== undefined) without.push({ device, kind: found.kind });
  });
  const rows = without.slice(0, site.most).map(({ device, kind }) =>
    site.el("tr", null,
      site.el("th", { scope: "row" }, site.link({ device: devices.id[device], patch: patches.id[patch] }, site.code(devices.id[device])), site.deviceName(device).slice(1)),
      site.el("td", null, site.foreign(devices.ring.values[devices.ring.codes[device]] || "no ring")),
      site.el("td", null, kind.status),
      site.el("td", null, kind.verdict),
      site.el("td", null, site.reason(kind)),
      site.el("td", null, kind.source === null ? "no statement" : site.foreign(kind.source[0]))));
  const reasons = new Map();
  for (const { kind } of without) reasons.set(kind.code, (reasons.get(kind.code) || 0) + 1);
  const because = Array.from(reasons).sort((a, b) => b[1] - a[1]).map(([code, count]) => site.count(count) + " " + code).join(", ");
  return [
    site.el("p", { class: "answer" }, site.code(patches.id[patch]), ": installed on " + site.count(having) + " devices, not on " + site.count(without.length) + (because === "" ? "." : " (" + because + ").")),
    without.length > rows.length ? site.el("p", null, "Showing " + site.count(rows.length) + " of " + site.count(without.length) + ", the worst devices first.") : null,
    rows.length === 0 ? null : site.table("Devices that do not have " + patches.id[patch], ["Device", "Ring", "Status", "Verdict", "Why", "Decided by"], rows),
  ];
};
site.several = (what, found, names, query) =>
  site.el("div", null,
    site.el("p", { class: "answer" }, found.length === 0 ? "No " + what + " of that name is in this page." : site.count(found.length) + " " + what + "s match. Which one?"),
    found.length === 0 ? null : site.el("ul", null, found.slice(0, 50).map((index) => site.el("li", null, site.link(query(names[index]), site.code(names[index]))))));
site.answer = (query) => {
  const box = document.getElementById("lookup-answer");
  const data = site.data();
  for (const form of document.querySelectorAll("form[data-lookup]")) {
    for (const name of ["device", "patch"]) form.elements[name].value = query.get(name) || "";
  }
  const [device, patch] = [query.get("device"), query.get("patch")];
  if (box !== null && data.directory !== undefined && (device !== null || patch !== null)) {
    box.replaceChildren(site.el("h3", null, "Answer"), site.answerElsewhere(device, patch));
    return;
  }
  if (box === null || data.devices === undefined || (device === null && patch === null)) {
    if (box !== null) box.replaceChildren();
    return;
  }
  const found = device === null ? [] : site.findDevices(device);
  const wanted = patch === null ? [] : site.findPatches(patch);
  let parts;
  if (device !== null && found.length !== 1) {
    parts = [site.several("device", found, data.devices.id, (id) => (patch === null ? { device: id } : { device: id, patch }))];
  } else if (patch !== null && wanted.length !== 1) {
    parts = [site.several("patch", wanted, data.patches.id, (id) => (device === null ? { patch: id } : { device, patch: id }))];
  } else if (device !== null && patch !== null) parts = site.answerPair(found[0], wanted[0]);
  else parts = device !== null ? site.answerDevice(found[0]) : site.answerPatch(wanted[0]);
  box.replaceChildren(site.el("h3", null, "Answer"), ...parts.filter((part) => part !== null));
};
`;
