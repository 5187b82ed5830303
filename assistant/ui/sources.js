// The Sources tab: files and folders that are dropped or chosen are sent one by one, with a line for
// each; then the server is asked to read them. Buttons and boxes of the list tell the server what
// they are for through a text field of the page. All text is set as text.
"use strict";

(() => {
  const SAY = {
    en: { waiting: "waiting", sent: "sent", failed: "failed", all: "{n} files sent, now being read", percent: "{n} %" },
    fr: { waiting: "en attente", sent: "envoyé", failed: "échec", all: "{n} fichiers envoyés, lecture en cours", percent: "{n} %" },
  }[navigator.language.startsWith("fr") ? "fr" : "en"];
  let count = 0;

  function tell(action, value, text = "") {
    const field = document.querySelector("#shelf-door textarea, #shelf-door input");
    if (!field) return;
    field.value = JSON.stringify({ action, value, text, count: ++count });
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // --- what the list asks for

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest(".shelf button[name]");
    if (!button) return;
    if (button.name === "ask") return document.getElementById("chat-tab-button")?.click(); // page.js asks
    if (button.name === "files" || button.name === "folder") choose(button.name === "folder");
    else tell(button.name, button.value);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches(".shelf input[type=checkbox]"))
      tell(event.target.checked ? "tick" : "untick", event.target.value);
  });

  // --- what is dropped or chosen

  function choose(folder) {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.webkitdirectory = folder;
    input.addEventListener("change", () => {
      send([...input.files].map((file) => ({ name: file.webkitRelativePath || file.name, file })));
    });
    input.click();
  }

  const zone = (event) => event.target.closest && event.target.closest("#sources-tab, .drop");
  const holdsFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault(); // beside the zone a browser would open the file in place of the page
    const over = zone(event) && document.querySelector(".drop");
    for (const drop of document.querySelectorAll(".drop")) drop.classList.toggle("over", drop === over);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) for (const drop of document.querySelectorAll(".drop")) drop.classList.remove("over");
  });
  document.addEventListener("drop", async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    for (const drop of document.querySelectorAll(".drop")) drop.classList.remove("over");
    if (!zone(event) || !document.querySelector(".drop")) return;
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    // Entries must be asked for at once: after the first wait they are gone.
    const entries = items.map((item) => item.webkitGetAsEntry()).filter(Boolean);
    const found = entries.length ? (await Promise.all(entries.map(walk))).flat()
      : [...event.dataTransfer.files].map((file) => ({ name: file.name, file }));
    send(found);
  });

  async function walk(entry) {
    const name = entry.fullPath.replace(/^\//, "");
    if (entry.isFile)
      return [{ name, file: await new Promise((take, fail) => entry.file(take, fail)) }];
    const reader = entry.createReader();
    const inside = [];
    for (;;) { // it gives a hundred at a time
      const some = await new Promise((take, fail) => reader.readEntries(take, fail));
      if (!some.length) break;
      inside.push(...some);
    }
    return (await Promise.all(inside.map(walk))).flat();
  }

  async function send(files) {
    const list = document.querySelector(".drop .uploads");
    if (!files.length || !list) return;
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const batch = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    list.replaceChildren();
    const lines = files.map(({ name }) => line(list, name));
    let sent = 0;
    for (const [at, { name, file }] of files.entries()) {
      const problem = await post(batch, name, file, (share) => {
        lines[at].state.textContent = SAY.percent.replace("{n}", String(Math.round(100 * share)));
      });
      lines[at].item.className = problem ? "failed" : "sent";
      lines[at].state.textContent = problem ? `${SAY.failed} – ${problem}` : SAY.sent;
      if (!problem) sent += 1;
    }
    if (sent) tell("batch", batch);
  }

  function line(list, name) {
    const item = document.createElement("li");
    const label = document.createElement("span");
    const state = document.createElement("span");
    label.className = "name";
    label.dir = "auto";
    label.textContent = name;
    state.className = "why";
    state.textContent = SAY.waiting;
    item.append(label, " ", state);
    list.append(item);
    return { item, state };
  }

  function post(batch, name, file, progress) {
    return new Promise((done) => {
      const request = new XMLHttpRequest(); // fetch does not tell how much was sent
      request.open("POST", `/uploads?${new URLSearchParams({ batch, name })}`);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) progress(event.loaded / event.total);
      });
      request.addEventListener("loadend", () => {
        if (request.status === 200) return done("");
        let problem = `HTTP ${request.status}`;
        try { problem = JSON.parse(request.responseText).error || problem; } catch { /* no JSON */ }
        done(problem);
      });
      request.send(file);
    });
  }
})();
