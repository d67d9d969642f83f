// Faults and comments on the waveform. The stage is hidden from screen readers: the findings list is its text twin.
const TONES = { block: "--bad", warn: "--warn", needs_staff: "--warn", inform: "--info", comment: "--accent" };
const MOST_LABELS = 8;
// A fault of (nearly) the whole recording is a line along the top: a tint everywhere would say nothing. So are the faults
// that together cover much of it, or are many: the wave has to stay visible.
const WHOLE = 0.9;
const CROWDED = { part: 0.25, marks: 24 };

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

// How much of the recording lies under the marks; those of several faults at one place count once.
function covered(marks) {
  let end = -Infinity;
  return [...marks].sort((one, other) => one.start_s - other.start_s).reduce((sum, mark) => {
    const added = Math.max(0, mark.end_s - Math.max(mark.start_s, end)) || 0;
    end = Math.max(end, mark.end_s ?? mark.start_s);
    return sum + added;
  }, 0);
}

export function drawMarks(regions, marks, durationS) {
  regions.clearRegions();
  const spans = marks.filter((mark) => mark.end_s - mark.start_s < WHOLE * durationS);
  const isCrowded = spans.length > CROWDED.marks || covered(spans) > CROWDED.part * durationS;
  for (const mark of marks) {
    const tone = TONES[mark.severity] ?? "--info";
    const isPoint = !(mark.end_s > mark.start_s);
    const isBand = mark.end_s - mark.start_s >= WHOLE * durationS || (isCrowded && mark.severity !== "comment");
    const region = regions.addRegion({
      start: mark.start_s,
      end: isPoint ? undefined : mark.end_s,
      color: isPoint ? `var(${tone})` : `color-mix(in srgb, var(${tone}) ${isBand ? 0 : 22}%, transparent)`,
      content: marks.length <= MOST_LABELS && mark.label && !(isCrowded && isBand) ? tag(mark.label, tone) : undefined,
      drag: false,
      resize: false,
    });
    const { style } = region.element;
    if (isBand) Object.assign(style, { bottom: "auto", height: isPoint ? "8px" : "22px", backgroundColor: isPoint ? `var(${tone})` : "transparent" });
    if (!isPoint) style.borderTop = `${isBand ? 6 : 4}px solid var(${tone})`;
    style.minWidth = "3px";
    style.cursor = "pointer";
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
