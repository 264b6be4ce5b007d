// While reading: words that explain themselves, prose that points at bars, keys that turn the page, and a focus that stays.

import { pointAt, unpoint } from "./pointing.js";

const SYMBOL = /rgb\(15,\s*98,\s*(\d+)\)/;
const LINGERS = 250; // milliseconds that a hint stays for whoever is on the way to it
let hint;
let measure;

const LISTENERS = {
  pointerover: enter, focusin: arrive, pointerout: leave, focusout: leave, pointerdown: forget, click: press, keydown: key,
};
let watcher;

export function show({ setTriggerValue }) {
  stop(); // the page tells it again whenever it is drawn anew
  measure = (name) => setTriggerValue("measure", name);
  for (const [name, listener] of Object.entries(LISTENERS)) document.addEventListener(name, listener, true);
  prepare();
  watcher = new MutationObserver(prepare);
  watcher.observe(document.body, { childList: true, subtree: true });
  document.documentElement.dataset.reading = "ready"; // for whoever waits for it
  return stop;
}

function stop() {
  watcher?.disconnect();
  for (const [name, listener] of Object.entries(LISTENERS)) document.removeEventListener(name, listener, true);
  hint?.remove();
  hint = undefined;
  delete document.documentElement.dataset.reading;
}

// Equations can be reached by the keyboard; a link's title becomes a hint that also shows on focus and on touch.
function prepare() {
  stay();
  for (const box of document.querySelectorAll('[class*="st-key-equation-"]:not([tabindex])')) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `Equation. ${box.querySelector('[data-testid="stCaptionContainer"]')?.innerText ?? ""}`);
  }
  for (const link of document.querySelectorAll('[data-testid="stMarkdownContainer"] a[title]')) {
    link.dataset.says = link.title;
    link.setAttribute("aria-description", link.title);
    link.removeAttribute("title");
  }
}

// --- focus: whose button is gone once it is pressed goes on where it was, not at the top of the page ---

let focused;
let boxes = [];

function arrive(event) {
  focused = event.target;
  boxes = [];
  for (let node = focused; node; node = node.parentElement) {
    if (/\bst-key-/.test(node.className)) boxes.push(node);
  }
  enter(event);
}

function forget() {
  focused = undefined;
}

function stay() {
  if (!focused || focused.isConnected || document.activeElement !== document.body) return;
  focused = undefined;
  const box = boxes.find((one) => one.isConnected);
  if (!box) return;
  box.tabIndex = -1;
  box.style.outline = "none"; // it is a place to go on from, not a control
  box.focus({ preventScroll: true });
}

function enter(event) {
  if (hint?.contains(event.target)) return clearTimeout(hiding);
  const link = event.target.closest?.("a[data-says]");
  if (link) return showHint(link, link.dataset.says);
  const [box, index] = symbolAt(event.target);
  if (box) return light(box, index, true);
  const mark = event.target.closest?.('a[href*="#mark-"]');
  if (mark) pointAt(mark, false);
}

function leave(event) {
  const goesToHint = hint?.contains(event.relatedTarget);
  if (event.target.closest?.("a[data-says], .reading-hint") && !goesToHint) hideSoon();
  const [box, index] = symbolAt(event.target);
  if (box) light(box, index, false);
  const mark = event.target.closest?.('a[href*="#mark-"]');
  if (mark) unpoint(mark);
}

function press(event) {
  if (event.target.closest?.(".reading-hint button")) {
    measure(decodeURIComponent(shown.hash.slice(1)));
    return hideHint();
  }
  const mark = event.target.closest?.('a[href*="#mark-"]');
  if (mark) {
    event.preventDefault();
    event.stopPropagation();
    pointAt(mark, true);
    return;
  }
  const panel = document.querySelector(`.st-key-${(event.target.closest?.('a[href^="#"]')?.hash ?? "").slice(1) || "none"}`);
  if (panel) {
    event.preventDefault();
    event.stopPropagation();
    panel.scrollIntoView({ block: "start" });
    return;
  }
  const link = event.target.closest?.("a[data-says]");
  if (link && event.pointerType === "touch" && shown !== link) {
    event.preventDefault(); // the first tap explains, the second follows the link
    event.stopPropagation();
    showHint(link, link.dataset.says);
  }
}

// --- hints ---

let shown;
let hiding;

function showHint(link, text) {
  clearTimeout(hiding);
  hint ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "reading-hint" }));
  shown = link;
  hint.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }));
  if (isMeasured(link)) hint.append(Object.assign(document.createElement("button"), { textContent: "Measure it again" }));
  hint.hidden = false;
  const place = link.getBoundingClientRect();
  const width = Math.min(340, innerWidth - 16);
  hint.style.width = `${width}px`;
  hint.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
  const below = place.bottom + 8;
  hint.style.top = below + hint.offsetHeight < innerHeight ? `${below}px` : `${place.top - hint.offsetHeight - 8}px`;
}

// A measured number leads to its experiment in the lab, and names its claim behind that.
const isMeasured = (link) => link.pathname.endsWith("/lab") && link.hash;

function hideSoon() {
  clearTimeout(hiding);
  hiding = setTimeout(hideHint, LINGERS);
}

// The button of a hint comes after its link, wherever the hint stands in the document.
function tab(event) {
  const button = hint?.hidden === false && hint.querySelector("button");
  if (!button) return;
  if (event.target === shown && !event.shiftKey) {
    event.preventDefault();
    button.focus();
  } else if (event.target === button) {
    if (event.shiftKey) event.preventDefault();
    shown.focus(); // and on from there
  }
}

function hideHint() {
  clearTimeout(hiding);
  shown = undefined;
  if (hint) hint.hidden = true;
}

// --- symbols of an equation ---

function symbolAt(target) {
  const box = target.closest?.('[class*="st-key-equation-"]');
  for (let node = target; box && node !== box; node = node.parentElement) {
    const found = SYMBOL.exec(node.style?.color ?? "");
    if (found) return [box, Number(found[1]) - 240];
  }
  return [null, -1];
}

function light(box, index, on) {
  box.querySelectorAll("tbody tr").forEach((row, number) => row.classList.toggle("reading-lit", on && number === index));
  for (const node of box.querySelectorAll(".katex-html [style*='rgb(15, 98']")) {
    const found = SYMBOL.exec(node.style.color);
    node.classList.toggle("reading-lit", on && Number(found?.[1]) - 240 === index);
  }
}

// --- n and p, or a presenter's remote control: the next section, and the one before ---

const STEPS = { n: 1, p: -1, PageDown: 1, PageUp: -1 };

function key(event) {
  if (event.key === "Escape") hideHint();
  if (event.key === "Tab") tab(event);
  if (event.ctrlKey || event.metaKey || event.altKey || !STEPS[event.key]) return;
  const projector = document.querySelector(`.st-key-projector-${STEPS[event.key] > 0 ? "Next" : "Previous"} button`);
  const paging = event.key.startsWith("Page");
  if (paging && !projector) return; // while reading, these keys turn the screen's page
  if (!paging && event.target.closest?.("input:not([type=checkbox]), textarea, [role='slider']")) return;
  event.preventDefault();
  if (projector) {
    projector.click();
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  } else turn(STEPS[event.key]);
}

function turn(step) {
  const headings = [...document.querySelectorAll('[data-testid="stMain"] h2')];
  const now = headings.filter((heading) => heading.getBoundingClientRect().top < 90).length - 1;
  headings[Math.max(0, now + step)]?.scrollIntoView();
}
