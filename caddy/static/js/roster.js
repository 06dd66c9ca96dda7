/* Moves a planned shift on the roster: dragged, or with its grip and the arrow keys. It is shown
   where it goes at once; what the server refuses comes back to its place, with the sentence beside
   it. Without this the link "Move" leads to the form, which can do more. */
"use strict";

{
  const STEP = 15;
  const PIXELS = 16;
  const BEGINS = 6;
  const DAY = 1440;
  let move = null;
  let isPlacing = false;

  const columns = () => [...document.querySelectorAll("[data-column]")];
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  const two = (number) => String(number).padStart(2, "0");
  const clock = (at) => `${two(Math.floor((at % DAY) / 60))}:${two(at % 60)}`;
  const spoken = (at) => {
    const hour = Math.floor((at % DAY) / 60);
    return `${hour % 12 || 12}:${two(at % 60)} ${hour < 12 ? "am" : "pm"}`;
  };
  const say = (words) => {
    const voice = document.querySelector("[data-roster-voice]");
    if (voice) voice.textContent = words;
  };

  const begin = (slot) => {
    const start = minutes(slot.dataset.start);
    const end = minutes(slot.dataset.end);
    slot.querySelector(":scope > .roster__said")?.remove();
    const column = slot.closest("[data-column]");
    return {
      slot, start, column,
      long: (end - start + DAY) % DAY || DAY,
      from: { start, column, worker: slot.dataset.worker, day: slot.dataset.day },
    };
  };

  const isElsewhere = (one) => one.column !== one.from.column || one.start !== one.from.start;
  const written = ({ start, long }) => `${spoken(start)} to ${spoken(start + long)}`;

  const show = (one) => {
    one.slot.querySelector("[data-time]").textContent = written(one);
    const name = one.column.dataset.workerName;
    if (name) one.slot.querySelector("[data-worker-name]").textContent = name;
  };

  /* Puts the shift into its column, in the order of the times, and keeps the focus. */
  const place = (one) => {
    isPlacing = true;
    const focused = one.slot.contains(document.activeElement) ? document.activeElement : null;
    const later = [...one.column.querySelectorAll(".roster__slot")].find(
      (other) => other !== one.slot && minutes(other.dataset.start) > one.start,
    );
    one.column.insertBefore(one.slot, later ?? one.column.querySelector(".roster__none"));
    show(one);
    focused?.focus({ preventScroll: true });
    one.slot.scrollIntoView({ block: "nearest", inline: "nearest" });
    isPlacing = false;
  };

  const putBack = (one) => {
    one.start = one.from.start;
    one.column = one.from.column;
    place(one);
  };

  const note = (one, words, { refused = false } = {}) => {
    one.slot.querySelector(":scope > .roster__said")?.remove();
    const box = document.createElement("div");
    box.className = `roster__said${refused ? " roster__said--refused" : ""}`;
    box.setAttribute("role", refused ? "alert" : "status");
    const text = document.createElement("p");
    text.textContent = words;
    const ways = document.createElement("div");
    ways.className = "cluster";
    box.append(text, ways);
    one.slot.append(box);
    return ways;
  };

  const button = (words, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  };

  const fields = (one, anyway) => {
    const token = document.querySelector('input[name="csrf_token"]').value;
    const form = new URLSearchParams({
      csrf_token: token,
      version: one.slot.dataset.version,
      service_on: one.column.dataset.day,
      start_time: clock(one.start),
      end_time: clock(one.start + one.long),
      worker: one.column.dataset.worker ?? one.slot.dataset.worker,
    });
    if (one.start + one.long >= DAY) form.set("ends_next_day", "y");
    if (anyway) form.set("save_anyway", "y");
    return form;
  };

  const ask = async (one, anyway) => {
    try {
      const response = await fetch(one.slot.dataset.action, {
        method: "POST", body: fields(one, anyway), redirect: "manual",
        headers: { Accept: "application/json" },
      });
      const said = await response.json().catch(() => ({}));
      return { ok: response.ok, status: response.status, said };
    } catch {
      return { ok: false, said: { message: "Caddy could not be reached. The shift was not moved." } };
    }
  };

  const sentenceOf = ({ said }) =>
    Object.values(said.details ?? {}).flat().join(" ") || said.message ||
    "The shift was not moved. Open the page again and try once more.";

  const save = async (one, { anyway = false, isUndo = false } = {}) => {
    const to = { start: one.start, column: one.column };
    const { slot } = one;
    slot.classList.add("roster__slot--saving");
    slot.setAttribute("aria-busy", "true");
    const answer = await ask(one, anyway);
    slot.classList.remove("roster__slot--saving");
    slot.removeAttribute("aria-busy");
    if (answer.ok) {
      moved(one, answer.said, isUndo);
      return;
    }
    putBack(one);
    const ways = note(one, sentenceOf(answer), { refused: true });
    if (answer.said.details?.save_anyway) {
      const again = () => { Object.assign(one, to); place(one); save(one, { anyway: true }); };
      ways.append(button("Move all the same", again));
    }
    const form = slot.querySelector(".roster__move").cloneNode(false);
    form.className = "button";
    form.textContent = "Use the form";
    ways.append(form);
  };

  const moved = (one, said, isUndo) => {
    const { slot } = one;
    const { from } = one;
    slot.dataset.version = said.version;
    slot.dataset.day = one.column.dataset.day;
    slot.dataset.worker = one.column.dataset.worker ?? slot.dataset.worker;
    slot.dataset.start = clock(one.start);
    slot.dataset.end = clock(one.start + one.long);
    const ways = note(one, isUndo ? "It is back where it was." : said.sentence);
    if (isUndo) return;
    ways.append(button("Undo", () => {
      const back = begin(slot);
      back.start = from.start;
      back.column = from.column;
      place(back);
      slot.querySelector(".roster__grip")?.focus();
      save(back, { isUndo: true });
    }));
  };

  /* By keys: Enter on the grip takes the shift up, and puts it down. */
  const take = (slot) => {
    move = begin(slot);
    slot.classList.add("roster__slot--held");
    slot.querySelector(".roster__grip").setAttribute("aria-pressed", "true");
    say(`${slot.dataset.whom} taken up: ${move.column.dataset.label}, ${written(move)}. Arrow keys move it, Enter saves, Escape puts it back.`);
  };

  const letGo = () => {
    const { slot } = move;
    slot.classList.remove("roster__slot--held");
    slot.querySelector(".roster__grip").setAttribute("aria-pressed", "false");
    move = null;
  };

  const drop = (isWanted) => {
    const one = move;
    letGo();
    if (!isWanted) {
      putBack(one);
      say(`${one.slot.dataset.whom} is back where it was.`);
    } else if (isElsewhere(one)) {
      save(one);
    } else say("Nothing was moved.");
  };

  const STEPS = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  const step = ([sideways, later]) => {
    const all = columns();
    const next = all[all.indexOf(move.column) + sideways];
    const start = move.start + later;
    if (!next || start < 0 || start >= DAY) {
      say("It ends here. The form can move it further.");
      return;
    }
    move.column = next;
    move.start = start;
    place(move);
    say(`${next.dataset.label}, ${written(move)}`);
  };

  document.addEventListener("keydown", (event) => {
    const grip = event.target.closest?.(".roster__grip");
    if (move?.pointer) {
      if (event.key === "Escape") endDrag(false);
      return;
    }
    if (!grip) return;
    const isPress = event.key === "Enter" || event.key === " ";
    if (!move && isPress && grip.closest("[aria-busy]")) return;
    if (!move && isPress) take(grip.closest("[data-shift]"));
    else if (move && isPress) drop(true);
    else if (move && event.key === "Escape") drop(false);
    else if (move && STEPS[event.key]) step(STEPS[event.key]);
    else return;
    event.preventDefault();
  });

  document.addEventListener("focusout", (event) => {
    if (move && !move.pointer && !isPlacing && event.target.closest?.(".roster__grip")) drop(false);
  });

  /* By pointer: sideways another column, up and down another time. */
  const areBeside = () => {
    const [first, second] = columns().map((one) => one.getBoundingClientRect());
    return !second || first.left !== second.left;
  };

  const drag = (event) => {
    const across = event.clientX - move.pointer.x;
    const down = event.clientY - move.pointer.y;
    if (!move.isDragged && Math.hypot(across, down) < BEGINS) return;
    if (!move.isDragged) {
      move.isDragged = true;
      move.slot.classList.add("roster__slot--held", "roster__slot--dragged");
    }
    event.preventDefault();
    move.slot.style.transform = `translate(${across}px, ${down}px)`;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-column]");
    if (under) move.column = under;
    if (areBeside()) {
      const later = Math.trunc(down / PIXELS) * STEP;
      move.start = Math.min(Math.max(0, move.from.start + later), DAY - STEP);
    }
    for (const one of columns()) one.classList.toggle("roster__day--target", one === move.column);
    show(move);
  };

  const stopClick = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };

  const endDrag = (isWanted) => {
    const one = move;
    move = null;
    for (const column of columns()) column.classList.remove("roster__day--target");
    one.slot.classList.remove("roster__slot--held", "roster__slot--dragged");
    one.slot.style.transform = "";
    if (!one.isDragged) return;
    // The press that ends a drag is no click on the link that was dragged.
    document.addEventListener("click", stopClick, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", stopClick, { capture: true }), 50);
    if (isWanted && isElsewhere(one)) {
      place(one);
      save(one);
    } else putBack(one);
  };

  document.addEventListener("pointerdown", (event) => {
    const slot = event.target.closest?.("[data-shift]");
    if (!slot || move || event.button !== 0 || slot.hasAttribute("aria-busy")) return;
    if (event.target.closest(".roster__said, .roster__move")) return;
    const isGrip = event.target.closest(".roster__grip");
    if (event.pointerType !== "mouse" && !isGrip) return;
    move = { ...begin(slot), pointer: { x: event.clientX, y: event.clientY } };
  });
  document.addEventListener("pointermove", (event) => { if (move?.pointer) drag(event); });
  document.addEventListener("pointerup", () => { if (move?.pointer) endDrag(true); });
  document.addEventListener("pointercancel", () => { if (move?.pointer) endDrag(false); });
  document.addEventListener("selectstart", (event) => { if (move?.pointer) event.preventDefault(); });
  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.("[data-shift]")) event.preventDefault();
  });

  const dress = () => {
    for (const slot of document.querySelectorAll("[data-shift]:not(:has(.roster__grip))")) {
      const grip = document.createElement("button");
      grip.type = "button";
      grip.className = "roster__grip";
      grip.setAttribute("aria-pressed", "false");
      grip.setAttribute("aria-label", `Move by keys or drag: ${slot.dataset.whom}, ${spoken(minutes(slot.dataset.start))}`);
      slot.querySelector(".roster__move").before(grip);
    }
    const help = document.querySelector("[data-roster-help]");
    if (help) help.hidden = !document.querySelector("[data-shift]");
  };

  document.addEventListener("htmx:after:swap", dress);
  dress();
}
