/* Live panels: says whether the stream is connected, drops what the page does not show, and
   speaks changed traffic lights without flooding. The server decides everything else. */
"use strict";

const SILENCE = 35_000;
const VOICE_PAUSE = 4_000;
const WORDS = { live: "Live", lost: "Reconnecting…", paused: "Paused", off: "Not live" };

let connection = null;
let lastHeard = 0;
let hasBeenLive = false;
let toSay = new Map();
let voiceTimer = null;

function show(state) {
  const status = document.getElementById("live-status");
  if (!status || status.dataset.state === state) return;
  status.dataset.state = state;
  status.textContent = WORDS[state];
}

function heard(event) {
  connection = event.detail.connection;
  lastHeard = Date.now();
  hasBeenLive = true;
  show("live");
}

/* Past the browser's cache: a request for the same address as one that is still open waits there
   for up to 20 s, so that a page opened twice, or again, would stay silent for as long. */
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement?.id === "live-stream") ctx.request.cache = "no-store";
});

document.addEventListener("htmx:sse:after:connection", heard);
document.addEventListener("htmx:sse:before:message", heard);
document.addEventListener("htmx:sse:error", () => show("lost"));
document.addEventListener("htmx:sse:before:connection", () => {
  if (hasBeenLive) show(document.hidden ? "paused" : "lost");
});

/* A page shows some of what the organization does: fragments without a place here are dropped. */
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  if (ctx?.sourceElement?.id !== "live-stream") return;
  if (tasks.some((task) => task.type === "partial")) follow("budgets");
  for (let at = tasks.length - 1; at >= 0; at -= 1) {
    const task = tasks[at];
    if (task.type !== "partial") continue;
    follow(task.fragment?.querySelector?.("[data-light]")?.id);
    follow(task.fragment?.querySelector?.("[id]")?.id);
    if (!task.target) tasks.splice(at, 1);
    else remember(task);
  }
});

/* What a person unfolded stays so: what comes from the server is always folded. */
const unfolded = new WeakMap();
document.addEventListener("htmx:before:swap", ({ detail }) => {
  unfolded.set(detail.ctx, document.querySelectorAll("details[open]:not(.menu)"));
});
document.addEventListener("htmx:after:swap", ({ detail }) => {
  for (const one of unfolded.get(detail.ctx) ?? []) one.open = true;
});

function remember(task) {
  const next = task.fragment.querySelector?.("[data-light]");
  if (!next) return;
  const isOlder = Number(next.dataset.version) < Number(task.target.dataset.version);
  if (isOlder) { task.fragment = document.createRange().createContextualFragment(task.target.outerHTML); return; }
  if (next.dataset.light !== task.target.dataset.light) say(next.id, next.dataset.name);
  next.classList.add("fresh");
}

/* Sums and lists that hang on a budget are asked for anew when it changed, not sent to everyone. */
function follow(what) {
  for (const place of document.querySelectorAll(`[data-follows="${what}"]`)) place.dispatchEvent(new CustomEvent("refresh"));
}

function say(id, sentence) {
  toSay.set(id, sentence);
  voiceTimer ??= setTimeout(() => {
    const voice = document.getElementById("live-voice");
    const sentences = [...toSay.values()];
    const shown = sentences.slice(0, 3).join(". ");
    const more = sentences.length > 3 ? `. And ${sentences.length - 3} more lights changed` : "";
    if (voice) voice.textContent = `${shown}${more}.`;
    toSay = new Map();
    voiceTimer = null;
  }, VOICE_PAUSE);
}

/* A connection that died without a word is noticed by its silence, for the server beats every
   15 s; ending it here makes htmx connect anew and ask for what was missed. */
setInterval(() => {
  if (!hasBeenLive || document.hidden || Date.now() - lastHeard <= SILENCE) return;
  show("lost");
  connection?.reader?.cancel();
}, 5_000);
