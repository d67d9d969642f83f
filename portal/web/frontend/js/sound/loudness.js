// The loudness curve under the waveform: momentary as a pale area, short-term as a line, minutes along the bottom.
import { decibels } from "../words.js";
import { colour } from "./colours.js";

const TOP_LUFS = -5;
const BOTTOM_LUFS = -44;
const GRID_LUFS = [-14, -23, -36];
const AXIS_PX = 18;
const TICKS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

export function valueAt(curve, seconds) {
  return curve.values[Math.floor((seconds - curve.start_s) / curve.step_s)] ?? null;
}

export function drawLoudness(canvas, { durationS, momentary, shortTerm }) {
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (!width || !height) return;
  const density = devicePixelRatio || 1;
  canvas.width = width * density;
  canvas.height = height * density;
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const plot = { pen, width, height: height - AXIS_PX, durationS };
  area(plot, momentary);
  line(plot, shortTerm);
  grid(plot);
  axis(plot);
  scale(canvas, plot);
}

function y(plot, lufs) {
  const part = (TOP_LUFS - Math.max(BOTTOM_LUFS, Math.min(TOP_LUFS, lufs))) / (TOP_LUFS - BOTTOM_LUFS);
  return 2 + part * (plot.height - 4);
}

function x(plot, seconds) {
  return (seconds / plot.durationS) * plot.width;
}

function area(plot, { values, start_s: startS, step_s: stepS }) {
  const { pen } = plot;
  pen.fillStyle = colour("--momentary");
  pen.beginPath();
  pen.moveTo(x(plot, startS), plot.height);
  values.forEach((lufs, index) => pen.lineTo(x(plot, startS + index * stepS), lufs === null ? plot.height : y(plot, lufs)));
  pen.lineTo(x(plot, startS + values.length * stepS), plot.height);
  pen.fill();
}

function line(plot, { values, start_s: startS, step_s: stepS }) {
  const { pen } = plot;
  pen.strokeStyle = colour("--accent");
  pen.lineWidth = 1.5;
  pen.lineJoin = "round";
  pen.beginPath();
  let drawing = false;
  values.forEach((lufs, index) => {
    if (lufs === null) {
      drawing = false;
      return;
    }
    pen[drawing ? "lineTo" : "moveTo"](x(plot, startS + index * stepS), y(plot, lufs));
    drawing = true;
  });
  pen.stroke();
}

function grid(plot) {
  const { pen } = plot;
  pen.lineWidth = 1;
  pen.strokeStyle = colour("--line");
  for (const lufs of GRID_LUFS) {
    const level = Math.round(y(plot, lufs)) + 0.5;
    pen.beginPath();
    pen.moveTo(0, level);
    pen.lineTo(plot.width, level);
    pen.stroke();
  }
}

// The figures stand beside the plot, where no curve runs through them.
function scale(canvas, plot) {
  for (const old of canvas.parentElement.querySelectorAll(".waveform__level")) old.remove();
  const say = (words, place) => {
    const level = document.createElement("span");
    level.className = "waveform__level";
    level.textContent = words;
    level.setAttribute("aria-hidden", "true");
    level.style.insetBlockStart = `${place}px`;
    canvas.parentElement.append(level);
  };
  for (const lufs of GRID_LUFS) say(decibels(lufs).replace(".0", ""), y(plot, lufs));
  say("LUFS", plot.height + AXIS_PX / 2);
}

function axis(plot) {
  const { pen, width, durationS } = plot;
  const step = TICKS_S.find((candidate) => (candidate / durationS) * width >= 56) ?? 3600;
  pen.fillStyle = colour("--ink-2");
  pen.strokeStyle = colour("--line-strong");
  pen.lineWidth = 1;
  pen.textAlign = "left";
  pen.textBaseline = "bottom";
  for (let second = 0; second < durationS; second += step) {
    const place = Math.round(x(plot, second)) + 0.5;
    pen.beginPath();
    pen.moveTo(place, plot.height);
    pen.lineTo(place, plot.height + 5);
    pen.stroke();
    const words = `${Math.floor(second / 60)}:${String(second % 60).padStart(2, "0")}`;
    if (place + pen.measureText(words).width + 6 < width) pen.fillText(words, place + 3, plot.height + AXIS_PX - 2);
  }
}
