// <section data-several="PLACES">: several files at once. Each gets a place proposed, which can be changed before it goes.
import { announce } from "../words.js";
import { readHeader } from "./header.js";
import { keyOf, placesFrom, proposed } from "./places.js";
import { Row } from "./several-row.js";

const AT_A_TIME = 2;
const UNDER_WAY = new Set(["waiting", "sending", "paused", "failed"]);
const HOLDING = new Set(["chosen", ...UNDER_WAY]);
const UNREACHED = "We could not ask the server where these may go. Check your connection, reload the page and choose them again.";
const plural = (count) => `${count} file${count === 1 ? "" : "s"}`;

export function sendSeveral(section) {
  const several = new Several(section);
  const input = section.querySelector('input[type="file"]');
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // the same file may be chosen again
    several.take(files);
  });
  dropsAnywhere(section, (files) => several.take(files));
  section.hidden = false;
}

class Several {
  #rows = [];
  #queueing = false;

  constructor(section) {
    this.section = section;
    this.home = section.querySelector('input[type="file"]');
    this.list = section.querySelector("[data-several-list]");
    this.button = section.querySelector("[data-several-send]");
    this.button.addEventListener("click", () => this.#send());
  }

  async take(files) {
    this.#complain("");
    const places = await placesFrom(this.section.dataset.several).catch(() => null);
    if (!places) return this.#complain(UNREACHED);
    for (const file of files) {
      const row = new Row(this.section.querySelector("template"), { file, header: await readHeader(file) }, places, this);
      const taken = new Set(this.#rows.filter((one) => HOLDING.has(one.state)).map((one) => keyOf(one.choice)));
      row.choice = proposed(row.chosen, places, taken);
      this.#rows.push(row);
      this.list.append(row.item);
    }
    this.changed();
    announce(`${plural(files.length)} chosen. Look where each of them goes, then send.`);
  }

  // What rows tell: a choice was made or a row went; its turn is over; it wants another turn.
  changed() {
    const count = this.#ready().length;
    this.list.hidden = !this.#rows.some((row) => row.state !== "removed");
    this.button.hidden = !this.#rows.some((row) => row.state === "chosen");
    this.button.disabled = !count || this.#queueing;
    const nothing = this.#rows.some((row) => UNDER_WAY.has(row.state)) ? "Nothing else to send" : "Nothing to send yet";
    this.button.textContent = count ? `Send ${plural(count)}` : nothing;
  }

  settled(row) {
    if (["done", "refused", "removed"].includes(row.state)) this.section.dispatchEvent(new CustomEvent("uploaded"));
    this.changed();
    this.#next();
  }

  goOn(row) {
    row.wait();
    this.#next();
  }

  async #send() {
    this.#queueing = this.button.disabled = true;
    try {
      for (const row of this.#ready()) {
        await row.queue();
        this.#next();
      }
    } catch (sentence) {
      this.#complain(String(sentence));
    }
    this.#queueing = false;
    this.changed();
  }

  #next() {
    const free = AT_A_TIME - this.#rows.filter((row) => row.state === "sending").length;
    for (const row of this.#rows.filter((one) => one.state === "waiting").slice(0, Math.max(free, 0))) row.send();
  }

  #ready() {
    return this.#rows.filter((row) => row.state === "chosen").filter((row) => row.judge(this.#clashes(row)));
  }

  #clashes(row) {
    const wanted = keyOf(row.choice);
    return this.#rows.some((other) => other !== row && wanted && HOLDING.has(other.state) && keyOf(other.choice) === wanted);
  }

  #complain(sentence) {
    this.section.querySelector("[data-several-words]").textContent = sentence;
    if (sentence) announce(sentence);
  }
}

// Whoever lets files go beside the section means it; the browser would leave the page for them.
function dropsAnywhere(section, take) {
  const ours = (event) => section.isConnected && event.dataTransfer?.types.includes("Files") && !event.target.closest?.("form[data-upload]");
  const over = (is) => section.toggleAttribute("data-drop", is);
  document.addEventListener("dragover", (event) => {
    if (!ours(event)) return;
    event.preventDefault();
    over(true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget ?? over(false));
  document.addEventListener("drop", (event) => {
    if (!ours(event)) return;
    event.preventDefault();
    over(false);
    if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
  });
}
