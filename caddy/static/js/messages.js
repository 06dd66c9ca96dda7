/* Writing messages: asks for people after an @, puts the chosen name into the text and ticks it
   in the list, and brings the focus back after sending. Without it the list alone does. */
"use strict";

const AFTER_AT = /(?:^|\s)@([\p{L}'’-]{0,30}(?: [\p{L}'’-]{0,30})?)$/u;
let asked = null;

function place() {
  return document.getElementById("mention-suggestions");
}

function typedAfterAt(box) {
  return AFTER_AT.exec(box.value.slice(0, box.selectionStart))?.[1];
}

async function suggest(box) {
  const typed = typedAfterAt(box);
  if (typed === undefined) {
    place()?.replaceChildren();
    return;
  }
  asked?.abort();
  asked = new AbortController();
  const address = new URL(place().dataset.source, location.href);
  address.searchParams.set("q", typed);
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
  try {
    const answer = await fetch(address, { headers, signal: asked.signal });
    if (!answer.ok) return;
    const found = document.createRange().createContextualFragment(await answer.text());
    place()?.replaceChildren(...(found.querySelector("#mention-suggestions")?.childNodes ?? []));
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

function choose(button) {
  const form = button.closest("[data-compose]");
  const box = form.querySelector("[data-mentions]");
  const typed = typedAfterAt(box) ?? "";
  const end = box.selectionStart;
  box.setRangeText(`@${button.dataset.mention} `, end - typed.length - 1, end, "end");
  const tick = form.querySelector(`input[name="mentioned"][value="${button.dataset.user}"]`);
  if (tick) tick.checked = true;
  place().replaceChildren();
  box.focus();
}

let pause = null;
document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-mentions]")) return;
  clearTimeout(pause);
  pause = setTimeout(() => suggest(event.target), 150);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-mention]");
  if (button) choose(button);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-compose]");
  if (!form) return;
  const box = form.querySelector("[data-mentions]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    form.requestSubmit();
    return;
  }
  const stops = [box, ...form.querySelectorAll("[data-mention]")];
  if (stops.length < 2) return;
  if (event.key === "Escape") {
    place().replaceChildren();
    box.focus();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const next = step && stops[stops.indexOf(document.activeElement) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

/* What is typed while the last message is still on its way stays in the new box. */
let sent = "";
let typedSince = null;

function composeBox(event) {
  if (event.detail.ctx?.sourceElement?.id !== "compose") return null;
  return document.querySelector("#compose [data-mentions]");
}

document.addEventListener("htmx:before:request", (event) => {
  const box = composeBox(event);
  if (box) sent = box.value;
});

document.addEventListener("htmx:before:swap", (event) => {
  const box = composeBox(event);
  if (box) typedSince = box.value === sent ? null : box.value;
});

document.addEventListener("htmx:after:swap", (event) => {
  const box = composeBox(event);
  if (!box) return;
  if (typedSince !== null) {
    const isSent = box.value === "";
    box.value = isSent && typedSince.startsWith(sent) ? typedSince.slice(sent.length).trimStart() : typedSince;
    typedSince = null;
  }
  (document.querySelector("#compose [data-focus]") ?? box).focus();
});
