// One of several files: where it goes before it is sent, how far it is afterwards.
import { announce, megabytes } from "../words.js";
import { begunAt, made, objectionAt, unmade } from "./places.js";
import { transferOf } from "./transfer.js";

const NOT_NOW = "";
const NO_PLACE = "Choose where it goes. Where a file is already, the new one takes its place.";
const CLASH = "Two files cannot go to the same place.";

/** `chosen` is { file, header }; `heard` hears changed() (a choice, a row that went) and settled() (its turn is over). */
export function rowOf(template, chosen, places, heard) {
  const item = template.content.firstElementChild.cloneNode(true);
  const part = (name) => item.querySelector(`[data-${name}]`);
  const { name } = chosen.file;
  const select = part("place");
  const bar = item.querySelector("progress");
  const pause = part("pause");
  const remove = part("remove");
  let transfer = null;
  let place = null;

  part("name").textContent = name;
  part("size").textContent = megabytes(chosen.file.size);
  select.setAttribute("aria-label", `Where ${name} goes`);
  bar.setAttribute("aria-label", `Sending ${name}`);
  pause.setAttribute("aria-label", `Pause ${name}`);
  remove.setAttribute("aria-label", `Remove ${name}`);
  select.append(new Option("Do not send it", NOT_NOW), ...groups(places));
  select.addEventListener("change", () => heard.changed());

  const row = { item, chosen, state: "chosen" };
  const to = (state, sentence) => {
    row.state = item.dataset.state = state;
    part("words").textContent = sentence;
    select.hidden = state !== "chosen";
    item.querySelector("[data-progress]").hidden = !["waiting", "sending", "paused", "failed"].includes(state);
    part("where").textContent = state === "chosen" ? "" : `${place.slot.title}: ${place.label}`;
    pause.hidden = !["sending", "paused", "failed"].includes(state);
    pause.textContent = state === "sending" ? "Pause" : "Go on";
    pause.setAttribute("aria-label", `${pause.textContent}: ${name}`);
    remove.textContent = state === "chosen" || state === "done" ? "Remove" : "Cancel";
    remove.hidden = state === "done";
    remove.setAttribute("aria-label", `${remove.textContent}: ${name}`);
  };
  const over = (state, sentence) => {
    to(state, sentence);
    announce(`${name}: ${sentence}`);
    heard.settled(row);
  };
  const begin = () => {
    transfer = transferOf(chosen.file, place.endpoint, {
      moved: (percent, words) => {
        bar.value = percent;
        if (row.state === "sending") part("words").textContent = words;
      },
      waiting: (sentence) => {
        if (part("words").textContent !== sentence) announce(`${name}: ${sentence}`);
        part("words").textContent = sentence;
      },
      done: () => over("done", "We have every byte. Now we listen to it."),
      failed: (sentence) => over("failed", sentence),
    });
    return transfer.start();
  };

  pause.addEventListener("click", async () => {
    if (row.state !== "sending") return heard.goOn(row);
    await transfer.pause();
    over("paused", `Paused at ${Math.floor(bar.value)} %. What has arrived is kept.`);
  });
  remove.addEventListener("click", async () => {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    if (row.state !== "chosen") {
      await transfer?.cancel();
      await unmade(place);
    }
    row.state = "removed";
    item.remove();
    (next?.querySelector("[data-remove]") ?? heard.home).focus();
    heard.settled(row);
    heard.changed();
  });

  return Object.assign(row, {
    choice: () => (row.state === "chosen" ? (places.find((one) => one.id === select.value) ?? null) : place),
    choose: (one) => {
      select.value = one?.id ?? NOT_NOW;
    },
    // What speaks against sending it there; `clash` is true when another file is to go to the same place.
    judge: (clash) => {
      const wanted = row.choice();
      const against = clash ? CLASH : objectionAt(wanted ?? places[0], chosen);
      part("words").textContent = against ?? (wanted ? (wanted.holds ? `It takes the place of ${wanted.holds}.` : "") : NO_PLACE);
      item.toggleAttribute("data-refused", Boolean(against));
      return wanted && !against;
    },
    // Its turn will come. Throws a sentence when there is no place for it.
    queue: async () => {
      place = await made(row.choice());
      const begun = begunAt(place, chosen.file);
      if (begun) document.querySelector(`[data-begun="${begun.id}"]`)?.remove(); // what it says is under way again
      to("waiting", "Waits for its turn.");
    },
    send: () => {
      to("sending", "Starting…");
      return transfer ? transfer.goOn() : begin();
    },
    wait: () => to("waiting", "Waits for its turn."),
  });
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
