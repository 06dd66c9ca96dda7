/* My week without a network: a shift shows what was done with it on this phone, and the form that
   comes next. Times are those of the organization, whatever the phone's own zone is. */
"use strict";

{
  const week = document.getElementById("own-week");
  const SAID = {
    start: "Started at {time} on this phone, not sent yet.",
    note: "A note is kept on this phone, not sent yet.",
    finish: "Finished on this phone at {time}, not sent yet.",
  };
  const REFUSED = "Caddy did not take this. It needs a look.";

  /* Returns the local date and time of an instant, as inputs want them. */
  const local = (at) => {
    const text = new Intl.DateTimeFormat("sv-SE", {
      timeZone: week.dataset.zone, dateStyle: "short", timeStyle: "short",
    }).format(at);
    const [on, time] = text.split(" ");
    return { on, time: time.slice(0, 5) };
  };

  const shown = (at) =>
    new Intl.DateTimeFormat("en-AU", { timeZone: week.dataset.zone, timeStyle: "short" }).format(at);

  const put = (form, name, value) => {
    const input = form.elements[name];
    if (input && !input.dataset.isTyped) input.value = value;
  };

  const draw = (card, entries) => {
    const last = entries.at(-1);
    const done = new Set(entries.map((entry) => entry.kind));
    const isOpen = card.dataset.status === "in_progress" || done.has("start");
    const isOver = done.has("finish");
    const step = (name) => card.querySelector(`[data-step="${name}"]`);
    // The page may have been kept for days: whose turn it is, the phone's own calendar says.
    const isAhead = card.dataset.on > local(new Date()).on;
    if (step("start")) step("start").hidden = isOpen || isOver || isAhead;
    for (const name of ["note", "finish"]) step(name).hidden = !isOpen || isOver;
    const kept = card.querySelector("[data-kept]");
    kept.hidden = !last;
    if (!last) return;
    const isRefused = entries.some((entry) => entry.state === "refused");
    const sentence = SAID[last.kind].replace("{time}", shown(new Date(last.keptAt)));
    kept.querySelector("[data-kept-said]").textContent = isRefused ? REFUSED : sentence;
    const form = step("finish").querySelector("form");
    const start = entries.find((entry) => entry.kind === "start");
    if (start) {
      const begun = local(new Date(start.keptAt));
      put(form, "service_on", begun.on);
      put(form, "start_time", begun.time);
    }
    const note = entries.findLast((entry) => entry.kind === "note");
    if (note) for (const one of card.querySelectorAll("[name=notes]")) put(one.form, "notes", note.fields.notes);
  };

  const drawAll = async () => {
    if (!window.CaddyOffline?.person) return;
    const entries = await Outbox.all(CaddyOffline.person);
    for (const card of week.querySelectorAll("[data-shift]")) {
      draw(card, entries.filter((entry) => entry.subject === card.dataset.shift));
    }
  };

  /* The end of a shift is when its form is opened, until somebody types another. */
  const fillEnd = (details) => {
    const form = details.querySelector("form");
    const now = local(new Date());
    put(form, "end_time", now.time);
    const next = form.elements.ends_next_day;
    if (!next.dataset.isTyped) next.checked = form.elements.service_on.value < now.on;
  };

  if (week) {
    week.addEventListener("input", (event) => { event.target.dataset.isTyped = "yes"; });
    week.addEventListener("toggle", (event) => {
      if (event.target.matches('[data-step="finish"][open]')) fillEnd(event.target);
    }, true);
    const today = local(new Date()).on;
    for (const one of week.querySelectorAll("[data-today]")) one.value = today;
    for (const one of week.querySelectorAll("[data-day]")) one.hidden = one.dataset.day !== today;
    document.addEventListener("outbox:kept", async (event) => {
      await drawAll();
      const card = document.getElementById(`shift-${event.detail.entry.subject}`);
      for (const one of card?.querySelectorAll("details") ?? []) one.open = false;
      card?.focus();
      if (!card) location.assign(`/waiting#entry-${event.detail.entry.number}`);
    });
    document.addEventListener("outbox:sent", (event) => {
      // What was sent is on the server's page now; a half-filled form is not taken away for it.
      const isTyping = week.querySelector("details[open]");
      if (event.detail.answers.size && !isTyping && !week.querySelector("[data-not-sent]")) location.reload();
      else drawAll();
    });
    if (location.hash === "#log") document.querySelector("#log details")?.setAttribute("open", "");
    drawAll();
  }
}
