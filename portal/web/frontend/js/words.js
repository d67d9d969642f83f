// How numbers are said in the browser; the same forms as the server's filters in portal/web/rendering.py.
const MINUS = "\u2212";

export function clock(seconds) {
  const tenths = Math.floor(Math.max(seconds, 0) * 10 + 0.5);
  const minutes = Math.floor(tenths / 600);
  const tail = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  const hours = Math.floor(minutes / 60);
  return hours ? `${hours}:${String(minutes % 60).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

export function decibels(value, { sign = false } = {}) {
  const size = Math.abs(value).toFixed(1);
  if (value < 0 && size !== "0.0") return MINUS + size;
  return sign && size !== "0.0" ? `+${size}` : size;
}

export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1).replace(".0", "")} MB`;
}

export function span(seconds) {
  const left = Math.max(0, Math.floor(seconds));
  const days = Math.floor(left / 86400);
  const hours = Math.floor((left % 86400) / 3600);
  const minutes = Math.floor((left % 3600) / 60);
  const two = (a, unitA, b, unitB) => (b ? `${plural(a, unitA)} ${plural(b, unitB)}` : plural(a, unitA));
  if (days >= 2) return two(days, "day", hours, "hour");
  if (left >= 3600) return two(days * 24 + hours, "hour", minutes, "minute");
  if (left >= 600) return plural(minutes, "minute");
  if (left >= 60) return two(minutes, "minute", left % 60, "second");
  return plural(left, "second");
}

function plural(count, unit) {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

export function announce(sentence) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = sentence;
}
