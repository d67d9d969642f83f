// One of several files: where it goes before it is sent, how far it is afterwards.
import { announce, megabytes } from "../words.js";
import { made, objectionAt, unmade } from "./places.js";
import { pausedAt, transferOf } from "./transfer.js";

const NOT_NOW = "";
const NO_PLACE = "Choose where it goes. Where a file is already, the new one takes its place.";
const CLASH = "Two files cannot go to the same place.";
const MOVING = ["waiting", "sending", "paused", "failed"];

export class Row {
  state = "chosen"; // then waiting, sending, paused, failed (it may go on), refused, done; or removed
  #place = null;
  #transfer = null;

  /** `chosen` is { file, header }; `heard` hears changed(), settled(row) when its turn is over, goOn(row). */
  constructor(template, chosen, places, heard) {
    this.item = template.content.firstElementChild.cloneNode(true);
    this.chosen = chosen;
    this.name = chosen.file.name;
    this.places = places;
    this.heard = heard;
    this.#part("name").textContent = this.name;
    this.#part("size").textContent = megabytes(chosen.file.size);
    this.#part("place").setAttribute("aria-label", `Where ${this.name} goes`);
    this.#part("place").append(new Option("Do not send it", NOT_NOW), ...groups(places));
    this.#bar.setAttribute("aria-label", `Sending ${this.name}`);
    this.#label("remove", "Remove");
    this.#part("place").addEventListener("change", () => heard.changed());
    this.#part("pause").addEventListener("click", () => this.#pauseOrGoOn());
    this.#part("remove").addEventListener("click", () => this.#remove());
  }

  get choice() {
    if (this.state !== "chosen") return this.#place;
    return this.places.find((one) => one.id === this.#part("place").value) ?? null;
  }

  set choice(place) {
    this.#part("place").value = place?.id ?? NOT_NOW;
  }

  // Says what speaks against sending it there; `clash` is true when another file is to go to the same place.
  judge(clash) {
    const wanted = this.choice;
    const against = clash ? CLASH : objectionAt(wanted ?? this.places[0], this.chosen);
    const remark = !wanted ? NO_PLACE : wanted.holds ? `It takes the place of ${wanted.holds}.` : "";
    this.#part("words").textContent = against ?? remark;
    this.item.toggleAttribute("data-refused", Boolean(against));
    return wanted && !against;
  }

  // Its turn will come. Throws a sentence when there is no place for it.
  async queue() {
    this.#place = await made(this.choice);
    this.wait();
  }

  wait() {
    this.#become("waiting", "Waits for its turn.");
  }

  send() {
    this.#become("sending", "Starting…");
    this.#transfer ??= transferOf(this.chosen.file, this.#place.endpoint, {
      moved: (percent, words) => {
        this.#bar.value = percent;
        if (this.state === "sending") this.#part("words").textContent = words;
      },
      waiting: (sentence) => {
        if (this.#part("words").textContent !== sentence) announce(`${this.name}: ${sentence}`);
        this.#part("words").textContent = sentence;
      },
      done: () => this.#settle("done", "Sent. What we hear stands below."),
      failed: (sentence, mayGoOn) => (mayGoOn ? this.#settle("failed", sentence) : this.#refused(sentence)),
    });
    return this.#transfer.go();
  }

  async #pauseOrGoOn() {
    if (this.state !== "sending") return this.heard.goOn(this);
    await this.#transfer.pause();
    this.#settle("paused", pausedAt(this.#bar.value));
  }

  async #remove() {
    const next = this.item.nextElementSibling ?? this.item.previousElementSibling;
    if (!["chosen", "refused"].includes(this.state)) {
      await this.#transfer?.cancel();
      await unmade(this.#place);
    }
    this.state = "removed";
    this.item.remove();
    (next?.querySelector("[data-remove]:not([hidden])") ?? this.heard.home).focus();
    this.heard.settled(this);
  }

  // An empty recording that was made for it alone would only add to what is missing.
  async #refused(sentence) {
    await unmade(this.#place);
    this.#settle("refused", sentence);
  }

  #settle(state, sentence) {
    this.#become(state, sentence);
    announce(`${this.name}: ${sentence}`);
    this.heard.settled(this);
  }

  #become(state, sentence) {
    this.state = this.item.dataset.state = state;
    this.#part("words").textContent = sentence;
    this.#part("place").hidden = true;
    this.#part("where").textContent = `${this.#place.slot.title}: ${this.#place.label}`;
    this.#part("progress").hidden = !MOVING.includes(state);
    this.#part("pause").hidden = !["sending", "paused", "failed"].includes(state);
    this.#part("remove").hidden = state === "done";
    this.#label("pause", state === "sending" ? "Pause" : "Go on");
    this.#label("remove", state === "refused" ? "Remove" : "Cancel");
  }

  get #bar() {
    return this.item.querySelector("progress");
  }

  #part(name) {
    return this.item.querySelector(`[data-${name}]`);
  }

  #label(name, words) {
    this.#part(name).textContent = words;
    this.#part(name).setAttribute("aria-label", `${words}: ${this.name}`);
  }
}

function groups(places) {
  const found = new Map();
  for (const place of places) {
    if (!found.has(place.slot)) {
      const group = document.createElement("optgroup");
      group.label = place.slot.title;
      found.set(place.slot, group);
    }
    found.get(place.slot).append(new Option(place.holds ? `${place.label}, in place of ${place.holds}` : place.label, place.id));
  }
  return found.values();
}
