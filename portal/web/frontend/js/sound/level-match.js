// The reviewers' switch: plays at -23 LUFS, or as near as the true peak allows. Off unless somebody turns it on.
import { announce, decibels } from "../words.js";

const TARGET_LUFS = -23;
const CEILING_DBTP = -1;

export function matchGainDb(integratedLufs, truePeakDbtp) {
  return Math.min(TARGET_LUFS - integratedLufs, CEILING_DBTP - truePeakDbtp);
}

export function setUpLevelMatch(host, audio) {
  const button = host.querySelector("[data-level-match]");
  const integrated = Number.parseFloat(host.getAttribute("integrated-lufs"));
  const peak = Number.parseFloat(host.getAttribute("true-peak-dbtp"));
  if (!button || !Number.isFinite(integrated) || !Number.isFinite(peak)) return;
  const words = button.querySelector("[data-level-match-words]");
  const gainDb = matchGainDb(integrated, peak);
  let amplifier = null;

  button.hidden = false;
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    amplifier ??= connect(audio);
    amplifier.set(on ? gainDb : 0);
    button.setAttribute("aria-pressed", String(on));
    words.textContent = on ? `Level-matched, ${decibels(gainDb, { sign: true })} dB` : "Heard as delivered";
    announce(on ? `Level-matched: played ${decibels(gainDb, { sign: true })} dB from the original.` : "Played as delivered.");
    for (const field of document.querySelectorAll("[data-level-match-field]")) field.value = on ? "1" : "";
  });
}

// Once connected, the element's sound runs through Web Audio for good; at 0 dB the gain stage changes nothing.
function connect(audio) {
  const context = new AudioContext();
  const gain = context.createGain();
  context.createMediaElementSource(audio).connect(gain).connect(context.destination);
  context.resume();
  audio.addEventListener("play", () => context.resume());
  return { set: (db) => gain.gain.setTargetAtTime(10 ** (db / 20), context.currentTime, 0.015) };
}
