// Playing places and the transport keys, for whichever player was used last.
const SMALL_STEP_S = 2;
const LARGE_STEP_S = 5;
const LEAD_IN_S = 0.5;
const SHORTEST_PLACE_S = 1.5;

let current = null;
let stopAt = null;

document.addEventListener("play", (event) => {
  if (!(event.target instanceof HTMLAudioElement)) return;
  for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
  current = event.target;
}, true);
document.addEventListener("pause", () => { stopAt = null; }, true);
document.addEventListener("timeupdate", (event) => {
  if (stopAt && event.target === stopAt.audio && event.target.currentTime >= stopAt.second) event.target.pause();
}, true);

export function currentPlayer() {
  return current?.isConnected ? current : document.querySelector("sc-waveform audio, audio.audio");
}

// A place starts half a second early, so that the ear has something to compare; a range stops where it ends.
export function playPlace(audio, startS, endS = null) {
  const from = Math.max(0, startS - LEAD_IN_S);
  const seekAndPlay = () => {
    audio.currentTime = from;
    stopAt = null;
    audio.play().then(() => {
      if (endS !== null) stopAt = { audio, second: Math.max(endS, startS + SHORTEST_PLACE_S) };
    }, () => {});
  };
  current = audio;
  if (audio.readyState >= HTMLMediaElement.HAVE_METADATA) return seekAndPlay();
  audio.addEventListener("loadedmetadata", seekAndPlay, { once: true });
  audio.load();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-play]");
  if (!button) return;
  const audio = document.getElementById(button.dataset.play);
  if (!audio) return;
  playPlace(audio, Number(button.dataset.start), button.dataset.end ? Number(button.dataset.end) : null);
  audio.closest("sc-waveform")?.scrollIntoView({ block: "nearest" });
});

export function toggle(audio) {
  if (audio.paused) audio.play().catch(() => {});
  else audio.pause();
}

// Returns whether the key was one of ours: space and K play or pause, arrows and J/L move.
export function transportKey(event) {
  const audio = currentPlayer();
  if (!audio || event.ctrlKey || event.metaKey || event.altKey) return false;
  const move = (seconds) => { audio.currentTime = Math.max(0, Math.min(audio.duration || 0, audio.currentTime + seconds)); };
  const step = event.shiftKey ? LARGE_STEP_S * 2 : SMALL_STEP_S;
  const actions = {
    " ": () => toggle(audio), k: () => toggle(audio),
    ArrowLeft: () => move(-step), ArrowRight: () => move(step),
    j: () => move(-LARGE_STEP_S), l: () => move(LARGE_STEP_S),
  };
  const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action) return false;
  event.preventDefault();
  action();
  return true;
}

// Outside the listening room the keys work only inside a waveform (WCAG 2.1.4); the audio element has its own.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("[data-room]")) return;
  if (event.target.closest("sc-waveform") && !event.target.closest("audio, button, a, input")) transportKey(event);
});
