// What says that part of a file is here goes as soon as the file is on its way again in this page.
import { onArrival } from "../arrival.js";

const onTheirWay = new Set();
const keyOf = (endpoint, name) => `${endpoint} ${name}`;
const isOnItsWay = (element) => onTheirWay.has(keyOf(element.dataset.begun, element.dataset.begunName));

export function underWayAgain(endpoint, name) {
  onTheirWay.add(keyOf(endpoint, name));
  for (const element of document.querySelectorAll("[data-begun]")) if (isOnItsWay(element)) element.remove();
}

onArrival("[data-begun]", (element) => isOnItsWay(element) && element.remove());
