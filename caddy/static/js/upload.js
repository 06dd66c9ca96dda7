/* Forms with data-upload: files can be dropped on them, and while they are sent a bar says how
   far it is. Without this the form is sent as any other. Buttons with data-copies copy a field. */
"use strict";

{
  const show = (form) => {
    const list = form.querySelector("[data-chosen]");
    const inputs = [...form.querySelectorAll('input[type="file"]')];
    const lines = inputs
      .flatMap((input) => [...input.files])
      .map((file) => {
        const line = document.createElement("li");
        const kilobytes = Math.max(1, Math.round(file.size / 1024));
        const size = kilobytes < 1024 ? `${kilobytes} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
        line.textContent = `${file.name}, ${size}`;
        return line;
      });
    list?.replaceChildren(...lines);
  };

  /* Chooses again what was chosen in a form that came back: only what was typed came with it. */
  const keep = (form, main) => {
    for (const input of form.querySelectorAll('input[type="file"]')) {
      const fresh = main.querySelector(`#${CSS.escape(input.id)}`);
      if (!fresh) continue;
      fresh.files = input.files;
      show(fresh.form);
    }
  };

  /* Puts a whole page that came as an answer in the place of this one. */
  const take = (request, form) => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = page.getElementById("main");
    if (!main) {
      location.assign(request.responseURL);
      return;
    }
    document.getElementById("main").replaceWith(document.adoptNode(main));
    document.title = page.title;
    // Marked as htmx marks its own: back and forward it fetches what such a page shows.
    if (request.status < 400) history.pushState({ htmx: true }, "", request.responseURL);
    window.htmx?.process(main);
    ready();
    if (request.status === 422) keep(form, main);
    scrollTo(0, 0);
    (main.querySelector("[data-focus]") ?? main).focus();
  };

  const send = (form) => {
    const state = form.querySelector("[data-upload-state]");
    const bar = form.querySelector("[data-upload-bar]");
    const said = form.querySelector("[data-upload-said]");
    const button = form.querySelector("button:not([type])");
    const request = new XMLHttpRequest();
    const end = (sentence) => {
      said.textContent = sentence;
      button.disabled = false;
      delete form.dataset.isSent;
    };
    let told = -1;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.floor((100 * event.loaded) / event.total);
      bar.value = percent;
      // A screen reader hears of every quarter, not of every percent.
      const quarter = Math.floor(percent / 25);
      if (quarter === told) return;
      told = quarter;
      said.textContent = percent < 100 ? `${percent} % is sent.` : "All is sent. It is being checked.";
    });
    request.addEventListener("load", () => {
      if (request.status === 413) {
        end("That is too large to send at once. Send fewer or smaller files.");
      } else if (request.status >= 500 || request.status === 0) {
        end("Something went wrong on our side. Nothing was saved. Please try again.");
      } else {
        take(request, form);
      }
    });
    request.addEventListener("error", () => {
      end("The connection was lost. Nothing was saved. Try again when you are back online.");
    });
    state.hidden = false;
    said.textContent = "Sending.";
    button.disabled = true;
    request.open("POST", form.action);
    request.send(new FormData(form));
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-upload]")) return;
    event.preventDefault();
    if (form.dataset.isSent) return;
    form.dataset.isSent = "yes";
    send(form);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("[data-upload]");
    if (form && event.target.type === "file") show(form);
  });

  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const drop = event.target.closest?.("[data-drop]");
      if (!drop || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      drop.toggleAttribute("data-over", kind === "dragover");
      if (kind !== "drop") return;
      const input = drop.querySelector('input[type="file"]:not([capture])');
      const files = new DataTransfer();
      const wanted = input.multiple
        ? [...input.files, ...event.dataTransfer.files]
        : [...event.dataTransfer.files].slice(0, 1);
      for (const file of wanted) files.items.add(file);
      input.files = files.files;
      show(drop.closest("form"));
    });
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copies]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copies);
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.parentElement.querySelector("[data-copied]").textContent = "Copied.";
  });

  const ready = () => {
    for (const hint of document.querySelectorAll("[data-drop-hint]")) hint.hidden = false;
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("[data-copies]")) button.hidden = false;
  };
  ready();
}
