/* What a person did on this phone and Caddy has not answered yet: kept in IndexedDB, sent in order,
   once each. Used by the pages and by the service worker. The server knows each entry by its key,
   so that one whose answer was lost is sent again without harm. */
"use strict";

{
  const ENTRIES = "entries";
  const PATIENCE = 30_000;
  const DIRECT = 10_000;
  const DAY = 86_400_000;
  // The server forgets a key after 30 days; what is older is sent only by hand, with a new one.
  const SAFE = 28 * DAY;
  const TOO_OLD = "This has been on your phone for four weeks. Look whether Caddy has it already. If not, send it again.";
  const UNCLEAR = "Caddy refused this and did not say why. Check it and send it again.";

  const MARKED = "Not saved yet: look at what is marked below.";

  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const told = new BroadcastChannel("caddy-outbox");
  /* One sender at a time, among all tabs and the service worker; and no change under its hands. */
  const alone = (work) => navigator.locks.request("caddy-outbox", work);

  let opened;
  const open = () => {
    opened ??= (() => {
      const request = indexedDB.open("caddy", 1);
      request.onupgradeneeded = () =>
        request.result.createObjectStore(ENTRIES, { keyPath: "number", autoIncrement: true });
      return asked(request).then((database) => {
        // Signing out deletes it; the next use opens a new one.
        database.onversionchange = database.onclose = () => { opened = undefined; database.close(); };
        return database;
      });
    })();
    opened.catch(() => { opened = undefined; });
    return opened;
  };

  /* Runs `work` in one transaction and returns what it returned, once that is on the disk. */
  const within = async (mode, work) => {
    const transaction = (await open()).transaction(ENTRIES, mode, { durability: "strict" });
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    const result = await work(transaction.objectStore(ENTRIES));
    await done;
    if (mode === "readwrite") told.postMessage("changed");
    return result;
  };

  /* Returns a person's entries in order. Those of others are not theirs to see. */
  const all = async (person) => {
    const entries = await within("readonly", (store) => asked(store.getAll()));
    return entries.filter((entry) => entry.person === person);
  };

  const keep = async (entry) => {
    const key = crypto.randomUUID();
    // A form that stays open is sent again with something else: its own key is of one sending.
    const fields = entry.fields.idempotency_key ? { ...entry.fields, idempotency_key: key } : entry.fields;
    const kept = { ...entry, fields, key, keptAt: new Date().toISOString(), state: "waiting" };
    kept.number = await within("readwrite", (store) => asked(store.add(kept)));
    return kept;
  };

  const remove = (number) => alone(() => within("readwrite", (store) => asked(store.delete(number))));

  /* Keeps what was changed in an entry, to be sent again. One that is too old gets a new key. */
  const change = (number, fields) =>
    alone(() => within("readwrite", async (store) => {
      const entry = await asked(store.get(number));
      if (!entry) return;
      if (entry.isOld) Object.assign(entry, { key: crypto.randomUUID(), isOld: false, resentAt: Date.now() });
      Object.assign(entry, { state: "waiting", problem: null, errors: {}, fields: { ...entry.fields, ...fields } });
      await asked(store.put(entry));
    }));

  /* What comes after an entry of the same shift saw the shift as that entry left it. */
  const follow = async (store, entry, version) => {
    if (!version || !entry.subject) return;
    for (const other of await asked(store.getAll())) {
      const isNext = other.subject === entry.subject && other.person === entry.person;
      if (!isNext || other.fields.version !== entry.fields.version) continue;
      other.fields.version = String(version);
      await asked(store.put(other));
    }
  };

  const answered = async (entry, answer) => {
    await within("readwrite", async (store) => {
      await asked(store.delete(entry.number));
      await follow(store, entry, answer.version);
    });
    told.postMessage({ key: entry.key, url: answer.url });
  };

  /* Marks what is kept of a person's pages: it tells of a time before this. */
  const outdate = async () => {
    for (const name of (await caches.keys()).filter((one) => one.startsWith("personal-"))) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const kept = await cache.match(request);
        const headers = new Headers(kept.headers);
        headers.set("X-Is-Old", "y");
        await cache.put(request, new Response(await kept.blob(), { headers }));
      }
    }
  };

  const refused = (entry, problem, errors, version) =>
    within("readwrite", async (store) => {
      if (!(await asked(store.get(entry.number)))) return;
      await asked(store.put({ ...entry, state: "refused", problem, errors, isOld: problem === TOO_OLD }));
      await follow(store, entry, version);
    });

  /* Returns the token of the session and whose it is, or the word for why there is none. */
  const identify = async () => {
    try {
      const response = await fetch("/waiting/token", {
        headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.type === "opaqueredirect" || response.status === 401) return "signed-out";
      return response.ok ? await response.json() : "no-network";
    } catch {
      return "no-network";
    }
  };

  const said = async (response) => {
    try {
      return await response.json();
    } catch {
      return {};
    }
  };

  /* Sends one entry; returns "stored", "refused", or why it has to wait. */
  const sendOne = async (entry, token, answers) => {
    const body = new URLSearchParams({ ...entry.fields, csrf_token: token, sent_key: entry.key });
    // The server's clock says when, but for what was done a while ago.
    if (entry.hasWaited || Date.now() - Date.parse(entry.keptAt) > DIRECT) body.set("kept_at", entry.keptAt);
    else body.set("is_watched", "y");  // somebody waits for the page that says what was stored
    await within("readwrite", (store) => asked(store.put({ ...entry, hasWaited: true })));
    let response;
    try {
      response = await fetch(entry.url, {
        method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      return "no-network";
    }
    if (response.type === "opaqueredirect" || response.status === 401) return "signed-out";
    if (response.status >= 500 || response.status === 429) return "no-network";
    const answer = await said(response);
    if (response.ok && answer.url) {
      answers.set(entry.key, answer);
      await answered(entry, answer);
      await outdate().catch(() => {});
      return "stored";
    }
    if (response.ok) return "no-network";  // a page of whoever gives out the network, not of Caddy
    if (answer.code === "csrf") return "no-token";
    const errors = answer.code === "not_valid" ? answer.details ?? {} : {};
    const marked = Object.keys(errors).some(Boolean) ? MARKED : "";
    const problem = errors[""]?.join(" ") || marked || answer.message || UNCLEAR;
    await refused(entry, problem, errors, answer.details?.version);
    return "refused";
  };

  const isOld = (entry) => Date.now() - (entry.resentAt ?? Date.parse(entry.keptAt)) > SAFE;

  /* Sends what the signed-in person has waiting. What follows a refused step of a shift waits with
     it; other things go on. Returns why something still waits, and the answers by key. */
  const sendAll = async () => {
    const answers = new Map();
    const held = new Set();
    const who = await identify();
    if (typeof who === "string") return { why: who, answers };
    for (const { number } of await all(who.person)) {
      const entry = await within("readonly", (store) => asked(store.get(number)));
      if (!entry) continue;  // discarded meanwhile
      if (held.has(entry.subject)) continue;
      if (entry.state === "waiting" && isOld(entry)) await refused(entry, TOO_OLD, {});
      const outcome = entry.state === "waiting" && !isOld(entry) ? await sendOne(entry, who.token, answers) : "refused";
      if (outcome === "refused" && entry.subject) held.add(entry.subject);
      if (!["stored", "refused"].includes(outcome)) return { why: outcome, answers, person: who.person };
    }
    return { why: null, answers, person: who.person };
  };

  const send = () => alone(sendAll);

  const othersWait = async (person) =>
    (await within("readonly", (store) => asked(store.getAll()))).some((entry) => entry.person !== person);

  /* Others' entries are kept for them, but not for ever. */
  const forgetOld = (person) =>
    within("readwrite", async (store) => {
      for (const entry of await asked(store.getAll())) {
        if (entry.person !== person && isOld(entry)) await asked(store.delete(entry.number));
      }
    });

  self.Outbox = { all, change, forgetOld, keep, othersWait, remove, send };
}
