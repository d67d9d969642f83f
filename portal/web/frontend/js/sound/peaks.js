// Fetches a recording's picture, as workers/audio/waveform.py writes it: peaks are lowest and highest sample in turn, -127..127
// for full scale; a curve is {start_s, step_s, values}, its values LUFS or null.
const FULL_SCALE = 127;
const RETRY_MS = [2000, 4000, 8000, 15000, 30000];

const NO_CURVE = { start_s: 0, step_s: 1, values: [] };

export class NoPeaks extends Error {}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// The picture is made after the checks: 202 and 404 mean "not yet" for about a minute, then give up.
export async function fetchPeaks(url, onWaiting) {
  for (const wait of [...RETRY_MS, null]) {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (response.status === 200) return read(await response.json());
    if ((response.status !== 202 && response.status !== 404) || wait === null) break;
    onWaiting();
    await pause(wait);
  }
  throw new NoPeaks(url);
}

function read(picture) {
  if (!(picture.duration_s > 0) || !Array.isArray(picture.peaks)) throw new NoPeaks("not a picture of a sound");
  const pairs = picture.peaks.length >> 1;
  const upper = new Float32Array(pairs);
  const lower = new Float32Array(pairs);
  for (let pair = 0; pair < pairs; pair += 1) {
    lower[pair] = Math.min(1, Math.abs(picture.peaks[2 * pair]) / FULL_SCALE);
    upper[pair] = Math.min(1, Math.abs(picture.peaks[2 * pair + 1]) / FULL_SCALE);
  }
  return {
    durationS: picture.duration_s,
    channels: [upper, lower],
    momentary: picture.momentary ?? NO_CURVE,
    shortTerm: picture.short_term ?? NO_CURVE,
  };
}
