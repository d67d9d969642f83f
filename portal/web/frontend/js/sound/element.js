// <sc-waveform>: draws a recording over the real audio player that the page already holds. See components/sound.html.
import WaveSurfer from "wavesurfer.js";
import Hover from "wavesurfer.js/plugins/hover";
import Regions from "wavesurfer.js/plugins/regions";
import { clock, decibels } from "../words.js";
import { colour, onThemeChange } from "./colours.js";
import { setUpLevelMatch } from "./level-match.js";
import { drawLoudness, valueAt } from "./loudness.js";
import { drawMarks, readMarks, withShownComments } from "./marks.js";
import { fetchPeaks } from "./peaks.js";
import { playPlace } from "./transport.js";

const nonce = () => document.querySelector('meta[name="csp-nonce"]')?.nonce;

const hover = () => Hover.create({
  lineColor: "var(--warm)", lineWidth: 1, labelBackground: "var(--ink)", labelColor: "var(--paper)", labelSize: "11px",
  formatTimeCallback: clock,
});

class Waveform extends HTMLElement {
  static observedAttributes = ["marks"];

  connectedCallback() {
    this.tidy = [];
    this.audio = this.querySelector("audio");
    this.state = this.querySelector("[data-waveform-state]");
    this.tabIndex = -1;
    setUpLevelMatch(this, this.audio);
    const { type } = this.audio.dataset;
    if (type && !this.audio.canPlayType(type)) this.sayUnplayable();
    this.audio.addEventListener("error", () => this.askAgain() || this.sayUnplayable());
    this.audio.addEventListener("canplay", () => { this.hasAskedAgain = false; });
    if (this.hasAttribute("peaks")) this.showPicture();
  }

  disconnectedCallback() {
    for (const undo of this.tidy ?? []) undo();
    this.surfer?.destroy();
    this.surfer = null;
    this.isReady = false;
  }

  attributeChangedCallback() {
    this.showMarks();
  }

  say(sentence) {
    if (this.state) this.state.textContent = sentence;
  }

  // The address that a player was sent to may have ended during a long pause: its page gives it another one.
  askAgain() {
    const { audio } = this;
    if (audio.error?.code !== MediaError.MEDIA_ERR_NETWORK || this.hasAskedAgain) return false;
    this.hasAskedAgain = true;
    const at = audio.currentTime;
    audio.addEventListener("loadedmetadata", () => { audio.currentTime = at; }, { once: true });
    audio.load();
    return true;
  }

  sayUnplayable() {
    this.isUnplayable = true;
    this.say("This browser cannot play the recording in its own format. Please try another browser.");
  }

  async showPicture() {
    try {
      this.picture = await fetchPeaks(this.getAttribute("peaks"), () => this.say("The picture of this recording is being drawn. You can listen already."));
    } catch {
      return this.say("There is no picture of this recording. You can listen all the same.");
    }
    if (!this.isConnected) return;
    if (!this.isUnplayable) this.say("");
    this.draw();
  }

  showMarks() {
    if (this.isReady) drawMarks(this.regions, withShownComments(readMarks(this), this.audio.id), this.picture.durationS);
  }

  colours() {
    return { waveColor: colour("--wave"), progressColor: colour("--wave-played"), cursorColor: colour("--warm") };
  }

  draw() {
    this.regions = Regions.create();
    this.surfer = WaveSurfer.create({
      ...this.colours(), container: this.querySelector("[data-stage]"), media: this.audio, height: "auto",
      peaks: this.picture.channels, duration: this.picture.durationS, cspNonce: nonce(), plugins: [this.regions, hover()],
      barWidth: 2, barGap: 1, barRadius: 1, cursorWidth: 2, dragToSeek: true, hideScrollbar: true,
    });
    this.surfer.once("ready", () => { this.isReady = true; this.showMarks(); });
    const refresh = () => this.showMarks();
    document.addEventListener("htmx:after:swap", refresh);
    this.tidy.push(() => document.removeEventListener("htmx:after:swap", refresh));
    this.regions.on("region-clicked", (region, event) => {
      event.stopPropagation();
      playPlace(this.audio, region.start, region.end > region.start ? region.end : null);
    });
    this.setUpCurve();
    this.setUpReadout();
  }

  setUpCurve() {
    const canvas = this.querySelector("[data-loudness]");
    const cursor = this.querySelector("[data-cursor]");
    const redraw = () => {
      drawLoudness(canvas, this.picture);
      this.surfer?.setOptions(this.colours());
    };
    canvas.hidden = false;
    this.surfer.on("timeupdate", (second) => { cursor.style.insetInlineStart = `${(100 * second) / this.picture.durationS}%`; });
    const sizes = new ResizeObserver(() => drawLoudness(canvas, this.picture));
    sizes.observe(canvas);
    canvas.addEventListener("click", (event) => {
      this.audio.currentTime = (event.offsetX / canvas.clientWidth) * this.picture.durationS;
    });
    this.tidy.push(() => sizes.disconnect(), onThemeChange(redraw));
  }

  setUpReadout() {
    const readout = this.querySelector("[data-readout]");
    if (!readout) return;
    const show = () => {
      const lufs = valueAt(this.picture.shortTerm, this.audio.currentTime);
      const loud = lufs === null ? "" : ` · ${decibels(lufs)} LUFS`;
      readout.textContent = `${clock(this.audio.currentTime)} of ${clock(this.picture.durationS)}${loud}`;
    };
    readout.hidden = false;
    this.audio.addEventListener("timeupdate", show);
    this.audio.addEventListener("seeking", show);
    show();
  }
}

if (!customElements.get("sc-waveform")) customElements.define("sc-waveform", Waveform);
