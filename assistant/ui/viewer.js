// The viewer: a source beside the chat, at the cited characters. It is open while the address says
// so (#source=…&sha256=…&start=…&end=…), so that links, reloads and the back button need no more.
// All text is set as text; the server cuts it at the citation, so nothing is searched for.
// Gradio runs what is in the head once the page is there.
"use strict";

const viewer = (() => {
  const SPEAK = {
    en: {
      source: "Source", close: "Close", previous: "Previous citation", next: "Next citation",
      link: "Copy link", copied: "Link copied", text: "Text", page: "Page {n}", loading: "Opening the source …",
      cut: "[…]", web: "Original",
      gone: "This source is no longer in the library, or its text has changed. Nothing is shown rather than the wrong place.",
      outside: "This link names a place that is not in the source. Nothing is shown rather than the wrong place.",
      unavailable: "The source cannot be opened just now.",
    },
    fr: {
      source: "Source", close: "Fermer", previous: "Citation précédente", next: "Citation suivante",
      link: "Copier le lien", copied: "Lien copié", text: "Texte", page: "Page {n}", loading: "Ouverture de la source …",
      cut: "[…]", web: "Original",
      gone: "Cette source n’est plus dans la bibliothèque, ou son texte a changé. Mieux vaut ne rien montrer que le mauvais endroit.",
      outside: "Ce lien désigne un endroit qui n’est pas dans la source. Mieux vaut ne rien montrer que le mauvais endroit.",
      unavailable: "La source ne peut pas être ouverte pour l’instant.",
    },
  };
  const say = SPEAK[navigator.language.startsWith("fr") ? "fr" : "en"];
  let panel, opener = null, series = [], asked = 0;

  function make(tag, kind, text) {
    const made = document.createElement(tag);
    if (kind) made.className = kind;
    if (text) made.textContent = text;
    if (kind !== "cited" && text) made.dir = "auto";
    return made;
  }

  function button(kind, label, sign, act) {
    const made = make("button", kind, sign);
    made.type = "button";
    made.title = label;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  function build() {
    panel = make("aside");
    panel.id = "viewer";
    panel.hidden = true;
    panel.tabIndex = -1;
    panel.setAttribute("aria-label", say.source);
    const bar = make("div", "bar");
    bar.append(
      button("previous", say.previous, "‹", () => step(-1)),
      make("span", "place"),
      button("next", say.next, "›", () => step(1)),
      button("link", say.link, say.link, copyLink),
      button("close", say.close, "✕", close),
    );
    bar.querySelector(".place").setAttribute("aria-live", "polite");
    panel.append(bar, make("div", "about"), make("div", "views"), make("div", "body"));
    panel.querySelector(".body").tabIndex = 0;
    document.body.append(panel);
  }

  const named = () => new URLSearchParams(location.hash.slice(1));

  function update() {
    const place = named();
    if (!place.has("source")) return hide();
    if (!panel) build();
    show(place);
  }

  // The citations that stand together: those of the answer (or table) that the link is in.
  function seriesAt(hash) {
    const links = [...document.querySelectorAll(`a.mark`)].filter((a) => a.getAttribute("href") === hash);
    const link = links.includes(opener) ? opener : links[0];
    const group = link && link.closest(".answer, .claims");
    return group ? [...new Set([...group.querySelectorAll(".source a.mark")].map((a) => a.getAttribute("href")))] : [];
  }

  async function show(place) {
    const number = ++asked;
    panel.hidden = false;
    document.body.classList.add("viewing");
    if (!series.includes(location.hash)) series = seriesAt(location.hash);
    markCurrent();
    const at = series.indexOf(location.hash);
    panel.querySelector(".place").textContent = at < 0 ? "" : `${at + 1} / ${series.length}`;
    panel.querySelector(".previous").disabled = at < 1;
    panel.querySelector(".next").disabled = at < 0 || at === series.length - 1;
    tell(say.loading);
    panel.focus({ preventScroll: true });
    const url = `/source/${encodeURIComponent(place.get("sha256"))}`;
    const range = `start=${encodeURIComponent(place.get("start"))}&end=${encodeURIComponent(place.get("end"))}`;
    const [source, problem] = await get(`${url}?${range}`);
    if (number !== asked) return;
    if (!source) return tell(say[problem] || say.unavailable);
    fill(source);
    if (source.page === null) return;
    const [drawn] = await get(`${url}/page?${range}`);
    if (number === asked && drawn) offer(drawn);
  }

  async function get(url) {
    try {
      const response = await fetch(url);
      const data = await response.json();
      return response.ok ? [data, ""] : [null, data.reason];
    } catch {
      return [null, "unavailable"];
    }
  }

  function tell(text) {
    panel.querySelector(".about").replaceChildren();
    panel.querySelector(".views").replaceChildren();
    panel.querySelector(".body").replaceChildren(make("p", "told", text));
  }

  function fill(source) {
    const about = panel.querySelector(".about");
    about.replaceChildren(make("h2", "title", source.title));
    const facts = make("p", "facts");
    const page = source.page === null ? "" : say.page.replace("{n}", source.page);
    const parts = [source.publisher, source.author, source.published, source.language, page]
      .filter(Boolean).map((fact) => make("span", "fact", fact));
    if (source.uri) {
      const link = make("a", "fact", say.web);
      link.href = source.uri;
      link.rel = "noreferrer noopener";
      link.target = "_blank";
      parts.push(link);
    }
    for (const [at, part] of parts.entries()) facts.append(at ? "\u00a0· " : "", part);
    about.append(facts);
    const text = make("div", "text");
    text.lang = source.language;
    text.dir = "auto";
    const cited = make("mark", "cited", source.quote);
    text.append(
      source.cut_before ? `${say.cut} ` : "", source.before, cited,
      source.after, source.cut_after ? ` ${say.cut}` : "",
    );
    panel.querySelector(".body").replaceChildren(text);
    keepInSight(cited);
  }

  // What is still to load (styles, fonts, a picture) moves the place: it is kept in sight until
  // somebody scrolls.
  let watching = null;
  function keepInSight(place) {
    if (watching) watching.disconnect();
    watching = new ResizeObserver(() => place.scrollIntoView({ block: "center" }));
    watching.observe(panel.querySelector(".body"));
    watching.observe(place.parentElement);
  }
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"])
    addEventListener(kind, (event) => {
      if (watching && panel.contains(event.target)) watching.disconnect();
    }, { passive: true, capture: true });

  // A PDF has two views: the page as it is printed, and its text.
  function offer(drawn) {
    const body = panel.querySelector(".body");
    const text = body.querySelector(".text");
    const sheet = make("div", "sheet");
    const image = make("img");
    image.alt = say.page.replace("{n}", drawn.page);
    sheet.append(image);
    for (const [left, top, width, height] of drawn.boxes) {
      const box = make("span", "box");
      Object.assign(box.style, {
        left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * width}%`, height: `${100 * height}%`,
      });
      sheet.append(box);
    }
    const choose = (wanted) => {
      body.replaceChildren(wanted);
      for (const tab of panel.querySelectorAll(".views button"))
        tab.setAttribute("aria-pressed", String(tab.view === wanted));
      const place = wanted.querySelector(".box, .cited");
      if (place) keepInSight(place);
    };
    const tabs = [[say.page.replace("{n}", drawn.page), sheet], [say.text, text]].map(([label, wanted]) => {
      const tab = button("view", label, label, () => choose(wanted));
      tab.view = wanted;
      return tab;
    });
    panel.querySelector(".views").replaceChildren(...tabs);
    image.addEventListener("load", () => choose(sheet), { once: true });
    image.src = drawn.image;
  }

  function markCurrent() {
    for (const link of document.querySelectorAll("a.mark[aria-current]")) link.removeAttribute("aria-current");
    if (!panel || panel.hidden) return;
    for (const link of document.querySelectorAll("a.mark"))
      if (link.getAttribute("href") === location.hash) link.setAttribute("aria-current", "true");
  }

  function step(by) {
    const wanted = series[series.indexOf(location.hash) + by];
    if (wanted) location.replace(wanted);
  }

  async function copyText(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no permission, or not a secure address: the old way
      const area = make("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  async function copyLink() {
    await copyText(location.href);
    panel.querySelector(".place").textContent = say.copied;
  }

  function hide() {
    if (!panel || panel.hidden) return;
    asked += 1;
    panel.hidden = true;
    document.body.classList.remove("viewing");
    markCurrent();
    series = [];
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
  }

  function close() {
    history.pushState(null, "", location.pathname + location.search);
    hide();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a.mark");
    if (!link) return;
    opener = link;
    series = [];
    if (link.getAttribute("href") === location.hash) update(); // shown already: nothing changes the address
  });
  document.addEventListener("keydown", (event) => {
    if (!panel || panel.hidden || event.ctrlKey || event.altKey || event.metaKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.key !== "Escape") return;
    if (event.key === "Escape") close();
    else if (event.key === "[") step(-1);
    else if (event.key === "]") step(1);
  });
  addEventListener("hashchange", update);
  addEventListener("popstate", update);
  update();
  return { markCurrent, copyText };
})();
