// Where a file may go on an application's page, and which place is proposed for it. The person has the last word.
import { csrfHeaders } from "../csrf.js";
import { objection } from "./header.js";

const JSON_ONLY = { Accept: "application/json" };
const MIN_TELLING_CHARS = 4;

// Every place of every slot, in the order of the page: { id, label, slot, open, holds, begun, endpoint | add }.
export async function placesFrom(address) {
  const response = await fetch(address, { headers: JSON_ONLY });
  if (!response.ok || response.redirected) throw new Error(`answered ${response.status}`);
  const { slots } = await response.json();
  return slots.flatMap((slot) => slot.places.map((place) => ({ ...place, slot })));
}

// A place that is not there yet is made when its file goes. Throws a sentence.
export async function made(place) {
  if (place.endpoint) return place;
  const response = await fetch(place.add, { method: "POST", headers: { ...JSON_ONLY, ...csrfHeaders() } }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!response?.ok) throw answer?.error?.message ?? "The connection is lost. Nothing was sent; try again in a moment.";
  return Object.assign(place, answer, { fresh: true });
}

// Nothing was sent into it after all. Another file may have it made anew.
export async function unmade(place) {
  if (!place.fresh) return;
  const { remove } = place;
  for (const name of ["endpoint", "remove", "fresh"]) delete place[name];
  await fetch(remove, { method: "POST", headers: csrfHeaders() }).catch(() => null);
}

// Files chosen later know a place that was made meanwhile by its address alone.
export const keyOf = (place) => place?.endpoint ?? place?.id;

export function objectionAt(place, chosen) {
  return place ? objection(chosen.file, chosen.header, place.slot.asked, place.slot.max_bytes) : null;
}

// What was begun goes on where it was; a name that tells goes where it points; the others fill what is open, in order.
export function proposed(chosen, places, taken) {
  const free = places.filter((place) => !taken.has(keyOf(place)));
  const begun = free.find((place) => begunAt(place, chosen.file));
  const open = free.filter((place) => place.open && !place.begun.length && !objectionAt(place, chosen));
  const name = telling(chosen.file.name);
  return begun ?? open.find((place) => telling(place.title).some((word) => name.includes(word))) ?? open[0] ?? null;
}

export function begunAt(place, file) {
  return place.begun.find((one) => one.name === file.name && one.size_bytes === file.size);
}

function telling(text) {
  return text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= MIN_TELLING_CHARS);
}
