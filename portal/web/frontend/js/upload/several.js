// <section data-several="PLACES">: several files at once. Each gets a place proposed, which can be changed before it goes.
import { announce } from "../words.js";
import { readHeader } from "./header.js";
import { placesFrom, proposed } from "./places.js";
import { rowOf } from "./several-row.js";

const AT_A_TIME = 2;
const UNDER_WAY = new Set(["chosen", "waiting", "sending", "paused", "failed"]);
const plural = (count) => `${count} file${count === 1 ? "" : "s"}`;

export function sendSeveral(section) {
  const input = section.querySelector('input[type="file"]');
  const list = section.querySelector("[data-several-list]");
  const button = section.querySelector("[data-several-send]");
  const words = section.querySelector("[data-several-words]");
  const template = section.querySelector("template");
  const rows = [];
  const ready = () => rows.filter((row) => row.state === "chosen").filter((row) => row.judge(clashes(row)));

  function clashes(row) {
    const wanted = row.choice()?.id;
    return rows.some((other) => other !== row && wanted && UNDER_WAY.has(other.state) && other.choice()?.id === wanted);
  }
  function changed() {
    const count = ready().length;
    list.hidden = !rows.some((row) => row.state !== "removed");
    button.hidden = !rows.some((row) => row.state === "chosen");
    button.disabled = !count;
    button.textContent = count ? `Send ${plural(count)}` : "Nothing to send yet";
  }
  function next() {
    const free = AT_A_TIME - rows.filter((row) => row.state === "sending").length;
    for (const row of rows.filter((one) => one.state === "waiting").slice(0, Math.max(free, 0))) row.send();
  }
  const heard = {
    home: input,
    changed,
    settled: (row) => {
      if (["done", "removed"].includes(row.state)) section.dispatchEvent(new CustomEvent("uploaded"));
      next();
    },
    goOn: (row) => {
      row.wait();
      next();
    },
  };

  async function take(files) {
    words.textContent = "";
    let places;
    try {
      places = await placesFrom(section.dataset.several);
    } catch {
      words.textContent = "We could not ask the server where these may go. Check your connection, reload the page and choose them again.";
      return announce(words.textContent);
    }
    for (const file of files) {
      const row = rowOf(template, { file, header: await readHeader(file) }, places, heard);
      const taken = new Set(rows.filter((one) => one.state !== "removed").map((one) => one.choice()?.id));
      row.choose(proposed(row.chosen, places, taken));
      rows.push(row);
      list.append(row.item);
    }
    changed();
    announce(`${plural(files.length)} chosen. Look where each of them goes, then send.`);
  }

  async function send() {
    button.disabled = true;
    for (const row of ready()) {
      try {
        await row.queue();
        next();
      } catch (sentence) {
        words.textContent = String(sentence);
        announce(words.textContent);
        break;
      }
    }
    changed();
  }

  section.hidden = false;
  button.addEventListener("click", send);
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // the same file may be chosen again
    take(files);
  });
  dropsAnywhere(section, take);
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
