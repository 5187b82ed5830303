"use strict";
(() => {
  const cases = JSON.parse(document.getElementById("cases").textContent);
  const PAGE = 100;
  const score = (one, name) => (one.scores.find(([key]) => key === name) || [])[1];
  const number = (value) => (value === undefined || value === null ? "" : value.toFixed(2));
  const columns = [
    { title: "", width: "26px", value: (one) => one.right, text: (one) => (one.right ? "✓" : "✗") },
    { title: "question", value: (one) => one.question, clip: true },
    { title: "type", width: "110px", value: (one) => one.type, clip: true },
    { title: "pair", width: "84px", value: (one) => one.pair, clip: true },
    { title: "status", width: "94px", value: (one) => one.status },
    { title: "lost at", width: "138px", value: (one) => (one.loss === "none" ? "" : one.loss), clip: true },
    { title: "cit. F1", width: "66px", value: (one) => score(one, "citation_f1"), numeric: true },
    { title: "ans. F1", width: "68px", value: (one) => score(one, "answer_f1"), numeric: true },
    { title: "conf.", width: "58px", value: (one) => one.confidence, numeric: true },
    { title: "ms", width: "56px", value: (one) => one.ms, numeric: true, text: (one) => (one.ms === null ? "" : Math.round(one.ms)) },
  ];
  const verdict = (given) => (given ? { true: "correct", false: "not correct", null: "no verdict" }[given[0]] : "");
  if (cases.some((one) => one.judge !== undefined)) {
    const title = "judge, not deterministic";
    columns.push({ title, width: "96px", value: (one) => verdict(one.judge), clip: true });
  }
  const byId = (id) => document.getElementById(id);
  const filters = ["type", "status", "loss", "right"].map(byId);
  const body = document.querySelector("#questions tbody");
  let order = { column: null, sign: 1 };
  let shown = PAGE;
  // A link to report.html#qid shows that question alone, until something else is looked for.
  let linked = cases.find((one) => `#${encodeURIComponent(one.qid)}` === location.hash);

  // Everything that comes from the run is set as text, never as markup.
  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text !== undefined && text !== null) element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  for (const one of cases) {
    one.haystack = [one.qid, one.question, one.answer, one.short, one.why, one.failure].join("\n").toLowerCase();
  }
  for (const name of ["type", "status", "loss"]) {
    for (const value of [...new Set(cases.map((one) => one[name]))].filter(Boolean).sort()) {
      const option = make("option", value);
      option.value = value;
      byId(name).append(option);
    }
  }

  const selected = () => {
    const wanted = byId("search").value.trim().toLowerCase();
    const found = cases.filter(
      (one) =>
        (!linked || one === linked) &&
        (!wanted || one.haystack.includes(wanted)) &&
        filters.every((select) => !select.value || String(one[select.id]) === select.value),
    );
    if (order.column) {
      const key = order.column.value;
      found.sort((a, b) => {
        const [x, y] = [key(a), key(b)];
        const missing = (x === undefined || x === null) - (y === undefined || y === null);
        return missing || order.sign * (x < y ? -1 : x > y ? 1 : 0);
      });
    }
    return found;
  };

  const side = (title, sources, empty) => {
    const box = make("div");
    box.append(make("h3", title));
    if (!sources.length) box.append(make("p", empty, "quiet"));
    for (const [name, parts] of sources) {
      box.append(make("h4", name));
      const source = make("p", null, "source");
      for (const [text, marks] of parts) {
        const kind = marks.includes("g") && marks.includes("c") ? "gc" : marks[0];
        source.append(kind ? make("mark", text, kind) : document.createTextNode(text));
      }
      box.append(source);
    }
    return box;
  };

  const detail = (one) => {
    const cell = make("td", null, "detail");
    cell.colSpan = columns.length;
    for (const [question, answer] of one.history) cell.append(make("p", `before: ${question} – ${answer}`, "quiet"));
    cell.append(make("h3", one.question));
    cell.append(make("p", one.failure || one.answer || "(no text)", "answer"));
    const notes = [];
    if (one.short) notes.push(`short answer: ${one.short}`);
    if (one.accepted.length) notes.push(`accepted: ${one.accepted.join(" | ")}`);
    notes.push(`qid: ${one.qid}`);
    cell.append(make("p", notes.join("  ·  "), "quiet"));
    if (one.loss !== "none") cell.append(make("p", `${one.loss}: ${one.why}`, "why"));
    if (one.judge) cell.append(make("p", `judge (not deterministic): ${verdict(one.judge)}: ${one.judge[1]}`, "quiet"));
    const sides = make("div", null, "sides");
    sides.append(side("Gold", one.gold, "No gold passage."), side("Cited", one.cited, "Nothing was cited."));
    cell.append(sides);
    const table = make("table");
    for (const [name, value, reason] of one.scores) {
      const row = make("tr");
      row.append(make("td", name), make("td", value.toFixed(3), "number"), make("td", reason, "reason"));
      table.append(row);
    }
    cell.append(table);
    const row = make("tr");
    row.append(cell);
    return row;
  };

  const draw = () => {
    const found = selected();
    byId("count").textContent = `${found.length} of ${cases.length}`;
    body.replaceChildren();
    for (const one of found.slice(0, shown)) {
      const row = make("tr", null, "row");
      columns.forEach((column, i) => {
        const value = column.value(one);
        const text = column.text ? column.text(one) : column.numeric ? number(value) : value;
        const name = i === 0 ? (one.right ? "fine" : "lost") : column.numeric ? "number" : column.clip ? "clip" : "";
        const cell = make("td", text, name);
        if (column.clip) cell.title = text;
        row.append(cell);
      });
      row.tabIndex = 0;
      const toggle = () => {
        if (row.nextSibling && row.nextSibling.firstChild.className === "detail") row.nextSibling.remove();
        else row.after(detail(one));
      };
      row.addEventListener("click", toggle);
      row.addEventListener("keydown", (event) => event.key === "Enter" && toggle());
      body.append(row);
    }
    byId("more").hidden = found.length <= shown;
  };

  const head = document.querySelector("#questions thead tr");
  for (const column of columns) {
    const cell = make("th", null, column.numeric ? "number" : "");
    if (column.width) cell.style.width = column.width;
    const button = make("button", column.title);
    button.type = "button";
    button.addEventListener("click", () => {
      order = { column, sign: order.column === column ? -order.sign : 1 };
      for (const other of head.children) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", order.sign > 0 ? "ascending" : "descending");
      draw();
    });
    cell.append(button);
    head.append(cell);
  }
  const again = () => {
    linked = undefined;
    shown = PAGE;
    draw();
  };
  byId("search").addEventListener("input", again);
  filters.forEach((select) => select.addEventListener("change", again));
  byId("more").addEventListener("click", () => {
    shown += PAGE;
    draw();
  });
  for (const button of document.querySelectorAll("[data-loss]")) {
    button.addEventListener("click", () => {
      byId("loss").value = button.dataset.loss;
      again();
      byId("questions").scrollIntoView({ behavior: "smooth" });
    });
  }
  draw();
  if (linked) {
    body.firstChild.click();
    byId("questions").scrollIntoView();
  }
})();
