// What the first bytes of a file say, read in the browser before a gigabyte travels. Only what is certain is said:
// the server measures the truth.
import { clock, megabytes } from "../words.js";

const HEAD_BYTES = 64 * 1024;

// What we call here each container that the server names.
const KINDS = { wav: "wav", rf64: "wav", bw64: "wav", w64: "w64", aiff: "aiff", aifc: "aiff", flac: "flac", ogg: "ogg", mp3: "mp3", adts: "mp3", mp4: "mp4", caf: "caf" };

const text = (view, at, length) => String.fromCharCode(...new Uint8Array(view.buffer, at, length));

export async function readHeader(file) {
  const view = await viewAt(file, 0);
  return view.byteLength >= 12 && text(view, 0, 3) === "ID3" ? behindTag(file, view) : headerIn(view);
}

const viewAt = async (file, at) => new DataView(await file.slice(at, at + HEAD_BYTES).arrayBuffer());

// Behind a tag stands MPEG audio or FLAC; what else may follow the server finds out.
async function behindTag(file, view) {
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + (view.getUint8(at) & 127), 0);
  const header = headerIn(await viewAt(file, 10 + size));
  return ["mp3", "flac"].includes(header.kind) ? header : { kind: "undecided" };
}

function headerIn(view) {
  if (view.byteLength < 12) return { kind: "unknown" };
  const start = text(view, 0, 4);
  if (["RIFF", "RF64", "BW64"].includes(start) && text(view, 8, 4) === "WAVE") return wave(view);
  if (start === "fLaC") return flac(view);
  if (start === "FORM" && ["AIFF", "AIFC"].includes(text(view, 8, 4))) return { kind: "aiff" };
  if (["ftyp", "moov", "wide", "mdat"].includes(text(view, 4, 4))) return { kind: "mp4" };
  if (start === "OggS") return { kind: "ogg" };
  if (start === "caff") return { kind: "caf" };
  if (start === "riff") return { kind: "w64" };
  if (start === "\0\0\0\0") return { kind: "undecided" }; // the sound stands further on
  if (view.getUint8(0) === 0xff && (view.getUint8(1) & 0xe0) === 0xe0) return { kind: "mp3" };
  return { kind: framesMayFollow(view) ? "undecided" : "unknown" };
}

// MPEG audio may begin behind what players skip; the server looks closer.
function framesMayFollow(view) {
  for (let at = 0; at + 1 < view.byteLength; at++) {
    if (view.getUint8(at) === 0xff && (view.getUint8(at + 1) & 0xe0) === 0xe0) return true;
  }
  return false;
}

function wave(view) {
  const found = { kind: "wav" };
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const name = text(view, at, 4);
    const size = view.getUint32(at + 4, true);
    if (name === "fmt " && at + 24 <= view.byteLength) {
      found.rate_hz = view.getUint32(at + 12, true);
      bytesPerSecond = view.getUint32(at + 16, true);
    }
    if (name === "data") {
      if (bytesPerSecond && size && size < 0xffffffff) found.duration_s = size / bytesPerSecond;
      break;
    }
    at += 8 + size + (size % 2);
  }
  return found;
}

function flac(view) {
  if (view.byteLength < 26 || (view.getUint8(4) & 0x7f) !== 0) return { kind: "flac" };
  const rate = (view.getUint8(18) << 12) | (view.getUint8(19) << 4) | (view.getUint8(20) >> 4);
  const samples = (view.getUint8(21) & 0x0f) * 2 ** 32 + view.getUint32(22);
  return { kind: "flac", rate_hz: rate, ...(samples ? { duration_s: samples / rate } : {}) };
}

const moreThan = (limit, size) => (megabytes(size) === megabytes(limit) ? `more than ${megabytes(limit)}` : megabytes(size));

// A sentence when the file cannot be what is asked for; null when nothing speaks against sending it.
export function objection(file, header, asked, limit) {
  if (file.size > limit) return `${file.name} has ${moreThan(limit, file.size)}; at most ${megabytes(limit)} can be taken here.`;
  if (file.size === 0) return `${file.name} is empty. Export it again and try to play it first.`;
  return asked ? wrongKind(header, asked) : null;
}

export async function objectionTo(form, file) {
  const limit = Number(form.querySelector('input[type="file"]').dataset.maxBytes ?? Infinity);
  const asked = form.dataset.asked ? JSON.parse(form.dataset.asked) : null;
  return objection(file, asked && (await readHeader(file)), asked, limit);
}

function wrongKind(header, asked) {
  if (asked.containers) {
    if (header.kind === "unknown") return `This does not look like a sound file. The programme asks for ${asked.formats_in_words}.`;
    if (header.kind !== "undecided" && !asked.containers.some((container) => KINDS[container] === header.kind)) {
      return `This is ${header.kind.toUpperCase()}. The programme asks for ${asked.formats_in_words}. Export it again from the session.`;
    }
  }
  if (asked.min_rate_hz && header.rate_hz && header.rate_hz < asked.min_rate_hz) {
    return `This file has ${header.rate_hz / 1000} kHz; the programme asks for at least ${asked.min_rate_hz / 1000} kHz. Export it again from the session: converting it up will not help.`;
  }
  return wrongLength(header.duration_s, asked);
}

function wrongLength(duration, asked) {
  if (duration === undefined) return null;
  const seconds = Math.round(duration * 10) / 10;
  if (asked.shortest_s && seconds < asked.shortest_s) {
    return `This file lasts ${clock(seconds)}; the programme asks for at least ${clock(asked.shortest_s)}.`;
  }
  if (asked.longest_s && seconds >= asked.longest_s) {
    return `This file lasts ${clock(seconds)}; the programme takes at most ${clock(asked.longest_shown_s)}. Cut it, or send an excerpt.`;
  }
  return null;
}
