"use strict";
// Sorting and filtering of tables that are complete without it. It reads and moves nodes; it never makes one from text.
document.documentElement.classList.add("script");
for (const table of document.querySelectorAll("table.found")) {
  const body = table.tBodies[0], rows = [...body.rows], heads = [...table.tHead.rows[0].cells];
  const box = document.getElementById(table.dataset.find);
  const text = box.querySelector("input"), picks = [...box.querySelectorAll("select")], told = box.querySelector("output");
  const words = rows.map((row) => row.textContent.toLowerCase());
  const apply = () => {
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, i) => {
      const fits = wanted.every((word) => words[i].includes(word)) &&
        picks.every((pick) => !pick.value || row.cells[Number(pick.dataset.column)].textContent === pick.value);
      row.hidden = !fits;
      count += fits ? 1 : 0;
    });
    told.textContent = `${count} / ${rows.length}`;
  };
  [text, ...picks].forEach((field) => field.addEventListener("input", apply));
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending", sign = down ? -1 : 1;
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
    const order = (a, b) => key(a).localeCompare(key(b), undefined, { numeric: true });
    body.append(...[...rows].sort((a, b) => sign * order(a, b)));
  }));
  apply();
}
