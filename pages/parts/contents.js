// The table of contents: marks the section that is being read and shows how far the reader is.

export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".contents");
  const bar = parentElement.querySelector(".contents-progress");
  const links = data.sections.map(({ anchor, title }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `#${anchor}`;
    link.textContent = title;
    link.onclick = (event) => {
      event.preventDefault();
      const heading = document.getElementById(anchor);
      heading?.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
      // on a phone the contents lie over the text: put them away
      if (innerWidth < 768) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
      history.replaceState(history.state, "", `#${anchor}`);
    };
    item.append(link);
    return item;
  });
  list.replaceChildren(...links);

  const scroller = document.querySelector('[data-testid="stMain"]') ?? document.scrollingElement;
  const update = () => {
    const headings = data.sections.map(({ anchor }) => document.getElementById(anchor));
    const read = headings.filter((heading) => heading && heading.getBoundingClientRect().top < innerHeight * 0.4);
    const current = Math.max(read.length - 1, 0);
    links.forEach((item, index) => {
      const link = item.firstChild;
      if (index === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    const room = scroller.scrollHeight - scroller.clientHeight;
    bar.style.transform = `scaleX(${room > 0 ? scroller.scrollTop / room : 0})`;
  };
  scroller.addEventListener("scroll", update, { passive: true });
  const sizes = new ResizeObserver(update);
  sizes.observe(scroller.firstElementChild ?? scroller);
  update();

  let tries = 0;
  const wanted = decodeURIComponent(location.hash.slice(1));
  const arrive = () => {
    const heading = wanted && document.getElementById(wanted);
    if (heading) heading.scrollIntoView();
    else if (wanted && tries++ < 40) setTimeout(arrive, 100);
  };
  if (!parentElement.arrived) {
    parentElement.arrived = true;
    arrive();
  }

  return () => {
    scroller.removeEventListener("scroll", update);
    sizes.disconnect();
  };
}
