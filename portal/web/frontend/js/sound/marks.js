// Faults and comments on the waveform. The stage is hidden from screen readers: the findings list is its text twin.
const TONES = { block: "--bad", warn: "--warn", needs_staff: "--warn", inform: "--info", comment: "--accent" };
const MOST_LABELS = 8;
// A fault of (nearly) the whole recording is a line along the top: a tint everywhere would say nothing.
const WHOLE = 0.9;

export function readMarks(host) {
  try {
    return JSON.parse(host.getAttribute("marks") || "[]").filter((mark) => Number.isFinite(mark.start_s));
  } catch {
    return [];
  }
}

// Comments may be added while the page is open: those on the waveform follow the list that the page shows.
export function withShownComments(marks, playerId) {
  const list = document.querySelector(".comments");
  if (!list) return marks.filter((mark) => mark.severity !== "comment" || !document.querySelector("[data-comment-form]"));
  const shown = [...list.querySelectorAll(`[data-play="${CSS.escape(playerId)}"]`)].map((button) => ({
    start_s: Number(button.dataset.start), end_s: Number(button.dataset.end ?? button.dataset.start), severity: "comment", label: "Comment",
  }));
  const known = (mark) => marks.find((other) => other.severity === "comment" && other.start_s === mark.start_s) ?? mark;
  return [...shown.map(known), ...marks.filter((mark) => mark.severity !== "comment")];
}

export function drawMarks(regions, marks, durationS) {
  regions.clearRegions();
  for (const mark of marks) {
    const tone = TONES[mark.severity] ?? "--info";
    const isPoint = !(mark.end_s > mark.start_s);
    const isWhole = mark.end_s - mark.start_s >= WHOLE * durationS;
    const region = regions.addRegion({
      start: mark.start_s,
      end: isPoint ? undefined : mark.end_s,
      color: isPoint ? `var(${tone})` : `color-mix(in srgb, var(${tone}) ${isWhole ? 0 : 34}%, transparent)`,
      content: marks.length <= MOST_LABELS && mark.label ? tag(mark.label, tone) : undefined,
      drag: false,
      resize: false,
    });
    if (!isPoint) region.element.style.borderTop = `4px solid var(${tone})`;
    if (isWhole) region.element.style.bottom = "auto";
    if (isWhole) region.element.style.height = "22px";
    region.element.style.minWidth = "3px";
    region.element.style.cursor = "pointer";
    region.element.title = mark.label ?? "";
  }
}

function tag(label, tone) {
  const element = document.createElement("span");
  element.textContent = label;
  Object.assign(element.style, {
    display: "inline-block", padding: "0 6px", borderRadius: "0 0 4px 0", background: `var(${tone})`, color: "var(--surface)",
    font: "600 11px/18px var(--sans)", whiteSpace: "nowrap", pointerEvents: "none",
  });
  return element;
}
