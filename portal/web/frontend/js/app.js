// Every page loads this; the sound player is fetched only where a page has one.
import "htmx.org";
import "./autosave.js";
import "./countdown.js";
import "./dialog.js";
import "./fragments.js";
import "./listening-room.js";
import "./page.js";
import "./reader-time.js";
import "./upload/index.js";
import "./word-count.js";
import { onArrival } from "./arrival.js";

onArrival("sc-waveform", () => import("./sound/element.js"));
onArrival("sc-curves", () => import("./sound/curves.js"));
