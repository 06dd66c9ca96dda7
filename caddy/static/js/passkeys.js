/* Passkeys. A form with data-passkey asks the server what is to be answered, has the browser make
   or use a passkey, puts the answer in its field and is then sent as any other form. Without this
   script, or without passkeys in the browser, the page says so. */
"use strict";

{
  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => {
    const letters = Array.from(new Uint8Array(buffer), (one) => String.fromCharCode(one));
    return btoa(letters.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };
  const SENTENCES = {
    NotAllowedError: "No passkey was used. Try again when you are ready.",
    InvalidStateError: "This device has a passkey for Caddy already.",
    SecurityError: "Passkeys do not work at this address.",
    Offline: "Caddy could not be reached. Try again when you are online.",
    Missing: "This browser does not know passkeys. Use another browser, or sign in another way.",
  };
  const RENEWED = 240_000; // what is asked holds five minutes
  const CHOSEN = "another way was chosen";
  const AGAIN = "it is asked anew";
  let waiting = null;

  const say = (form, name) => {
    const said = form.querySelector("[data-passkey-said]");
    said.hidden = !name;
    said.textContent = name ? (SENTENCES[name] ?? SENTENCES.NotAllowedError) : "";
  };

  const asked = async (form) => {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const headers = { Accept: "application/json" };
    const response = await fetch(form.dataset.challenge, { method: "POST", body, headers });
    const [visit] = performance.getEntriesByType("navigation");
    // The server asks first whether it is still them, or this page is older than its session.
    if (response.status === 403) location.reload();
    if (response.status === 400 && visit?.type !== "reload") location.reload();
    if (!response.ok || response.redirected) throw new DOMException("refused", "Offline");
    const told = await response.json();
    told.challenge = bytes(told.challenge);
    if (told.user) told.user.id = bytes(told.user.id);
    for (const one of told.excludeCredentials ?? []) one.id = bytes(one.id);
    return told;
  };

  const send = (form, credential) => {
    const { response } = credential;
    const answer = { clientDataJSON: text(response.clientDataJSON) };
    if (form.dataset.passkey === "make") {
      answer.attestationObject = text(response.attestationObject);
      answer.transports = response.getTransports?.() ?? [];
    } else {
      answer.authenticatorData = text(response.authenticatorData);
      answer.signature = text(response.signature);
      if (response.userHandle) answer.userHandle = text(response.userHandle);
    }
    form.elements.answer.value = JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: answer,
      clientExtensionResults: {},
    });
    form.submit();
  };

  const run = async (form) => {
    waiting?.abort(CHOSEN);
    say(form, "");
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const publicKey = await asked(form);
      const credential =
        form.dataset.passkey === "make"
          ? await navigator.credentials.create({ publicKey })
          : await navigator.credentials.get({ publicKey });
      send(form, credential);
    } catch (error) {
      say(form, error instanceof TypeError ? "Offline" : error.name);
      button.disabled = false;
    }
  };

  /* Offers passkeys among what the browser suggests for the address, until one is chosen. */
  const suggest = async (form) => {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    while (waiting?.signal.reason !== CHOSEN) {
      waiting = new AbortController();
      const { signal } = waiting;
      const clock = setTimeout(() => waiting.abort(AGAIN), RENEWED);
      try {
        const publicKey = await asked(form);
        send(form, await navigator.credentials.get({ publicKey, mediation: "conditional", signal }));
        return;
      } catch {
        if (signal.reason !== AGAIN) return;
      } finally {
        clearTimeout(clock);
      }
    }
  };

  for (const form of document.querySelectorAll("[data-passkey]")) {
    const isKnown = Boolean(window.PublicKeyCredential && navigator.credentials);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!isKnown) say(form, "Missing");
      else if (form.reportValidity()) run(form);
    });
    if (!isKnown) say(form, "Missing");
    else if ("suggests" in form.dataset) suggest(form);
  }

  /* Goes on by itself where a page has only a button that somebody has already meant to press. */
  document.querySelector("form[data-goes-on]")?.requestSubmit();
}
