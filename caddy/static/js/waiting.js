/* The page of what is on this phone and not sent yet: drawn from the outbox, with a form for each
   entry to look at, change, send again or discard. */
"use strict";

{
  const page = document.getElementById("waiting");
  const list = page.querySelector("[data-list]");
  const said = page.querySelector("[data-said]");
  const WHY = {
    "no-network": "There is no network now.",
    "no-token": "Load this page again to send what waits.",
  };

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children.filter(Boolean));
    return element;
  };

  const when = (at) =>
    new Intl.DateTimeFormat("en-AU", { timeZone: page.dataset.zone, dateStyle: "medium", timeStyle: "short" }).format(at);

  const input = (entry, one, id) => {
    const value = entry.fields[one.name] ?? "";
    if (one.kind === "select") {
      const options = one.options.map(([key, text]) => make("option", { value: key, textContent: text, selected: key === value }));
      return make("select", { id, name: one.name }, ...options);
    }
    if (one.kind === "textarea") return make("textarea", { id, name: one.name, value, maxLength: 10_000 });
    if (one.kind === "checkbox") return make("input", { id, name: one.name, type: "checkbox", value: "y", checked: Boolean(value) });
    return make("input", { id, name: one.name, type: one.kind, value, autocomplete: "off" });
  };

  const field = (entry, one) => {
    const id = `entry-${entry.number}-${one.name}`;
    const control = input(entry, one, id);
    control.required = one.isRequired;
    const errors = entry.errors?.[one.name]?.join(" ");
    const note = errors && make("p", { className: "field__error", id: `${id}-error`, textContent: errors });
    if (errors) {
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", note.id);
    }
    if (one.kind === "checkbox") {
      return make("div", { className: "field" }, make("label", { className: "choice", htmlFor: id }, control, make("span", { textContent: one.label })), note);
    }
    return make("div", { className: "field" }, make("label", { className: "field__label", htmlFor: id, textContent: one.label }), control, note);
  };

  const changed = (entry, form) => {
    const typed = Object.fromEntries(new FormData(form));
    // A box without its tick is not in the form's data.
    return Object.fromEntries(entry.inputs.map((one) => [one.name, typed[one.name] ?? ""]));
  };

  const editor = (entry) => {
    const isRefused = entry.state === "refused";
    if (!isRefused && !entry.inputs.length) return null;
    const form = make("form", { className: "stack-small" }, ...entry.inputs.map((one) => field(entry, one)));
    form.append(make("div", { className: "cluster" }, make("button", { className: "button button--primary", textContent: isRefused ? "Send again" : "Keep the changes" })));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await Outbox.change(entry.number, changed(entry, form));
      CaddyOffline.send();
    });
    if (!entry.inputs.length) return form;
    const title = isRefused ? "Fix it and send it again" : "See or change it";
    return make("details", { className: "more", open: isRefused }, make("summary", { textContent: title }), form);
  };

  const dialog = document.getElementById("discard");
  let unwanted = null;
  const discard = (entry) => {
    unwanted = entry.number;
    dialog.showModal();
  };
  dialog.addEventListener("click", async (event) => {
    if (event.target.matches("[data-discard]")) await Outbox.remove(unwanted);
    if (event.target.matches("button")) dialog.close();
  });

  const problem = (entry) => {
    const notice = make("p", { className: "notice" }, make("span", { textContent: entry.problem }));
    notice.setAttribute("role", "alert");
    if (entry.subject) notice.firstChild.append(" ", make("a", { href: `/services/${entry.subject}`, textContent: "See the shift" }));
    return notice;
  };

  const card = (entry) => {
    const isRefused = entry.state === "refused";
    const away = make("button", { className: "button button--danger", type: "button", textContent: "Discard" });
    away.setAttribute("aria-describedby", `entry-${entry.number}-title`);
    away.addEventListener("click", () => discard(entry));
    return make("li", { className: `card waiting__entry${isRefused ? " waiting__entry--refused" : ""}`, id: `entry-${entry.number}` },
      make("h2", { id: `entry-${entry.number}-title`, textContent: entry.title }),
      make("p", { className: "soft small", textContent: `Done ${when(new Date(entry.keptAt))}` }),
      isRefused && problem(entry),
      editor(entry),
      make("p", {}, away));
  };

  const say = (count, outcome) => {
    const what = count === 1 ? "1 thing is on this phone and not sent yet." : `${count} things are on this phone and not sent yet.`;
    said.textContent = count ? `${what} ${WHY[outcome?.why] ?? ""}` : "Everything is sent. Nothing waits on this phone.";
    if (count && outcome?.why === "signed-out") {
      said.append("You are not signed in any more. ", make("a", { href: page.dataset.signIn, textContent: "Sign in to send them" }));
    }
  };

  let drawn = "";
  let last;
  const draw = async () => {
    const entries = await Outbox.all(CaddyOffline.person);
    say(entries.length, last);
    page.querySelector("[data-send]").hidden = !entries.length;
    const isLeaving = location.search.includes("leaving") && entries.length > 0;
    for (const one of page.querySelectorAll("[data-signing-out]")) one.hidden = !isLeaving;
    // What somebody is typing is not drawn anew for what has nothing to do with it.
    const now = JSON.stringify(entries.map(({ number, state, problem: why, fields }) => [number, state, why, fields]));
    if (now === drawn) return;
    drawn = now;
    list.replaceChildren(...entries.map(card));
  };

  if (window.CaddyOffline?.person && window.Outbox) {
    new BroadcastChannel("caddy-outbox").addEventListener("message", draw);
    document.addEventListener("outbox:sent", (event) => { last = event.detail; draw(); });
    page.querySelector("[data-send]").addEventListener("click", () => CaddyOffline.send());
    draw().then(() => {
      const wanted = document.getElementById(location.hash.slice(1));
      wanted?.scrollIntoView();
    });
  }
}
