/**
 * The script of a site: pages and filters in the address, sorting, and the lookup. It only adds to
 * what is readable without it, and builds what it shows from text nodes, never from markup. Each part
 * is a function expression over the one object that they share; test/report/site/browser.test.ts
 * checks the types of the whole.
 */
import { BROWSER_LOOKUP } from "./browser-lookup.ts";
import { BROWSER_TABLES } from "./browser-tables.ts";

const BASE = String.raw`"use strict";
const site = {};
site.el = (name, props, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children.flat()) if (child !== null) node.append(child);
  return node;
};
site.count = (value) => String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
site.data = (() => {
  let known = null;
  return () => (known = known || JSON.parse(document.getElementById("data").textContent));
})();
site.instant = (at) => new Date(at * 1000).toISOString().replace(".000Z", "Z");
site.roughly = (seconds) => {
  /** @type {[string, number][]} */
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return "0 s";
  const parts = [];
  let rest = seconds;
  for (const [unit, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(count + " " + unit);
    rest -= count * size;
  }
  return parts.join(" ");
};
site.when = (at) => {
  const now = site.data().at;
  const twin = at === now ? "now" : at > now ? "in " + site.roughly(at - now) : site.roughly(now - at) + " earlier";
  return site.instant(at) + " (" + twin + ")";
};
site.foreign = (text) => site.el("bdi", null, text);
site.code = (text) => site.el("code", null, site.foreign(text));
site.link = (query, ...children) =>
  site.el("a", { href: "#devices?" + new URLSearchParams(query).toString() }, ...children);
site.read = () => {
  const hash = location.hash.slice(1);
  const cut = hash.indexOf("?");
  const page = cut < 0 ? hash : hash.slice(0, cut);
  return { page, query: new URLSearchParams(cut < 0 ? "" : hash.slice(cut + 1)) };
};
`;

const ROUTER = String.raw`
site.show = (isFirst) => {
  const asked = site.read();
  if (asked.page === "main") {
    document.getElementById("main").focus();
    return;
  }
  const target = asked.page === "" ? null : document.getElementById(asked.page);
  const section = target === null ? null : target.closest(".page");
  const isAll = asked.page === "all";
  const page = section || document.getElementById("today");
  document.documentElement.classList.toggle("show-all", isAll);
  for (const one of document.querySelectorAll(".page")) one.classList.toggle("current", one === page);
  for (const one of document.querySelectorAll("nav [data-page]")) {
    const isCurrent = one.dataset.page === (isAll ? "all" : page.id);
    if (isCurrent) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  }
  for (const one of isAll ? document.querySelectorAll(".page") : [page]) site.enhance(one);
  if (!isAll) site.applyQuery(page, asked.query);
  site.answer(page.id === "devices" ? asked.query : new URLSearchParams());
  if (isFirst) return;
  const inner = section !== null && target !== section ? target : null;
  if (inner !== null) inner.scrollIntoView();
  else {
    window.scrollTo(0, 0);
    const heading = isAll ? document.getElementById("main") : page.querySelector("h2");
    if (!site.isTyping) heading.focus({ preventScroll: true });
  }
};
document.documentElement.classList.add("js");
for (const one of document.querySelectorAll(".needs-script")) one.hidden = false;
for (const one of document.querySelectorAll(".needs-no-script")) one.hidden = true;
site.isTyping = false;
site.bindForms();
site.show(true);
addEventListener("hashchange", () => site.show(false));
`;

/** Everything, in the order in which it runs. */
export const BROWSER_SCRIPT: string = `${BASE}${BROWSER_TABLES}${BROWSER_LOOKUP}${ROUTER}`;
