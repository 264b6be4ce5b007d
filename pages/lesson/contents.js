// The table of contents: marks the section that is being read and shows how far the reader is.

import { arriveAt, glide, MOVES, untilTheReaderMoves } from "../parts/reader.js";

export function show({ data, parentElement }) {
  const list = parentElement.querySelector(".contents");
  const bar = parentElement.querySelector(".contents-progress");
  const links = data.sections.map(({ anchor, title, minutes }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `#${anchor}`;
    link.textContent = `${title} `;
    link.append(Object.assign(document.createElement("small"), { textContent: `${minutes} min` }));
    link.onclick = (event) => {
      event.preventDefault();
      go(document.getElementById(anchor));
      // on a phone the contents lie over the text: put them away
      if (innerWidth < 768) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
      history.replaceState(history.state, "", `#${anchor}`);
    };
    item.append(link);
    return item;
  });
  list.replaceChildren(...links);

  const scroller = document.querySelector('[data-testid="stMain"]') ?? document.scrollingElement;
  // Figures above may still grow while the page moves: once it has come to rest, it goes to where the heading is by then.
  const go = (heading) => {
    heading?.scrollIntoView({ behavior: glide() });
    scroller.addEventListener("scrollend", () => heading?.scrollIntoView(), { once: true, signal: untilTheReaderMoves() });
  };
  const update = () => {
    const headings = data.sections.map(({ anchor }) => document.getElementById(anchor));
    const read = headings.filter((heading) => heading && heading.getBoundingClientRect().top < innerHeight * 0.4);
    const current = Math.max(read.length - 1, 0);
    links.forEach((item, index) => {
      const link = item.firstChild;
      if (index === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    links.slice(0, current).forEach((item) => item.firstChild.classList.add("read"));
    if (parentElement.moved && current !== parentElement.place) remember((parentElement.place = current));
    const room = scroller.scrollHeight - scroller.clientHeight;
    bar.style.transform = `scaleX(${room > 0 ? scroller.scrollTop / room : 0})`;
  };
  const key = `vanishing-point:place:${data.lesson}`;
  const remember = (section) => {
    try {
      localStorage.setItem(key, data.sections[section].anchor);
    } catch {
      // a browser that keeps nothing
    }
  };
  const moved = () => {
    parentElement.moved = true;
  };
  for (const name of MOVES) addEventListener(name, moved, { passive: true });

  scroller.addEventListener("scroll", update, { passive: true });
  const sizes = new ResizeObserver(update);
  sizes.observe(scroller.firstElementChild ?? scroller);
  update();

  function offerToGoOn() {
    let last = null;
    try {
      last = localStorage.getItem(key);
    } catch {
      return;
    }
    const at = data.sections.findIndex(({ anchor }) => anchor === last);
    if (at < 1 || location.hash) return;
    if (performance.getEntriesByType("navigation")[0]?.type === "reload") {
      arriveAt(last); // a reload is no new visit: stay
      return;
    }
    const again = parentElement.querySelector(".contents-again");
    const link = Object.assign(document.createElement("a"), { href: `#${last}`, textContent: `Go on at “${data.sections[at].title}”` });
    link.onclick = (event) => {
      event.preventDefault();
      document.getElementById(last)?.scrollIntoView();
    };
    again.replaceChildren(link);
    again.hidden = false;
    links.slice(0, at).forEach((item) => item.firstChild.classList.add("read"));
  }

  if (!parentElement.arrived) {
    parentElement.arrived = true;
    const wanted = decodeURIComponent(location.hash.slice(1));
    if (wanted) arriveAt(wanted);
    offerToGoOn();
  }

  return () => {
    scroller.removeEventListener("scroll", update);
    for (const name of MOVES) removeEventListener(name, moved);
    sizes.disconnect();
  };
}
