/* Caddy without a network, on the page's side: forms with data-waits go through the outbox, the
   pages of data named in the head are kept for later, and the header says what is not sent. */
"use strict";

{
  const meta = (name) => document.querySelector(`meta[name="caddy-${name}"]`)?.content ?? "";
  const person = meta("person");
  const session = meta("session");
  const keeps = meta("keeps").split(" ").filter(Boolean);
  const CACHE = `personal-${session}`;
  const FRESH = 600_000;
  const SOON = 2_000;
  const AGAIN = 60_000;
  const isAble = Boolean(person && window.indexedDB && navigator.locks && window.Outbox);

  /* ---- what is kept of a person's pages ---- */

  const wipe = async (but) => {
    for (const name of await caches.keys()) {
      if (name.startsWith("personal-") && name !== but) await caches.delete(name);
    }
  };

  const keepPages = async () => {
    const cache = await caches.open(CACHE);
    for (const path of keeps) {
      const kept = await cache.match(path);
      const isOld = !kept || kept.headers.has("X-Is-Old");
      if (!isOld && Date.now() - Number(kept.headers.get("X-Kept-At")) < FRESH) continue;
      const response = await fetch(path, { headers: { Accept: "text/html", "X-To-Keep": "y" }, redirect: "manual" });
      if (response.type === "opaqueredirect" || [401, 403].includes(response.status)) return wipe();
      if (response.status !== 200) continue;
      const headers = new Headers(response.headers);
      headers.set("X-Kept-At", String(Date.now()));
      // It is shown only where there is no network, and says so from the start.
      const text = (await response.text()).replace("data-no-network hidden", "data-no-network data-is-kept");
      await cache.put(path, new Response(text, { headers }));
    }
  };

  const prepare = async () => {
    if (!("serviceWorker" in navigator)) return;
    navigator.serviceWorker.register("/service-worker.js").catch(() => {});
    if (location.pathname === "/sign-in") await wipe();
    if (!session) return;
    await wipe(CACHE);
    if (keeps.length) await keepPages();
  };

  /* ---- what waits ---- */

  const show = async () => {
    const count = isAble ? (await Outbox.all(person)).length : 0;
    for (const place of document.querySelectorAll("[data-waiting]")) {
      place.hidden = !count;
      const shown = place.querySelector("[data-waiting-count]");
      if (shown) shown.textContent = count;
    }
    for (const one of document.querySelectorAll("[data-no-network]")) one.hidden = navigator.onLine && !("isKept" in one.dataset);
    return count;
  };

  // Where what another tab or the service worker sent for this one can be seen.
  const heard = new Map();

  // A phone does not always know that it has a network, or that it has none: it is tried again
  // soon, then more and more seldom, and at once where a person looks at the page again.
  let timer;
  let pause = SOON;
  const tryLater = () => {
    clearTimeout(timer);
    timer = setTimeout(() => send(), pause);
    pause = Math.min(2 * pause, AGAIN);
  };
  const tryNow = () => {
    pause = SOON;
    return send();
  };

  const send = async (isFollowed = false) => {
    clearTimeout(timer);
    const outcome = await Outbox.send();
    if (outcome.why !== "no-network") {
      for (const one of document.querySelectorAll("[data-is-kept]")) delete one.dataset.isKept;
      show();
    }
    if (outcome.why === "signed-out") await wipe();
    // Not before the next page: what the server has to say is for that one.
    else if (outcome.answers.size && !isFollowed) keepPages().catch(() => {});
    if (!outcome.why) pause = SOON;
    else if (outcome.why !== "signed-out") tryLater();
    document.dispatchEvent(new CustomEvent("outbox:sent", { detail: outcome }));
    return outcome;
  };

  const sendLater = async () => {
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.sync?.register("outbox").catch(() => {});
    tryLater();
  };

  /* ---- forms that can wait ---- */

  /* Returns what a person sees of a field, so that it can be shown and changed without its page. */
  const described = (input) => {
    const label = document.querySelector(`label[for="${CSS.escape(input.id)}"]`);
    const copy = label?.cloneNode(true);
    copy?.querySelectorAll(".field__optional, input").forEach((part) => part.remove());
    return {
      name: input.name,
      label: copy?.textContent.trim() || input.name,
      kind: input.matches("textarea, select") ? input.localName : input.type,
      isRequired: input.required,
      options: input.localName === "select" ? [...input.options].map((one) => [one.value, one.text]) : null,
    };
  };

  const read = (form) => {
    const fields = Object.fromEntries(new FormData(form));
    delete fields.csrf_token;
    const seen = [...form.elements].filter((one) => one.name && one.type !== "hidden" && one.localName !== "button");
    const name = form.querySelector("[data-names]")?.selectedOptions[0]?.text;
    return {
      person,
      fields,
      kind: form.dataset.waits,
      title: name ? `${form.dataset.title}: ${name}` : form.dataset.title,
      subject: form.dataset.subject ?? null,
      url: new URL(form.action).pathname,
      inputs: seen.map(described),
    };
  };

  const tell = (form, sentence, isTrouble) => {
    form.querySelector("[data-not-sent]")?.remove();
    if (!sentence) return;
    const said = document.createElement("p");
    said.className = "toast";
    said.dataset.notSent = "";
    said.setAttribute("role", isTrouble ? "alert" : "status");
    said.textContent = sentence;
    form.prepend(said);
  };

  const submit = async (form) => {
    let entry;
    try {
      const wanted = read(form);
      entry = await Outbox.keep(wanted);
    } catch {
      form.submit();  // no room on this phone: as without JavaScript
      return;
    }
    tell(form, "Sending…");
    const { why, answers } = await send(true);
    const answer = answers.get(entry.key) ?? heard.get(entry.key);
    if (answer) {
      location.assign(answer.url);
      return;
    }
    const still = (await Outbox.all(person)).find((one) => one.key === entry.key);
    if (still?.state === "refused" && !document.getElementById("own-week")) {
      // Nothing was stored: the server shows its own form, with what was typed and what is wrong.
      await Outbox.remove(entry.number);
      form.submit();
      return;
    }
    if (!still || still.state === "refused" || !document.getElementById("own-week")) {
      location.assign(`/waiting#entry-${entry.number}`);
      return;
    }
    await sendLater();
    tell(form, "");
    delete form.dataset.isSent;
    delete form.dataset.hasPlace;
    if (!form.dataset.subject) form.reset();
    document.dispatchEvent(new CustomEvent("outbox:kept", { detail: { entry, why } }));
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-waits]") || event.defaultPrevented || !isAble) return;
    if (event.submitter?.name) return;  // a button that only asks: nothing of it waits
    event.preventDefault();
    if (form.dataset.isKept) return;
    if (!navigator.onLine && !form.reportValidity()) return;
    form.dataset.isKept = "yes";
    submit(form).finally(() => delete form.dataset.isKept);
  });

  /* Signing out deletes what this phone holds: first what is not sent is shown. */
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-signs-out]") || !isAble) return;
    event.preventDefault();
    if (!("anyway" in form.dataset) && (await Outbox.all(person)).length) {
      location.assign("/waiting?leaving=1");
      return;
    }
    await wipe().catch(() => {});
    for (const { number } of await Outbox.all(person)) await Outbox.remove(number);
    // Then not all of what this phone holds is deleted: theirs is sent when they sign in again.
    if (await Outbox.othersWait(person)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "others_wait", value: "y" }));
    form.submit();
  });

  /* ---- begin ---- */

  const begin = async () => {
    addEventListener("offline", show);
    addEventListener("online", () => { show(); if (isAble) tryNow(); });
    prepare().catch(() => {});
    if (!isAble) { show(); return; }
    new BroadcastChannel("caddy-outbox").addEventListener("message", ({ data }) => {
      if (data.key) heard.set(data.key, data);
      show();
    });
    if (await show()) send();
    document.addEventListener("visibilitychange", async () => {
      if (!document.hidden && await show()) tryNow();
    });
    Outbox.forgetOld(person).catch(() => {});
  };

  begin();
  window.CaddyOffline = { person, send: tryNow };
}
