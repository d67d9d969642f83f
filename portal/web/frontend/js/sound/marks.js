// Faults and comments on the waveform. The stage is hidden from screen readers: the findings list is its text twin.
const TONES = { block: "--bad", warn: "--warn", needs_staff: "--warn", inform: "--info", comment: "--accent" };
const MOST_LABELS = 8;

export function readMarks(host) {
  try {
    return JSON.parse(host.getAttribute("marks") || "[]").filter((mark) => Number.isFinite(mark.start_s));
  } catch {
    return [];
  }
}

export function drawMarks(regions, marks) {
  regions.clearRegions();
  for (const mark of marks) {
    const tone = TONES[mark.severity] ?? "--info";
    const isPoint = !(mark.end_s > mark.start_s);
    const region = regions.addRegion({
      start: mark.start_s,
      end: isPoint ? undefined : mark.end_s,
      color: isPoint ? `var(${tone})` : `color-mix(in srgb, var(${tone}) 24%, transparent)`,
      content: marks.length <= MOST_LABELS && mark.label ? tag(mark.label, tone) : undefined,
      drag: false,
      resize: false,
    });
    if (!isPoint) region.element.style.borderTop = `4px solid var(${tone})`;
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
