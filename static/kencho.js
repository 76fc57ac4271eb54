/* Comforts for those whose browser runs scripts. Every page works without them; nothing is drawn by script alone. */
(() => {
  "use strict";

  const texts = document.getElementById("script-texts")?.dataset ?? {};
  const say = (name, values = {}) =>
    (texts[name] ?? "").replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const later = (wait, act) => {
    let timer;
    return (...given) => {
      clearTimeout(timer);
      timer = setTimeout(() => act(...given), wait);
    };
  };
  const token = (form) => form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const post = (form, url) => {
    const body = new FormData(form);
    // Files travel once, with the real submission.
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    return fetch(url, {
      method: "POST", body, credentials: "same-origin",
      headers: { "X-CSRFToken": token(form), "X-Requested-With": "XMLHttpRequest" },
    });
  };

  /* The line below an input in which a script reports; made once, beside the input. */
  const noteFor = (input, css) => {
    const id = `${input.id || input.name}_${css}`;
    let note = document.getElementById(id);
    if (!note) {
      note = document.createElement("p");
      note.id = id;
      note.className = `field__count ${css}`;
      note.setAttribute("role", "status");
      (input.closest(".field__inputs") ?? input).after(note);
    }
    return note;
  };

  /* --- The cursor goes to the error summary, and from there to the input ------------------------------------- */
  const summary = document.querySelector(".error-summary");
  if (summary) {
    summary.tabIndex = -1;
    summary.focus();
    summary.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!target) return;
      event.preventDefault();
      (target.closest(".field") ?? target).scrollIntoView({ block: "start" });
      const input = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
      (input ?? target).focus({ preventScroll: true });
    });
  }

  /* --- A form is sent once; a page restored by "back" can be sent again ---------------------------------------- */
  const sent = new Map();
  const release = (form) => {
    clearTimeout(sent.get(form));
    sent.delete(form);
    for (const button of all("button", form)) {
      button.removeAttribute("aria-busy");
      button.removeAttribute("aria-disabled");
    }
    form.querySelector(".sending")?.replaceChildren();
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    // The button stays enabled, because a disabled one would not send its own name and value.
    event.submitter?.setAttribute("aria-disabled", "true");
    event.submitter?.setAttribute("aria-busy", "true");
    if (event.submitter && form.querySelector(".form-actions, .action-bar, .confirm__actions")?.contains(event.submitter)) {
      let note = form.querySelector(".sending");
      if (!note) {
        note = document.createElement("span");
        note.className = "saved sending";
        note.setAttribute("role", "status");
        event.submitter.after(note);
      }
      note.textContent = say("sending");
    }
    sent.set(form, setTimeout(() => release(form), 15000));
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) [...sent.keys()].forEach(release);
  });

  /* --- Unsaved input ------------------------------------------------------------------------------------------- */
  const dirty = new Set();
  for (const form of all("form[data-guard], form[data-autosave-url]")) {
    form.addEventListener("input", () => dirty.add(form));
    form.addEventListener("submit", () => dirty.delete(form));
  }
  addEventListener("beforeunload", (event) => {
    if (!dirty.size) return;
    event.preventDefault();
    event.returnValue = say("leave");
  });

  /* --- Drafts save themselves: POST of the form to data-autosave-url, answered by any 2xx ------------------------ */
  for (const form of all("form[data-autosave-url]")) {
    let state = form.querySelector("[data-autosave-state]");
    if (!state) {
      state = document.createElement("p");
      state.className = "saved";
      form.append(state);
    }
    state.setAttribute("role", "status");
    const save = later(3000, async () => {
      if (sent.has(form)) return;
      dirty.delete(form);
      try {
        const answer = await post(form, form.dataset.autosaveUrl);
        if (!answer.ok) throw new Error(String(answer.status));
        // The server takes a page only as long as it shows the newest state of the draft.
        const seen = form.querySelector("input[name=_seen]");
        if (seen) seen.value = answer.headers.get("X-Draft-Seen") ?? seen.value;
        const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
        state.textContent = say("saved", { time });
      } catch {
        dirty.add(form);
        state.textContent = say("unsaved");
      }
    });
    form.addEventListener("input", save);
  }

  /* --- Preview: POST of the form to data-preview-url, the answered HTML goes into data-preview-target ------------- */
  for (const form of all("form[data-preview-url]")) {
    const pane = document.querySelector(form.dataset.previewTarget || "[data-preview]");
    if (!pane) continue;
    let latest = 0;
    const show = later(600, async () => {
      const mine = (latest += 1);
      pane.setAttribute("aria-busy", "true");
      try {
        const answer = await post(form, form.dataset.previewUrl);
        if (!answer.ok) throw new Error(String(answer.status));
        const html = await answer.text();
        if (mine !== latest) return;
        pane.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
      } catch {
        if (mine === latest) pane.textContent = say("previewFailed");
      } finally {
        if (mine === latest) pane.removeAttribute("aria-busy");
      }
    });
    form.addEventListener("input", show);
  }

  /* --- How many characters are left ------------------------------------------------------------------------------- */
  for (const input of all("textarea[maxlength], textarea[data-max-length], input[data-max-length]")) {
    // The server decides; a text that is too long is shown as such instead of being cut while pasting.
    const limit = Number(input.dataset.maxLength || input.maxLength);
    if (!(limit > 0)) continue;
    input.removeAttribute("maxlength");
    const note = noteFor(input, "count");
    note.removeAttribute("role");
    const speak = later(1000, () => note.setAttribute("aria-live", "polite"));
    const count = () => {
      const left = limit - [...input.value.replace(/\r?\n/g, "\r\n")].length;
      note.textContent = left < 0 ? say("over", { n: -left }) : say("left", { n: left });
      note.classList.toggle("field__error", left < 0);
      speak();
    };
    input.addEventListener("input", count);
    count();
  }

  /* --- Address from the postal code --------------------------------------------------------------------------------
     <input data-postal-url="/…" data-postal-fill="prefecture:id_a city:id_b town:id_c">
     GET ?postal_code=5148570 answers {"results": [{"prefecture": "三重県", "city": "津市", "town": "広明町"}]} */
  for (const input of all("[data-postal-url]")) {
    const note = noteFor(input, "postal");
    const fill = (input.dataset.postalFill ?? "").split(/\s+/).filter(Boolean).map((pair) => pair.split(":"));
    const filled = new Map();
    let asked = "";
    const look = async () => {
      const code = input.value.normalize("NFKC").replace(/\D/g, "");
      if (code.length !== 7 || code === asked) return;
      asked = code;
      try {
        const url = new URL(input.dataset.postalUrl, location.href);
        url.searchParams.set("postal_code", code);
        const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
        const [found] = answer.ok ? (await answer.json()).results ?? [] : [];
        note.textContent = say(found ? "postalFound" : "postalNone");
        if (!found) return;
        for (const [key, id] of fill) {
          const target = document.getElementById(id);
          // What the applicant has written is never replaced.
          if (!target || (target.value && target.value !== filled.get(id))) continue;
          target.value = found[key] ?? "";
          filled.set(id, target.value);
          target.dispatchEvent(new Event("input", { bubbles: true }));
        }
      } catch {
        asked = "";
      }
    };
    input.addEventListener("input", later(300, look));
    input.addEventListener("change", look);
  }

  /* --- Chosen files: name, size, picture; too large ones are refused before they are sent --------------------------- */
  const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
  const picture = async (file) => {
    // Drawn on a canvas: no address of the file is made, so the content security policy stays closed.
    const bitmap = await createImageBitmap(file, { resizeWidth: 128, resizeQuality: "medium" });
    const canvas = document.createElement("canvas");
    canvas.className = "chosen__image";
    canvas.setAttribute("aria-hidden", "true");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    return canvas;
  };
  for (const input of all("input[type=file]")) {
    const list = document.createElement("div");
    list.className = "chosen";
    list.setAttribute("role", "status");
    input.after(list);
    const max = Number(input.dataset.maxBytes);
    input.addEventListener("change", () => {
      list.replaceChildren();
      let wrong = "";
      for (const file of input.files) {
        const line = document.createElement("p");
        line.className = "chosen__file";
        line.textContent = `${file.name}（${size(file.size)}）`;
        if (max && file.size > max) {
          wrong = say("tooLarge", { name: file.name, max: size(max) });
          line.classList.add("chosen__file--error");
          line.textContent = wrong;
        } else if (/^image\/(jpeg|png|webp|gif)$/.test(file.type)) {
          picture(file).then((image) => line.prepend(image)).catch(() => {});
        }
        list.append(line);
      }
      input.setCustomValidity(wrong);
      input.toggleAttribute("aria-invalid", Boolean(wrong));
      if (wrong) input.setAttribute("aria-invalid", "true");
    });
    // Forms carry novalidate so that the server words the errors; a file that cannot arrive is the one exception.
    input.form?.addEventListener("submit", (event) => {
      if (!input.validationMessage || !input.validity.customError) return;
      event.preventDefault();
      input.focus();
    }, { capture: true });
  }

  /* --- Background tasks ------------------------------------------------------------------------------------------------- */
  for (const box of all("[data-poll-url]")) {
    const part = (name) => box.querySelector(`[data-progress=${name}]`);
    const bar = box.querySelector("progress");
    let wait = 1000;
    part("refresh")?.setAttribute("hidden", "");
    const ask = async () => {
      try {
        const answer = await fetch(box.dataset.pollUrl, { credentials: "same-origin", headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const now = await answer.json();
        if (now.total) {
          bar.value = Math.min(100, Math.floor((now.done * 100) / now.total));
          part("count").textContent = `${now.done} / ${now.total}`;
        }
        if (now.message && part("message").textContent !== now.message) part("message").textContent = now.message;
        if (now.finished) {
          if (now.url) location.assign(now.url);
          return;
        }
        wait = Math.min(wait * 1.3, 10000);
      } catch {
        wait = 10000;
        part("refresh")?.removeAttribute("hidden");
      }
      setTimeout(ask, wait);
    };
    setTimeout(ask, wait);
  }

  /* --- Menus close by Escape and by a click elsewhere ------------------------------------------------------------------------ */
  const open = () => all("details.menu[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });

  /* --- Tables that are drawn as cards keep their meaning; a table that fits is no stop for the Tab key ------------------------ */
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };
  for (const table of all(".table--cards")) {
    table.setAttribute("role", "table");
    for (const [name, role] of Object.entries(roles)) for (const part of all(name, table)) part.setAttribute("role", role);
    for (const head of all("th", table)) head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
  }
  if ("ResizeObserver" in window) {
    const watch = new ResizeObserver((seen) => {
      for (const { target } of seen) {
        if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
        else target.removeAttribute("tabindex");
      }
    });
    for (const region of all(".table-scroll")) watch.observe(region);
  }
})();
