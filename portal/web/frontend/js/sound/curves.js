// <sc-curves src="…">: stereo correlation over time and the spectrum of a recording, as drawings that print well. What they
// show is said in words beside them.
import { clock, decibels } from "../words.js";

const WIDTH = 640;
const HEIGHT = 150;
const LEFT = 44;
const BOTTOM = 20;
const DECADES_HZ = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 40000];

const element = (name, attributes, parent) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
};

function canvas(figure, label) {
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, class: "curve__plot" });
  figure.prepend(svg);
  return svg;
}

function mark(svg, { x, y, words, vertical }) {
  const line = vertical ? { x1: x, x2: x, y1: 0, y2: HEIGHT - BOTTOM } : { x1: LEFT, x2: WIDTH, y1: y, y2: y };
  element("line", { ...line, class: "curve__grid" }, svg);
  const at = vertical ? { x, y: HEIGHT - 5, "text-anchor": "middle" } : { x: LEFT - 6, y: y + 4, "text-anchor": "end" };
  element("text", { ...at, class: "curve__text" }, svg).textContent = words;
}

function path(svg, points) {
  let started = false;
  const steps = points.map((point) => {
    if (!point) {
      started = false;
      return "";
    }
    const step = `${started ? "L" : "M"}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    started = true;
    return step;
  });
  element("path", { d: steps.join(""), class: "curve__line" }, svg);
}

function drawCorrelation(figure, curve, duration) {
  const known = curve.values.filter((value) => value !== null);
  if (!known.length) return;
  const svg = canvas(figure, "Stereo correlation over time");
  const y = (value) => 4 + ((1 - value) / 2) * (HEIGHT - BOTTOM - 8);
  const x = (seconds) => LEFT + (seconds / duration) * (WIDTH - LEFT);
  for (const value of [1, 0, -1]) mark(svg, { y: y(value), words: value > 0 ? "+1" : decibels(value).replace(".0", "") });
  path(svg, curve.values.map((value, i) => (value === null ? null : [x(curve.start_s + i * curve.step_s), y(value)])));
  const lowest = Math.min(...known);
  const when = curve.start_s + curve.values.indexOf(lowest) * curve.step_s;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  say(figure, `On average ${number(mean)}, lowest ${number(lowest)} at ${clock(when)}.`);
}

function drawSpectrum(figure, pairs) {
  const shown = pairs.filter(([hz]) => hz >= 20);
  if (shown.length < 2) return;
  const svg = canvas(figure, "Spectrum of the recording");
  const top = shown.at(-1)[0];
  const loudest = Math.max(...shown.map(([, level]) => level));
  const ceiling = Math.ceil(loudest / 10) * 10;
  const floor = ceiling - 80;
  const x = (hz) => LEFT + (Math.log(hz / 20) / Math.log(top / 20)) * (WIDTH - LEFT);
  const y = (level) => 4 + ((ceiling - Math.max(floor, level)) / 80) * (HEIGHT - BOTTOM - 8);
  for (const hz of DECADES_HZ.filter((hz) => hz > 20 && hz < top * 0.95)) mark(svg, { x: x(hz), words: hz < 1000 ? hz : `${hz / 1000}k`, vertical: true });
  for (let level = ceiling; level >= floor; level -= 20) mark(svg, { y: y(level), words: decibels(level).replace(".0", "") });
  path(svg, shown.map(([hz, level]) => [x(hz), y(level)]));
  const [hz] = shown.find(([, level]) => level === loudest);
  const edge = shown.findLast(([, level]) => level > loudest - 70)?.[0] ?? top;
  const above = edge < top * 0.95 ? ` Above ${hertz(edge)} there is next to nothing.` : "";
  say(figure, `Strongest near ${hertz(hz)}.${above}`);
}

const number = (value) => value.toFixed(2).replace("-", "\u2212");
const hertz = (hz) => (hz < 1000 ? `${Math.round(hz)} Hz` : `${(hz / 1000).toFixed(1)} kHz`);

function say(figure, words) {
  figure.querySelector("[data-words]").textContent = words;
  figure.hidden = false;
}

class Curves extends HTMLElement {
  async connectedCallback() {
    const response = await fetch(this.getAttribute("src"), { headers: { Accept: "application/json" } });
    if (response.status !== 200 || this.querySelector("svg")) return;
    const picture = await response.json();
    if (picture.correlation) drawCorrelation(this.querySelector('[data-curve="correlation"]'), picture.correlation, picture.duration_s);
    drawSpectrum(this.querySelector('[data-curve="spectrum"]'), picture.spectrum ?? []);
  }
}

customElements.define("sc-curves", Curves);
