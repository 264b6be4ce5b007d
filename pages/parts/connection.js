// When the connection is gone, the page says so at once, keeps the answer that is pressed then, and sends it later.

const GIVES = /-(sure-\d|go)$/; // the buttons that give an answer: how sure one is, and "Measure it"
const LOOKS = 250; // milliseconds between two looks while something is out of order
const why = () => (navigator.onLine ? "The server does not answer" : "You are offline");
const GONE = "what you have entered is kept, and you can go on when the connection is back.";
const KEPT = "your answer is kept and will be sent when the connection is back.";
const BACK = "The connection is back.";
const SENT = "The connection is back, and your answer has been sent.";
const SHOWN = 4000; // milliseconds for which that is said
const STATES = ["data-test-connection-state", "data-test-script-state"];

const app = () => document.querySelector('[data-testid="stApp"]');
const connected = () => app().dataset.testConnectionState === "CONNECTED";
const cut = () => !navigator.onLine || !connected();
const resting = () => app().dataset.testScriptState === "notRunning";

const later = new Map(); // what components want Python to know, by its name
let place, waiting, looking, wasCut;

// `tell(name, what)` for a component. Without a connection it waits for one, and all that has happened goes at once.
export const whenConnected = (tell) => (name, what) => {
  if (!cut()) tell(name, what);
  else later.set(name, { tell, what: typeof what === "object" ? { ...later.get(name)?.what, ...what } : what });
};

export function show({ parentElement }) {
  place = parentElement.querySelector(".connection");
  if (looking === undefined) listen();
  look();
}

function listen() {
  looking = null;
  addEventListener("offline", look);
  addEventListener("online", look);
  document.addEventListener("click", press, true);
  // Streamlit switches everything off without a connection; what was on is switched on again, so that it can be used
  new MutationObserver((changes) => {
    for (const { target, attributeName, oldValue } of changes) {
      if (attributeName === "disabled") {
        if (!connected() && oldValue === null && target.matches(".stMain :is(button, input)")) target.disabled = false;
      } else if (!wasCut && oldValue === "running") waiting = null; // the server has answered
    }
    look();
  }).observe(document.body, { subtree: true, attributeFilter: ["disabled", ...STATES], attributeOldValue: true });
}

// The name of a button that gives an answer; the question is in it, so the next question has no such button.
function nameOf(button) {
  const names = [...(button?.closest('.stMain [class*="st-key-"]')?.classList ?? [])];
  return names.find((name) => name.startsWith("st-key-") && GIVES.test(name));
}

function press(event) {
  const button = event.target.closest("button");
  const name = nameOf(button);
  if (event.isTrusted && cut() && button?.closest(".stMain .stButton, .stMain .stFormSubmitButton")) {
    event.stopImmediatePropagation();
    event.preventDefault();
    waiting = name ?? waiting;
  } else if (name) waiting = name; // until the server has begun to answer
  look();
}

function look() {
  if (cut()) {
    wasCut = true;
    say(`${why()}: ${waiting ? KEPT : GONE}`);
    closeDialog();
  } else if (wasCut && resting()) {
    wasCut = false;
    later.forEach(({ tell, what }, name) => tell(name, what));
    later.clear();
    say(waiting && send() ? SENT : BACK);
    setTimeout(() => wasCut || say(""), SHOWN);
  }
  clearTimeout(looking);
  looking = wasCut ? setTimeout(look, LOOKS) : null;
}

// Streamlit would ask learners whether Streamlit is still running.
function closeDialog() {
  const dialogs = [...document.querySelectorAll('[role="dialog"]')];
  dialogs.find((one) => one.innerText.startsWith("Connection error"))?.querySelector('[aria-label="Close"]')?.click();
}

// Presses the button for whoever has pressed it in vain. If the answer did arrive, the question is not there any more.
function send() {
  const button = document.querySelector(`.${CSS.escape(waiting)} button:not(:disabled)`);
  button?.click();
  if (!button) waiting = null;
  return button;
}

function say(text) {
  if (place.textContent !== text) place.textContent = text;
}
