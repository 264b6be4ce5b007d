// A handout is printed once all of its figures are there, and says so until then.

const LOOKS = 300; // milliseconds between two looks
const STILL = 3; // looks without anything missing, and it may be printed

export function show({ parentElement }) {
  const button = parentElement.querySelector("button");
  const status = parentElement.querySelector("p[role=status]");
  const root = document.documentElement.dataset;
  let still = 0;
  button.onclick = () => print();
  const look = () => {
    dispatchEvent(new Event("beforeprint")); // figures that are far away are drawn for a printer
    const figures = [...document.querySelectorAll(".live-figure")];
    const drawn = figures.filter((one) => one.querySelector(".js-plotly-plot")).length;
    const written = document.querySelector('[data-test-script-state="notRunning"]') && !document.querySelector(".stMain [data-testid=stSkeleton]")
      && !document.body.innerText.includes("…measuring…");
    still = written && drawn === figures.length ? still + 1 : 0;
    const ready = still >= STILL;
    button.disabled = !ready;
    root.handout = ready ? "ready" : "waiting";
    const says = ready ? `All ${drawn} figures are there.` : `Drawing the figures: ${drawn} so far. It can be printed once all are there.`;
    if (status.textContent !== says) status.textContent = says;
  };
  const looking = setInterval(look, LOOKS);
  look();
  return () => {
    clearInterval(looking);
    delete root.handout;
  };
}
