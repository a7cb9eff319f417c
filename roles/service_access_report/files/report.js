/*
SPDX-FileCopyrightText: Contributors to the orgops.aws collection
SPDX-License-Identifier: GPL-3.0-or-later
*/
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.getElementById("filter");
  const organizations = all("details[data-organization]");
  const services = all("details[data-service]");
  const rows = all(".matrix tbody tr");
  const columns = all(".matrix [data-service]");
  const listed = all(".list [data-service]");
  const events = all("[data-event-of]");
  const months = all(".month");
  const buttons = all("button[data-mark]", form);
  const inputs = { organization: document.getElementById("organization"), service: document.getElementById("service") };

  const contains = (text, part) => text.toLowerCase().includes(part.trim().toLowerCase());

  function apply() {
    const marks = buttons.filter((button) => button.ariaPressed === "true").map((button) => button.dataset.mark);
    const shownOrganizations = organizations.filter((entry) => contains(entry.dataset.name, inputs.organization.value)
      && (!marks.length || entry.dataset.marks.split(" ").some((mark) => marks.includes(mark))));
    const shownServices = services.filter((entry) => contains(entry.dataset.name, inputs.service.value));
    const numbers = new Set(shownOrganizations.map((entry) => entry.dataset.organization));
    const names = new Set(shownOrganizations.map((entry) => entry.dataset.name));
    const ids = new Set(shownServices.map((entry) => entry.dataset.service));
    for (const entry of [...organizations, ...rows]) entry.hidden = !numbers.has(entry.dataset.organization);
    for (const entry of [...services, ...columns, ...listed]) entry.hidden = !ids.has(entry.dataset.service);
    for (const event of events) event.hidden = !ids.has(event.dataset.service) || !names.has(event.dataset.eventOf);
    const counts = months.map((month) => all("li:not([hidden])", month).length);
    const most = Math.max(1, ...counts);
    months.forEach((month, index) => {
      month.hidden = counts[index] === 0;
      month.querySelector(".count").textContent = counts[index];
      month.querySelector(".bar i").style.width = `${(100 * counts[index]) / most}%`;
    });
    for (const note of all(".nothing")) note.hidden = numbers.size > 0 && (ids.size > 0 || services.length === 0);
    document.getElementById("shown").textContent =
      `Showing ${numbers.size} of ${organizations.length} organizations, ${ids.size} of ${services.length} services.`;
  }

  function open() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.localName === "details") {
      target.open = true;
      target.querySelector("summary").focus();
    }
  }

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const entry of closed) entry.open = true;
  });
  addEventListener("afterprint", () => {
    for (const entry of closed) entry.open = false;
  });
  addEventListener("hashchange", open);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.ariaPressed = button.ariaPressed === "true" ? "false" : "true";
      apply();
    });
  }
  form.hidden = false;
  apply();
  open();
})();
