// One file on its way, piece by piece (tus). It goes on after a lost connection, a closed laptop and a restarted server;
// after a reload the same file has to be chosen again, and nothing is sent twice.
import * as tus from "tus-js-client";
import { underWayAgain } from "./begun.js";
import { underWay } from "./leaving.js";
import { pace } from "./pace.js";
import { sentenceIn } from "./refusal.js";

const PIECE_BYTES = 8 * 1024 * 1024;
const SECOND = 1000;
const HOURS_OF_PATIENCE = 8;
const RETRY_DELAYS = [0, 1, 2, 4, 8, 15, ...Array(HOURS_OF_PATIENCE * 120).fill(30)].map((seconds) => seconds * SECOND);
// The browser hashes a file only in one piece of memory: larger ones go without.
const MOST_HASHED_BYTES = 128 * 1024 * 1024;

// A connection that a sleeping laptop has lost may stay silent for a quarter of an hour before it fails.
const SILENCE = 90 * SECOND;
const LOOK_EVERY = 10 * SECOND;

const SIGNED_OUT = 401;
const FULL = 503;
// A full house lasts a moment: so many times one goes back into the line without a word.
const WORDLESS = 3;
const GONE = [404, 410];
const LOST = "The connection is lost. It goes on by itself as soon as it is back; what has arrived is kept.";
const BUSY = "The server does not answer just now. It goes on by itself; what has arrived is kept.";

class NotNow extends Error {
  constructor(status) {
    super(`answered ${status}`);
    this.status = status;
  }
}

export const pausedAt = (percent) => `Paused at ${Math.floor(percent)} %. What has arrived is kept.`;

/**
 * `tell` hears: moved(percent, words), waiting(sentence), done(), failed(sentence, mayGoOn).
 * Returns go(), which begins or goes on, pause(), and cancel(), which deletes what has arrived.
 */
export function transferOf(file, endpoint, tell) {
  const progress = pace(file.size);
  let upload = null;
  let prepared = null; // kept, because to hash a file takes its time
  let wish = 0; // counts what was asked for: who paused meanwhile does not want it to start
  let heard = 0;
  let watch = null;
  const again = () => {
    heard = Date.now();
    progress.restart();
    upload.abort().then(() => upload.start());
  };
  const rest = () => {
    underWay.delete(upload);
    removeEventListener("online", again);
    clearInterval(watch);
  };
  const prepare = async () => {
    underWayAgain(endpoint, file.name);
    upload = new tus.Upload(file, { ...options, metadata: await metadata(file) });
    const [earlier] = await upload.findPreviousUploads();
    if (earlier) upload.resumeFromPreviousUpload(earlier);
  };
  const go = async () => {
    const mine = ++wish;
    const trouble = await (prepared ??= prepare()).then(() => null, reason);
    if (mine !== wish) return;
    if (trouble) return tell.failed(trouble, false);
    underWay.add(upload);
    addEventListener("online", again);
    heard = Date.now();
    watch = setInterval(() => Date.now() - heard > SILENCE && again(), LOOK_EVERY);
    progress.restart();
    upload.start();
  };
  const options = {
    endpoint,
    chunkSize: PIECE_BYTES,
    retryDelays: RETRY_DELAYS,
    removeFingerprintOnSuccess: true,
    onAfterResponse: keepWhatIsThere,
    onShouldRetry: (error, times) => {
      const status = statusOf(error);
      if (status && status < 500 && status !== 409 && status !== 423) return false;
      heard = Date.now();
      progress.restart();
      if (status !== FULL || times >= WORDLESS) tell.waiting(status >= 500 ? BUSY : LOST);
      return true;
    },
    onProgress: (sent) => {
      heard = Date.now();
      tell.moved((100 * sent) / file.size, progress.words(sent));
    },
    onSuccess: () => {
      rest();
      tell.done();
    },
    onError: (error) => {
      rest();
      tell.failed(reason(error), mayGoOn(error));
    },
  };
  const stop = async (discard) => {
    wish++;
    rest();
    await upload?.abort(discard);
  };
  return {
    go,
    pause: () => stop(false),
    cancel: () => stop(true).catch(() => {}), // what cannot be deleted now is swept later
  };
}

async function metadata(file) {
  if (!crypto.subtle || file.size > MOST_HASHED_BYTES) return { filename: file.name };
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  const sha256 = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { filename: file.name, sha256 };
}

// The library begins anew wherever it cannot learn how far an upload is. That is right only where the upload is gone: a
// server that restarts, or a session that has ended, must not cost what has arrived.
function keepWhatIsThere(request, response) {
  const status = response.getStatus();
  if (request.getMethod() === "HEAD" && status >= 400 && !GONE.includes(status)) throw new NotNow(status);
}

function statusOf(error) {
  return error.originalResponse?.getStatus() ?? error.causingError?.status ?? 0;
}

function mayGoOn(error) {
  const status = statusOf(error);
  return Boolean(error.originalRequest) && (!status || status === SIGNED_OUT || status >= 500);
}

function reason(error) {
  const status = statusOf(error);
  if (status === SIGNED_OUT) return "You have been signed out. Sign in again in another tab, then go on here: nothing is sent twice.";
  if (!error.originalRequest) return "This file cannot be read any more: it was changed or moved. Choose it again.";
  if (!status) return "The connection could not be made again. What has arrived is kept.";
  return sentenceIn(error.originalResponse?.getBody() ?? "", "The file could not be sent. Please try again.");
}
