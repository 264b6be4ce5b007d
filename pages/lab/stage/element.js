// Elements of a page: made, or found among those of a component.

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "style" || name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

// The parts of the stage that have these names.
export const partsOf = (root, ...names) => Object.fromEntries(names.map((name) => [name, root.querySelector(`.stage-${name}`)]));
