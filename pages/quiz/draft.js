// What has been entered and not been given stays in this tab: a reload puts it back.

const VALUES = {
  text: (input) => input.value,
  checkbox: (input) => input.checked,
  radio: (_, inputs) => inputs.findIndex((one) => one.checked),
};

export function show({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".draft");
  const name = `draft:${data.key}`;
  const kept = stored(name);
  if (!place.dataset.here && kept !== null && kept !== JSON.stringify(data.held ?? entered(data.fields))) setTriggerValue("kept", kept);
  else if (data.held) store(name, data.held);
  place.dataset.here = "yes";
  if (data.held) return undefined;
  const over = new AbortController();
  for (const kind of ["input", "click", "keyup", "focusout"]) { // a radio button of React tells of no change
    const keep = () => setTimeout(() => place.isConnected && store(name, entered(data.fields))); // once the field has changed
    document.addEventListener(kind, keep, { capture: true, signal: over.signal });
  }
  return () => over.abort();
}

function entered(fields) {
  return fields.map((field) => {
    const inputs = [...document.querySelectorAll(`.${CSS.escape(field)} input`)];
    return inputs.length ? VALUES[inputs[0].type]?.(inputs[0], inputs) ?? null : null;
  });
}

function stored(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function store(name, values) {
  try {
    sessionStorage.setItem(name, JSON.stringify(values));
  } catch { /* it is full, or keeps nothing */ }
}
