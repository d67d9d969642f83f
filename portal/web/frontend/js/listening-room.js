// The listening room, keyboard first. Mark-up: [data-room] around it all; the score form carries data-autosave;
// [data-criterion] fieldsets (rubric_scale); a comment form [data-comment-form] with [data-comment-moment] (seconds),
// [data-comment-words] (shows the moment) and a textarea; [data-shortcuts] is the switch that turns the keys off (WCAG 2.1.4).
import { onArrival } from "./arrival.js";
import { announce, clock } from "./words.js";

const STORE = "listening-room-keys";
const transport = () => import("./sound/transport.js");

function keysAreOn() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

function isTyping(target) {
  return target.closest('textarea, select, [contenteditable="true"], input:not([type="radio"], [type="checkbox"], [type="button"])') !== null;
}

class Room {
  constructor(root, playing) {
    this.root = root;
    this.playing = playing;
    this.resumeAfterComment = false;
    document.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("focusin", (event) => this.mark(event.target.closest("[data-criterion]")));
    root.addEventListener("click", (event) => { if (event.target.closest("[data-comment-now]")) this.startComment(); });
    root.addEventListener("submit", (event) => { if (event.target.matches("[data-comment-form]")) this.commentSent(); });
    this.mark(root.querySelector("[data-criterion]"));
  }

  get criteria() {
    return [...this.root.querySelectorAll("[data-criterion]")];
  }

  mark(criterion) {
    if (!criterion) return;
    for (const other of this.criteria) other.toggleAttribute("data-current", other === criterion);
  }

  key(event) {
    if (!this.root.isConnected || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!keysAreOn()) return;
    const actions = { n: () => this.step(1), p: () => this.step(-1), c: () => this.startComment(), s: () => this.save() };
    const key = event.key.toLowerCase();
    if (/^[0-9]$/.test(key)) return this.score(Number(key) || 10, event);
    if (actions[key]) {
      event.preventDefault();
      return actions[key]();
    }
    // Space on a button or link is its own; arrows belong to a focused radio group.
    const isControl = event.target.closest("button, a, summary, audio, [tabindex='0']") !== null;
    const isRadioArrow = event.target.matches('input[type="radio"]') && event.key.startsWith("Arrow");
    if (!isControl && !isRadioArrow) this.playing.transportKey(event);
  }

  step(by) {
    const all = this.criteria;
    const now = all.findIndex((criterion) => criterion.hasAttribute("data-current"));
    const next = all[Math.max(0, Math.min(all.length - 1, now + by))];
    if (!next) return;
    this.mark(next);
    (next.querySelector("input:checked") ?? next.querySelector("input")).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  score(value, event) {
    const criterion = this.root.querySelector("[data-criterion][data-current]");
    const radio = criterion?.querySelector(`input[type="radio"][value="${value}"]`);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus({ preventScroll: true });
    radio.dispatchEvent(new Event("input", { bubbles: true }));
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    announce(`${criterion.querySelector("legend").textContent.trim()}: ${value}`);
  }

  startComment() {
    const form = this.root.querySelector("[data-comment-form]");
    const audio = this.playing.currentPlayer();
    if (!form || !audio) return;
    this.resumeAfterComment = !audio.paused;
    audio.pause();
    const moment = form.querySelector("[data-comment-moment]");
    const words = form.querySelector("[data-comment-words]");
    const recording = form.querySelector("[data-comment-recording]");
    if (moment) moment.value = moment.type === "hidden" ? audio.currentTime.toFixed(1) : clock(audio.currentTime);
    if (words) words.textContent = `at ${clock(audio.currentTime)}`;
    if (recording && audio.dataset.recording) recording.value = audio.dataset.recording;
    form.querySelector("textarea").focus();
  }

  commentSent() {
    if (!this.resumeAfterComment) return;
    this.resumeAfterComment = false;
    this.playing.currentPlayer()?.play().catch(() => {});
  }

  save() {
    this.root.querySelector("form[data-autosave]")?.dispatchEvent(new CustomEvent("save-now"));
  }
}

onArrival("[data-room]", async (root) => new Room(root, await transport()));

onArrival("[data-shortcuts]", (button) => {
  const show = () => button.setAttribute("aria-pressed", String(keysAreOn()));
  button.hidden = false;
  button.addEventListener("click", () => {
    try {
      localStorage.setItem(STORE, keysAreOn() ? "off" : "on");
    } catch {
      return;
    }
    show();
    announce(keysAreOn() ? "Keyboard shortcuts are on." : "Keyboard shortcuts are off.");
  });
  show();
});
