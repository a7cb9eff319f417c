// SPDX-FileCopyrightText: Contributors to the orgops.aws collection
// SPDX-License-Identifier: GPL-3.0-or-later

// Put a filter above each table with the class "filterable": it shows the rows that contain every word.
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll("table.filterable")) {
    const rows = [...table.tBodies[0].rows];
    const input = Object.assign(document.createElement("input"), { type: "search", placeholder: "Filter" });
    const count = document.createElement("output");
    const show = () => {
      const words = input.value.toLowerCase().split(/\s+/);
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
      count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length}`;
    };
    const bar = Object.assign(document.createElement("p"), { className: "table-filter" });
    input.setAttribute("aria-label", "Filter the table");
    input.addEventListener("input", show);
    bar.append(input, " ", count);
    (table.closest(".table-wrapper") ?? table).before(bar);
    show();
  }
});
