// Fetches a recording's picture: {duration_s, peaks: [[min, max], …], loudness: {hop_s, momentary_lufs, short_term_lufs}}.
const RETRY_MS = [2000, 4000, 8000, 15000, 30000];

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
  const upper = new Float32Array(picture.peaks.length);
  const lower = new Float32Array(picture.peaks.length);
  picture.peaks.forEach(([low, high], index) => {
    upper[index] = Math.min(1, Math.abs(high));
    lower[index] = Math.min(1, Math.abs(low));
  });
  return { durationS: picture.duration_s, channels: [upper, lower], loudness: picture.loudness ?? null };
}
