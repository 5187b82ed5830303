// What Gradio's chat cannot do by itself: the passage behind a mark, the buttons in an answer, names
// for screen readers. Everything is found by delegation; answers come and go.
"use strict";

(() => {
const SAID = {
  en: { citation: "Citation", copied: "Copied", question: "Question", answer: "Answer", open: "Open the source", ask: "Ask", stop: "Stop" },
  fr: { citation: "Citation", copied: "Copié", question: "Question", answer: "Réponse", open: "Ouvrir la source", ask: "Demander", stop: "Arrêter" },
}[navigator.language.startsWith("fr") ? "fr" : "en"];

// --- The door: what a button in an answer asks the server for, through a text field of the page.
const send = (() => {
  let count = 0;
  return (action, value, text = "") => {
    const field = document.querySelector("#door textarea, #door input");
    if (!field) return;
    field.value = JSON.stringify({ action, value, text, count: ++count });
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
})();

const ACTIONS = ["ask", "retry", "edit", "up", "down", "correct", "open"];

document.addEventListener("click", (event) => {
  const button = event.target.closest && event.target.closest(".ours button[name], .answer button[name]");
  if (!button) return;
  if (button.name === "copy") return copyAnswer(button);
  if (button.name === "print") return print();
  if (button.name === "sources") return document.getElementById("sources-tab-button")?.click();
  if (!ACTIONS.includes(button.name)) return;
  const input = button.name === "correct" ? button.parentElement.querySelector("input") : null;
  send(button.name, button.value, input ? input.value : "");
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".understood input")) return;
  event.preventDefault();
  event.target.closest(".understood").querySelector("button").click();
});

// --- Copy with footnotes: as it is read, with quote, source and link of each citation.
async function copyAnswer(button) {
  const answer = button.closest(".answer");
  const lines = [...answer.querySelectorAll(".short, .statement")].map((part) => part.textContent);
  const notes = [...answer.querySelectorAll(".source")].map((source) => {
    const mark = source.querySelector(".mark");
    const facts = [".title", ...[".fact"]].flatMap((kind) => [...source.querySelectorAll(kind)]);
    const from = facts.map((fact) => fact.textContent).join(", ");
    return `${mark.textContent} “${source.querySelector(".quote").textContent}” ${from}. ${mark.href}`;
  });
  await viewer.copyText([...lines, "", ...notes].join("\n"));
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = SAID.copied;
  setTimeout(() => { label.textContent = before; }, 1500);
}

// --- The passage behind a mark: on hover and focus; a finger's first tap shows it, the next opens it.
(() => {
  const bubble = document.createElement("div");
  bubble.id = "peek";
  bubble.setAttribute("role", "tooltip");
  bubble.hidden = true;
  let of = null; // the mark whose passage is shown
  let tapped = null; // what it was when a finger came down; null for a mouse

  function show(mark) {
    const group = mark.closest(".answer, .claims");
    const home = mark.closest(".source");
    const source = group && [...group.querySelectorAll(".source")].find(
      (each) => each.querySelector(".mark").getAttribute("href") === mark.getAttribute("href"));
    if (!source || home) return false; // beside the quote itself there is nothing to add
    const copy = source.cloneNode(true);
    const opens = copy.querySelector(".mark");
    opens.className = "opens"; // for fingers: a mouse has the mark
    opens.textContent = SAID.open;
    opens.removeAttribute("aria-label");
    copy.append(opens);
    bubble.replaceChildren(...copy.childNodes);
    if (!bubble.isConnected) document.body.append(bubble);
    bubble.hidden = false;
    of = mark;
    mark.setAttribute("aria-describedby", "peek");
    const at = mark.getBoundingClientRect();
    const { width, height } = bubble.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left, innerWidth - width - 8));
    const above = at.top > height + 8;
    bubble.style.left = `${left}px`;
    bubble.style.top = `${above ? at.top - height - 6 : Math.min(at.bottom + 6, innerHeight - height - 8)}px`;
    return true;
  }
  function hide() {
    bubble.hidden = true;
    if (of) of.removeAttribute("aria-describedby");
    of = null;
  }
  const markOf = (event) => event.target.closest && event.target.closest("a.mark");
  document.addEventListener("pointerdown", (event) => {
    tapped = event.pointerType === "mouse" ? null : { of };
    if (tapped && !markOf(event) && !bubble.contains(event.target)) hide();
  }, true);
  document.addEventListener("mouseover", (event) => {
    const mark = markOf(event);
    if (mark) show(mark);
    else if (of && !bubble.contains(event.target)) hide(); // 1.4.13: the pointer may rest on it
  });
  document.addEventListener("focusin", (event) => {
    const mark = markOf(event);
    if (mark) show(mark);
    else if (!bubble.contains(event.target)) hide();
  });
  document.addEventListener("keydown", (event) => { tapped = null; if (event.key === "Escape") hide(); });
  document.addEventListener("click", (event) => {
    const mark = markOf(event);
    if (mark && tapped && tapped.of !== mark && show(mark)) {
      event.preventDefault();
      event.stopPropagation(); // the viewer is not asked yet
    } else if (mark) hide();
  }, true);
  addEventListener("scroll", (event) => { if (!bubble.contains(event.target)) hide(); }, true);
  addEventListener("hashchange", hide);
})();

// --- A new question goes to the top and stays there while its answer grows, until somebody scrolls.
let questions = 0, following = false;
function follow() {
  const asked = document.querySelectorAll('#chat [data-testid="user"]');
  if (asked.length !== questions) following = asked.length > questions;
  questions = asked.length;
  if (following) asked[questions - 1].closest(".message-row").scrollIntoView({ block: "start" });
}
for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"])
  addEventListener(kind, () => { following = false; }, { passive: true, capture: true });

// --- The conversations stand open where there is room for them.
let opened = false;
function openSide() {
  const toggle = document.querySelector("#kept .toggle-button");
  if (opened || !toggle) return;
  opened = true;
  if (innerWidth >= 1000) toggle.click();
}

// --- Names. Gradio reads a message's HTML out as its name, and drops ours.
function nameAll() {
  for (const [who, label] of [["user", SAID.question], ["bot", SAID.answer]])
    for (const message of document.querySelectorAll(`#chat [data-testid="${who}"]`)) {
      if (message.getAttribute("aria-label") !== label) message.setAttribute("aria-label", label);
      message.setAttribute("role", "group"); // what has no role may have no name
    }
  for (const [kind, label] of [["submit", SAID.ask], ["stop", SAID.stop]])
    for (const button of document.querySelectorAll(`#question .${kind}-button:not([aria-label])`)) {
      button.setAttribute("aria-label", label);
      button.title = label;
    }
  for (const list of document.querySelectorAll('#chat .examples[role="list"]'))
    list.setAttribute("role", "group"); // its children are buttons, which a list may not have
  for (const mark of document.querySelectorAll("a.mark:not([aria-label])"))
    mark.setAttribute("aria-label", `${SAID.citation} ${mark.textContent.replace(/[^0-9]/g, "")}`);
  for (const button of document.querySelectorAll(".actions .up, .actions .down"))
    button.setAttribute("aria-pressed", String(button.classList.contains("pressed")));
  viewer.markCurrent();
  follow();
  openSide();
}
document.documentElement.lang = navigator.language.startsWith("fr") ? "fr" : "en";
let due = false;
const soon = () => {
  if (due) return;
  due = true;
  requestAnimationFrame(() => { due = false; nameAll(); });
};
new MutationObserver(soon).observe(document.body, {
  childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"],
});
soon();
})();
