// On a phone the menu lies over the page: whoever has chosen a page wants to see it.

export function show({ data }) {
  const root = document.documentElement.dataset;
  const arrived = root.page !== data.page;
  root.page = data.page;
  const menu = document.querySelector('[data-testid="stSidebar"]');
  const covers = menu && menu.getBoundingClientRect().right > 0 && innerWidth < 768;
  if (arrived && covers) menu.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}
