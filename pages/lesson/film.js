// A film's captions, below its picture: over it they cover what it shows, above all on a phone.

export function show({ parentElement }) {
  const says = parentElement.querySelector(".film-says");
  const over = new AbortController();
  const find = () => parentElement.closest('[class*="st-key-video-"]')?.querySelector("video");
  const follow = (video) => {
    const tracks = [...video.textTracks];
    const place = () => { // a film that fills the screen has no below
      const below = document.fullscreenElement !== video;
      for (const track of tracks) if (track.mode !== "disabled") track.mode = below ? "hidden" : "showing";
      tell();
    };
    const tell = () => {
      const shown = tracks.filter((track) => track.mode === "hidden").flatMap((track) => [...(track.activeCues ?? [])]);
      says.textContent = shown.map((cue) => cue.text.replace(/\s+/g, " ")).join(" ");
    };
    for (const track of tracks) track.addEventListener("cuechange", tell, { signal: over.signal });
    video.textTracks.addEventListener("change", place, { signal: over.signal });
    document.addEventListener("fullscreenchange", place, { signal: over.signal });
    place();
  };
  const looking = setInterval(() => { // the film and its captions come when they come
    const video = find();
    if (!video?.textTracks.length) return;
    clearInterval(looking);
    follow(video);
  }, 200);
  return () => {
    clearInterval(looking);
    over.abort();
  };
}
