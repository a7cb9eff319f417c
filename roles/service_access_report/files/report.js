/*
SPDX-FileCopyrightText: Contributors to the orgops.aws collection
SPDX-License-Identifier: GPL-3.0-or-later

Shows the data of the page. Every text is inserted as text, never as HTML. Rows are made when they come into view.
*/
"use strict";
(() => {
  const report = unpack(JSON.parse(document.getElementById("data").textContent));
  const entries = new Map(report.services.map((entry) => [entry.service_principal, entry]));
  const signs = { missing: "○", extra: "+", wanted: "✓", kept: "◆", unlisted: "•", not_working_yet: "⚠" };
  const markSigns = { disrupts: "!", insufficient: "…", unknown: "?" };
  const views = {
    organizations: ["Organizations", showOrganizations],
    matrix: ["Matrix", showMatrix],
    accounts: ["Accounts", showAccounts],
    services: ["Services", showServices],
    timeline: ["Timeline", showTimeline],
  };
  if (report.changes) views.changes = ["Changes", showChanges];
  const content = document.getElementById("content");
  const inputs = { name: document.getElementById("name"), service: document.getElementById("service") };
  let state;
  let unseen = []; // functions that make the rows that were not in view yet

  function unpack(data) {
    const text = (value) => {
      if (typeof value === "number") return data.strings[value];
      return Array.isArray(value) ? value.map(text) : value;
    };
    const inColumns = (kind, values) => Object.fromEntries(data.columns[kind].map(({ name }, index) => [name, values[index]]));
    for (const organization of data.organizations) {
      organization.values = inColumns("organization", text(organization.values));
      organization.services = organization.services.map(text).map((row) => ({
        ...Object.fromEntries(data.fields.map((name, index) => [name, row[index]])),
        values: inColumns("service", row.slice(data.fields.length)),
        organization,
      }));
      organization.accounts = organization.accounts.map(text).map(([services, ...values]) => (
        { services, values: inColumns("account", values), organization }));
    }
    return data;
  }

  // Elements

  function make(tag, properties, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
  }

  const symbol = (text) => make("span", { "aria-hidden": "true" }, text);
  const hidden = (text) => make("span", { class: "unseen" }, text);
  const badge = (kind, text) => make("span", { class: `state ${kind}` }, text);
  const short = (principal) => principal.replace(".amazonaws.com", "");
  const code = (principal) => make("code", null, principal.split(/(?=\.[^.]+\.)/).flatMap((part) => [make("wbr"), part])); // breaks at dots
  const nothing = () => make("p", { class: "nothing" }, "Nothing matches the filter.");

  function marks(entry) {
    return entry.marks.map((mark) => {
      const text = report.legend.marks[mark];
      return make("span", { class: `mark ${mark}`, title: text }, symbol(markSigns[mark]), hidden(` ${text}`));
    });
  }

  /* Append items[0..first) made with row(), and the others when the end of ``place``, which contains ``parent``, is seen. */
  function grow(parent, items, row, first = 40, place = parent) {
    let next = 0;
    const end = make("div", { class: "end" });
    const add = (count) => {
      parent.append(...items.slice(next, next + count).map(row));
      next += count;
      if (next >= items.length) end.remove();
    };
    add(first);
    if (next >= items.length) return;
    place.after(end);
    const observer = new IntersectionObserver((changes) => {
      if (!changes.some((change) => change.isIntersecting)) return;
      observer.unobserve(end);
      add(40);
      if (next < items.length) observer.observe(end); // reports again, if it is still in view
    }, { rootMargin: "600px" });
    observer.observe(end);
    unseen.push(() => add(items.length));
  }

  /* A section that opens, whose content is made when it is opened first. */
  function fold(properties, summary, fill) {
    const details = make("details", properties, make("summary", null, summary));
    let filled = false;
    details.fill = () => {
      if (!filled) details.append(...[fill()].flat());
      filled = true;
    };
    details.addEventListener("toggle", () => {
      if (details.open) details.fill();
    });
    details.firstChild.addEventListener("click", () => {
      state.open = details.open ? "" : details.dataset.name || "";
      history.replaceState(null, "", address({ open: state.open }));
    });
    if (details.open) details.fill();
    return details;
  }

  function lines(value) {
    return Array.isArray(value) && value.length > 1 ? make("ul", null, value.map((line) => make("li", null, line))) : value;
  }

  /* A table that becomes a list of cards on a narrow screen; the roles keep it a table for screen readers. */
  function table(label, titles, rows) {
    const body = make("tbody", { role: "rowgroup" });
    const head = make("tr", { role: "row" }, titles.map((title) => make("th", { scope: "col", role: "columnheader" }, title)));
    const whole = make("table", { class: "list", role: "table", "aria-label": label }, make("thead", { role: "rowgroup" }, head), body);
    const place = make("div", null, whole);
    grow(body, rows, (cells) => make("tr", { role: "row" }, cells.map((cell, index) => (
      index === 0
        ? make("th", { scope: "row", role: "rowheader" }, cell)
        : make("td", { role: "cell", "data-title": titles[index] }, make("div", null, cell))))), 80, whole);
    return place;
  }

  // The address: everything that is chosen stands in it, so that a view can be sent.

  function read() {
    const values = new URLSearchParams(location.hash.slice(1));
    const view = values.get("view");
    return {
      view: Object.hasOwn(views, view) ? view : "organizations",
      name: values.get("name") || "",
      service: values.get("service") || "",
      show: (values.get("show") || "").split(",").filter((mark) => report.filters.some((filter) => filter.mark === mark)),
      open: values.get("open") || "",
    };
  }

  function address(changes) {
    const values = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...state, open: "", ...changes })) {
      if (value.length && !(name === "view" && value === "organizations")) values.set(name, value);
    }
    return `#${values}`;
  }

  function change(changes) {
    history.replaceState(null, "", address(changes));
    show();
  }

  // The filter

  const contains = (text, part) => (text || "").toLowerCase().includes(part.trim().toLowerCase());

  function matchesService(principal) {
    return contains(principal, state.service) || contains(entries.get(principal)?.service_name, state.service);
  }

  const accountText = (account) => `${account.values.account_id} ${account.values.name}`;

  function shownOrganizations() {
    return report.organizations.filter((organization) => (
      (!state.show.length || state.show.some((mark) => organization.marks.includes(mark)))
      && (contains(organization.name, state.name) || organization.accounts.some((account) => contains(accountText(account), state.name)))));
  }

  const shownEntries = () => report.services.filter((entry) => matchesService(entry.service_principal));

  // Views

  const link = (changes, text, title) => make("a", { href: address(changes), title }, text);
  const organizationLink = (organization) => link({ view: "organizations", open: organization.name }, organization.name);
  const serviceLink = (entry) => link({ view: "services", open: entry.service_principal }, entry.service_name || entry.service_principal);

  const sign = (kind, ...signed) => make("span", { class: `cell ${kind}`, "aria-hidden": "true" }, ...signed);

  /* The signs of the matrix that occur in it: in short, and what they mean. */
  function legends() {
    const item = (...parts) => make("li", null, parts);
    const { not_working_yet: notWorking } = report.counts;
    const states = Object.entries(report.legend.services).filter(([kind]) => report.counts[kind])
      .map(([kind, meaning]) => [sign(kind, signs[kind]), `${kind} (${report.counts[kind]})`, meaning]);
    if (notWorking) {
      states.push([sign("missing", signs.not_working_yet), `not working yet (${notWorking})`,
        "enabled, but the service itself does not work with AWS Organizations yet"]);
    }
    const marked = Object.entries(report.legend.marks).filter(([mark]) => report.services.some((entry) => entry.marks.includes(mark)));
    return [
      make("ul", { class: "legend" }, states.map(([shown, text]) => item(shown.cloneNode(true), text))),
      fold({ class: "signs" }, "What the signs mean", () => make("ul", { class: "legend long" },
        states.map(([shown, text, meaning]) => item(shown, make("span", null, make("b", null, text), `: ${meaning}`))),
        item(sign("", make("i", { class: "since" }, "2024")), "the year in which the service was enabled"),
        item(sign("", make("i", { class: "admins" }, "2")), "the number of delegated administrators; ? if they could not be read"),
        marked.map(([mark, text]) => item(make("span", { class: `mark ${mark}`, "aria-hidden": "true" }, markSigns[mark]), text)))),
    ];
  }

  function chips(organization) {
    const found = organization.differences.filter((one) => matchesService(one.service_principal));
    const shown = found.slice(0, 8).map((one) => make("li", { class: `chip ${one.state}` }, symbol(signs[one.state]), short(one.text)));
    const more = found.length - shown.length;
    if (more > 0) shown.push(make("li", { class: "chip" }, `${more} more`));
    return shown.length ? make("ul", { class: "chips" }, shown) : null;
  }

  /* The columns of a table beside the heading of each row, and how each of them shows the text of a row. */
  const besideHeading = (kind) => report.columns[kind].filter((column) => column.shown !== "heading");
  const titles = (kind, ...first) => [...first, ...besideHeading(kind).map((column) => column.title)];
  const ways = {
    plain: lines,
    state: (text, service) => badge(service.off ? "missing" : service.state, text),
    yes_or_no: (text) => (text === "no" ? badge("extra", text) : text),
    services: (text, account) => make("ul", { class: "chips" },
      account.services.filter(([principal]) => matchesService(principal)).map(([principal, kind, off, where]) => {
        const shown = off ? "not_working_yet" : kind;
        return make("li", { class: `chip ${shown}` }, symbol(signs[shown]),
          make("span", null, short(principal), hidden(` ${kind}${off ? ", not working yet" : ""}`), where ? ` ${where}` : ""));
      })),
  };
  const cells = (kind, row) => besideHeading(kind).map(({ name, shown }) => ways[shown](row.values[name], row));

  function serviceCell(service) {
    const entry = entries.get(service.service_principal);
    return make("div", null, serviceLink(entry), marks(entry), entry.service_name ? make("div", null, code(service.service_principal)) : null);
  }

  function accountsTable(accounts, label, withOrganization) {
    const first = withOrganization ? ["Account", "Organization"] : ["Account"];
    const rows = accounts.map((account) => [
      make("div", null, account.values.name, make("div", null, make("code", null, account.values.account_id))),
      ...(withOrganization ? [organizationLink(account.organization)] : []),
      ...cells("account", account),
    ]);
    return table(label, titles("account", ...first), rows);
  }

  function describeOrganization(organization) {
    const parts = [];
    parts.push(make("p", { class: "quiet" }, `${organization.values.read_at}. ${organization.mode}`));
    for (const { name, title } of besideHeading("organization")) {
      if (organization.values[name].length) parts.push(make("p", { class: "quiet" }, `${title}: ${[organization.values[name]].flat().join(", ")}`));
    }
    if (organization.state === "unreadable") return parts;
    const services = organization.services.filter((service) => matchesService(service.service_principal));
    parts.push(services.length
      ? table(`Services in ${organization.name}`, titles("service", "Service"), services.map((service) => [serviceCell(service), ...cells("service", service)]))
      : make("p", null, organization.services.length ? "No service matches the filter." : "No service is enabled, and none is wanted."));
    if (organization.accounts.length) {
      parts.push(make("h3", null, "Accounts that administer services"),
        accountsTable(organization.accounts, `Accounts in ${organization.name}`, false));
    }
    return parts;
  }

  function showOrganizations() {
    const organizations = shownOrganizations();
    const list = make("div");
    content.append(make("h2", null, "Organizations"), organizations.length ? list : nothing());
    const opened = organizations.findIndex((organization) => organization.name === state.open);
    grow(list, organizations, (organization) => fold(
      { "data-name": organization.name, class: `organization ${organization.state}`, open: organization.name === state.open },
      [
        make("span", { class: "line" }, make("b", { class: "title" }, organization.name),
          badge(organization.state, report.legend.organizations[organization.state]), make("span", { class: "quiet" }, organization.summary),
          organization.stale ? badge("extra", `${organization.age} before this report`) : null),
        ...organization.problems.map((problem) => make("span", { class: "problem" }, problem)),
        chips(organization),
      ],
      () => describeOrganization(organization),
    ), Math.max(40, opened + 10));
  }

  function showMatrix() {
    const organizations = shownOrganizations();
    const columns = shownEntries();
    content.append(make("h2", null, "Services by organization"));
    if (!organizations.length || !columns.length) {
      content.append(nothing());
      return;
    }
    const [signsInShort, meanings] = legends();
    const body = make("tbody");
    const head = make("tr", null, make("th", { scope: "col", class: "corner" }, "Organization"), columns.map((entry) => (
      make("th", { scope: "col" }, make("div", null, link({ view: "services", open: entry.service_principal }, short(entry.service_principal), entry.service_name), marks(entry))))));
    const whole = make("table", { class: "matrix" }, make("thead", null, head), body);
    content.append(signsInShort,
      make("div", { class: "scroll", role: "region", "aria-label": "Matrix of services by organizations", tabindex: "0" }, whole), meanings);
    grow(body, organizations, (organization) => {
      const here = new Map(organization.services.map((service) => [service.service_principal, service]));
      return make("tr", { class: organization.state },
        make("th", { scope: "row" }, make("i", { class: `dot ${organization.state}` }), organizationLink(organization), hidden(` ${report.legend.organizations[organization.state]}`)),
        organization.state === "unreadable"
          ? make("td", { class: "reason", colspan: columns.length }, make("div", null, "not read"))
          : columns.map((entry) => matrixCell(here.get(entry.service_principal), organization)));
    }, 40, whole);
  }

  function matrixCell(service, organization) {
    if (!service) return make("td");
    const told = report.columns.service.map(({ name, title }) => `${title}: ${[service.values[name]].flat().join("; ")}`).filter((text) => !text.endsWith(": "));
    return make("td", { class: `cell ${service.off ? "missing" : service.state}`, title: [organization.name, ...told].join("\n") },
      symbol(service.off ? signs.not_working_yet : signs[service.state]),
      hidden(service.off ? `${service.state}, not working yet` : service.state),
      service.day ? make("i", { class: "since" }, service.day.slice(0, 4)) : null,
      service.count ? make("i", { class: "admins", "aria-hidden": "true" }, service.count) : null,
      service.count ? hidden(`delegated administrators: ${service.count}`) : null);
  }

  function showAccounts() {
    const accounts = shownOrganizations().flatMap((organization) => organization.accounts.filter((account) => (
      (contains(organization.name, state.name) || contains(accountText(account), state.name))
      && account.services.some(([principal]) => matchesService(principal)))));
    content.append(make("h2", null, "Accounts that administer services"),
      make("p", { class: "quiet" }, "An account is not wanted if the variables of its organization do not list it for any service."));
    content.append(accounts.length ? accountsTable(accounts, "Accounts that administer services", true) : nothing());
  }

  function showServices() {
    const found = shownEntries();
    const organizations = shownOrganizations();
    const off = (entry) => entry.counts.missing + entry.counts.extra;
    const ordered = [...found].sort((one, other) => off(other) - off(one));
    const list = make("div");
    content.append(make("h2", null, "Services"), make("p", { class: "quiet" }, `What AWS documents about each service is from the catalog of ${report.generated_by}.`),
      ordered.length ? list : nothing());
    grow(list, ordered, (entry) => fold(
      { "data-name": entry.service_principal, open: entry.service_principal === state.open },
      make("span", { class: "line" }, make("b", { class: "title" }, entry.service_name || "Not in the catalog"), code(entry.service_principal), marks(entry),
        entry.summary.map((one) => (["missing", "extra"].includes(one.state) ? badge(one.state, one.text) : make("span", { class: "quiet" }, one.text)))),
      () => {
        const here = organizations.flatMap((organization) => organization.services.filter((service) => service.service_principal === entry.service_principal));
        return [
          ...entry.notes.map((note) => make("p", null, note)),
          entry.documentation_url ? make("p", null, make("a", { href: entry.documentation_url, rel: "noreferrer" }, `AWS's page about ${entry.service_name}`)) : "",
          table(`Organizations with ${entry.service_principal}`, titles("service", "Organization"), here.map((service) => [organizationLink(service.organization), ...cells("service", service)])),
        ];
      },
    ), 80);
  }

  function showTimeline() {
    const services = shownOrganizations().flatMap((organization) => organization.services);
    const months = new Map();
    for (const service of services.filter((one) => one.day && matchesService(one.service_principal))) {
      const month = service.day.slice(0, 7);
      if (!months.has(month)) months.set(month, []);
      months.get(month).push(service);
    }
    const most = Math.max(...[...months.values()].map((events) => events.length));
    const list = make("div");
    content.append(make("h2", null, "Timeline of dates enabled"), months.size ? list : make("p", { class: "nothing" }, "No dates are known."));
    grow(list, [...months.keys()].sort().reverse(), (month) => {
      const events = months.get(month).sort((one, other) => (one.day < other.day ? -1 : 1));
      const bar = make("i");
      bar.style.width = `${(100 * events.length) / most}%`;
      return fold({ class: "month" }, [make("b", null, month), make("span", { class: "amount", "aria-hidden": "true" }, bar),
        make("span", { class: "count" }, String(events.length)), hidden(" enabled")],
      () => {
        const items = make("ul");
        const place = make("div", null, items);
        grow(items, events, (service) => make("li", null, make("time", { datetime: service.day }, service.day),
          ` ${entries.get(service.service_principal).service_name || service.service_principal} in `, organizationLink(service.organization)), 80);
        return place;
      });
    }, 60);
  }

  function showChanges() {
    const { entries: changes, headline, not_compared: notCompared } = report.changes;
    const shown = changes.filter((one) => contains(one.organization, state.name) || contains(one.account_id, state.name))
      .filter((one) => !one.service_principal || matchesService(one.service_principal));
    const present = new Map(report.organizations.map((organization) => [organization.name, organization]));
    const name = (text) => (present.has(text) ? organizationLink(present.get(text)) : text);
    content.append(make("h2", null, "Changes since an older report"), make("p", null, headline));
    if (changes.length && !shown.length) content.append(nothing());
    if (shown.length) {
      content.append(table("Changes", ["Organization", "Change", "What"], shown.map((one) => [name(one.organization),
        make("span", { class: `chip ${one.kind}` }, one.kind), one.text])));
    }
    if (notCompared.length) {
      content.append(make("h3", null, "Not compared"),
        table("Not compared", ["Organization", "Why"], notCompared.map((one) => [name(one.organization), one.text])));
    }
  }

  // The frame

  function showFrame() {
    const shown = shownOrganizations();
    document.getElementById("views").replaceChildren(...Object.entries(views).map(([view, [text]]) => (
      make("a", { href: address({ view }), "aria-current": view === state.view ? "page" : null }, text))));
    document.getElementById("shown").textContent = `Showing ${shown.length} of ${report.counts.organizations} organizations, `
      + `${shownEntries().length} of ${report.counts.services} services.`;
    for (const button of document.querySelectorAll("#marks button")) {
      button.setAttribute("aria-pressed", String(state.show.includes(button.dataset.mark)));
    }
    for (const [name, input] of Object.entries(inputs)) if (input.value !== state[name]) input.value = state[name];
  }

  function show() {
    state = read();
    unseen = [];
    content.replaceChildren();
    showFrame();
    views[state.view][1]();
    const target = state.open && [...content.querySelectorAll("details[open]")].find((entry) => entry.dataset.name === state.open);
    if (target) {
      target.querySelector("summary").focus({ preventScroll: true });
      target.scrollIntoView({ block: "start" });
    }
  }

  document.getElementById("marks").append(...report.filters.map(({ mark, text, count }) => {
    const button = make("button", { type: "button", "data-mark": mark, "aria-pressed": "false" }, `${text} `, make("b", null, String(count)));
    button.addEventListener("click", () => change({ show: state.show.includes(mark) ? state.show.filter((one) => one !== mark) : [...state.show, mark] }));
    return button;
  }));
  for (const kind of Object.keys(report.legend.organizations)) {
    if (!report.counts[kind]) continue;
    const part = make("i", { class: kind });
    part.style.flexGrow = report.counts[kind];
    document.getElementById("bar").append(part);
  }
  for (const [name, input] of Object.entries(inputs)) input.addEventListener("input", () => change({ [name]: input.value }));
  document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    content.focus();
  });
  addEventListener("hashchange", show);

  let closed = [];
  addEventListener("beforeprint", () => {
    while (unseen.length) unseen.pop()();
    closed = [...content.querySelectorAll("details:not([open])")];
    for (const entry of closed) {
      entry.fill();
      entry.open = true;
    }
    while (unseen.length) unseen.pop()();
  });
  addEventListener("afterprint", () => {
    for (const entry of closed) entry.open = false;
  });

  document.getElementById("page").hidden = false;
  show();
  // On a narrow screen, the filter would push the content out of view.
  document.getElementById("filter").open = matchMedia("(min-width: 44rem)").matches || Boolean(state.name || state.service || state.show.length);
})();
