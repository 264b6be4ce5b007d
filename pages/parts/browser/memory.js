// Keeps a reader's guesses and answers in this browser, and tells them once after a reload.

export function show({ data, setStateValue }) {
  const place = `vanishing-point:${data.lesson}`;
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(place)) ?? {};
    const entries = Object.entries(data.keep);
    if (entries.length) localStorage.setItem(place, JSON.stringify({ ...kept, ...data.keep }));
    else if (Object.keys(kept).length && !told.has(place)) setStateValue("kept", kept);
    told.add(place);
  } catch {
    // a browser that keeps nothing: the lesson works without
  }
  return () => {};
}

const told = new Set();
