// <textarea data-word-limit="300">: says in [data-word-count="its id"] how many words it has. portal/recordings/texts.py
// counts by the same rule.
import { onArrival } from "./arrival.js";

const WORD = /[\p{L}\p{N}]+(?:['’\-‐‑][\p{L}\p{N}]+)*/gu;

onArrival("textarea[data-word-limit]", (area) => {
  const limit = Number(area.dataset.wordLimit);
  const place = document.querySelector(`[data-word-count="${CSS.escape(area.id)}"]`);
  area.addEventListener("input", () => {
    const words = (area.value.match(WORD) ?? []).length;
    place.textContent = `${words} of ${limit} words`;
    place.classList.toggle("word-count--over", words > limit);
  });
});
