/* The verify screen by keyboard alone: each field is saved as it is confirmed. Without this the form does the same at once. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-verify]");
  if (!form) return;
  const say = (name, values = {}) =>
    (form.dataset[name] ?? "").replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
  const all = (selector, root = form) => [...root.querySelectorAll(selector)];
  const one = (selector, root) => root.querySelector(selector);
  const fields = all("[data-field]");
  const status = one("[data-verify-status]", form);
  const shapes = JSON.parse(form.dataset.shapes || "{}");
  const eras = JSON.parse(form.dataset.eras || "[]");
  const token = one("[name=csrfmiddlewaretoken]", form).value;
  const done = new Set();
  let now = null;

  /* --- Where one is --------------------------------------------------------------------------------------------- */
  const mark = (field) => document.querySelector(`[data-mark="${field.dataset.field}"]`);
  const entry = (field) => one("[data-entry]", field);
  const input = (field) => one("[data-text-input]", field);
  const choices = (field) => all("input[data-key]", field);
  const chosen = (field) => one("input[data-key]:checked", field);

  const light = (field) => {
    if (now === field) return;
    if (now) {
      now.classList.remove("verify-field--now");
      mark(now)?.classList.remove("page-map__mark--now");
    }
    now = field;
    field.classList.add("verify-field--now");
    const place = mark(field);
    place?.classList.add("page-map__mark--now");
    const aside = place?.closest(".split__aside");
    if (aside && aside.scrollHeight > aside.clientHeight) {
      const box = place.getBoundingClientRect();
      const frame = aside.getBoundingClientRect();
      aside.scrollTop += box.top + box.height / 2 - frame.top - frame.height / 2;
    }
  };

  const go = (field) => {
    light(field);
    const target = chosen(field) ?? (input(field) && !field.querySelector("[data-text]") ? input(field) : null)
      ?? one("[data-typed]:checked", field) ?? choices(field)[0] ?? input(field);
    target?.focus({ preventScroll: true });
    field.scrollIntoView({ block: "nearest" });
  };
  const neighbour = (field, step) => {
    const open = fields.filter((each) => !done.has(each) || each === field);
    return open[open.indexOf(field) + step];
  };
  const next = (field) => {
    const after = fields.slice(fields.indexOf(field) + 1).find((each) => !done.has(each));
    return after ?? fields.find((each) => !done.has(each));
  };

  const tell = () => {
    status.textContent = say("done", { done: done.size, total: fields.length });
  };
  const complain = (field, message) => {
    const line = one("[data-error]", field);
    line.textContent = message;
    line.hidden = !message;
    field.classList.toggle("verify-field--error", Boolean(message));
    if (message) {
      status.textContent = message;
      (input(field) ?? entry(field)).setAttribute("aria-invalid", "true");
    } else {
      (input(field) ?? entry(field)).removeAttribute("aria-invalid");
    }
  };

  /* --- Confirming ------------------------------------------------------------------------------------------------- */
  const body = (field) => {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", token);
    if (one("input[name=all]", form)) data.set("all", "1");
    for (const each of all("input, textarea", entry(field))) {
      if (/^(radio|checkbox)$/.test(each.type) && !each.checked) continue;
      data.append(each.name, each.value);
    }
    return data;
  };

  const close = (field, shown) => {
    done.add(field);
    field.classList.add("verify-field--done");
    mark(field)?.classList.add("page-map__mark--done");
    entry(field).hidden = true;
    const line = one("[data-shown]", field);
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button button--text button--small";
    again.textContent = say("change");
    again.setAttribute("aria-label", `${one(".verify-field__label", field).textContent}：${say("change")}`);
    again.addEventListener("click", () => reopen(field));
    const text = document.createElement("span");
    text.textContent = shown;
    line.replaceChildren(text);
    // What was typed blindly is not shown again, nor can it be changed once it is with the second person.
    if (!("blind" in field.dataset)) line.append(again);
    line.hidden = false;
  };
  const reopen = (field) => {
    done.delete(field);
    field.classList.remove("verify-field--done");
    mark(field)?.classList.remove("page-map__mark--done");
    entry(field).hidden = false;
    one("[data-shown]", field).hidden = true;
    tell();
    go(field);
  };

  const finish = () => {
    form.action = form.dataset.finish;
    // Everything is saved already; the guard of unsent forms must not ask.
    form.submit();
  };

  const confirm = async (field) => {
    if (field.getAttribute("aria-busy") === "true" || done.has(field)) return;
    field.setAttribute("aria-busy", "true");
    complain(field, "");
    status.textContent = say("saving");
    try {
      const answer = await fetch(field.dataset.url, { method: "POST", body: body(field), credentials: "same-origin" });
      const said = await answer.json();
      if (!answer.ok) {
        complain(field, said.message ?? say("failed"));
        if (input(field) && !("typed" in (chosen(field)?.dataset ?? {}))) input(field).focus();
        return;
      }
      close(field, said.shown);
      tell();
      const following = next(field);
      if (following) go(following);
      else finish();
    } catch {
      complain(field, say("failed"));
    } finally {
      field.removeAttribute("aria-busy");
    }
  };

  /* --- 和暦 --------------------------------------------------------------------------------------------------------- */
  const day = (text) => {
    const plain = text.normalize("NFKC").replace(/\s+/g, "");
    let parts = /^(?:西暦)?(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?$/.exec(plain);
    let year;
    let era;
    if (parts) year = Number(parts[1]);
    else {
      parts = /^(明治|大正|昭和|平成|令和|[明大昭平令MTSHRmtshr])\.?(元|\d{1,2})[年./-](\d{1,2})[月./-](\d{1,2})日?$/.exec(plain);
      if (!parts) return "";
      era = eras.find(([name, letter]) => name.startsWith(parts[1]) || letter === parts[1].toUpperCase());
      year = Number(era[2].slice(0, 4)) + (parts[2] === "元" ? 1 : Number(parts[2])) - 1;
      parts = [parts[0], parts[2], parts[3], parts[4]];
    }
    const found = new Date(Date.UTC(year, Number(parts[2]) - 1, Number(parts[3])));
    const iso = found.toISOString().slice(0, 10);
    const index = era ? eras.indexOf(era) : -1;
    const isRight = found.getUTCMonth() === Number(parts[2]) - 1
      && (!era || (iso >= era[2] && (!eras[index + 1] || iso < eras[index + 1][2])));
    if (!isRight) return say("noDay");
    return say("day", { y: year, m: found.getUTCMonth() + 1, d: found.getUTCDate(), w: say("weekdays").split(" ")[found.getUTCDay()] });
  };
  const showDay = (field) => {
    const place = one("[data-day]", field);
    if (place) place.textContent = day(input(field).value);
  };

  /* --- 異体字 -------------------------------------------------------------------------------------------------------- */
  const letters = (text) => {
    const found = [];
    for (const each of text) {
      const code = each.codePointAt(0);
      if (code >= 0xe0100 && code <= 0xe01ef && found.length) found[found.length - 1] += each;
      else found.push(each);
    }
    return found;
  };
  const bare = (letter) => [...letter][0];
  const drawShapes = (field) => {
    const place = one("[data-shapes-body]", field);
    if (!place) return;
    const text = input(field).value;
    const rows = letters(text).map((letter, index) => {
      const others = (shapes[letter] ?? shapes[bare(letter)] ?? []).filter(([shape]) => shape !== letter);
      if (bare(letter) !== letter) others.unshift([bare(letter), ""]);
      if (!others.length) return null;
      const row = document.createElement("div");
      row.className = "shapes__row";
      const head = document.createElement("span");
      head.className = "shapes__letter";
      head.textContent = letter;
      row.append(head);
      for (const [shape, note] of others) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "shapes__button";
        const drawn = document.createElement("span");
        drawn.className = "shapes__shape";
        drawn.textContent = shape;
        const words = document.createElement("span");
        words.className = "shapes__note";
        words.textContent = note || [...shape].map((each) => `U+${each.codePointAt(0).toString(16).toUpperCase()}`).join(" ");
        button.append(drawn, words);
        button.addEventListener("click", () => {
          const changed = letters(input(field).value);
          changed[index] = shape;
          write(field, changed.join(""));
          one("details.shapes", field).open = false;
          input(field).focus();
        });
        row.append(button);
      }
      return row;
    }).filter(Boolean);
    if (!rows.length) {
      const none = document.createElement("p");
      none.className = "small quiet";
      none.textContent = say("noShapes");
      rows.push(none);
    }
    place.replaceChildren(...rows);
  };

  const write = (field, text) => {
    input(field).value = text;
    const typed = one("[data-typed]", field);
    if (typed) typed.checked = true;
    showDay(field);
    drawShapes(field);
  };

  /* --- Each field ------------------------------------------------------------------------------------------------------- */
  const pick = (field, key) => {
    const target = choices(field).find((each) => each.dataset.key === key);
    if (!target) return false;
    if (target.type === "checkbox") target.checked = !target.checked;
    else target.checked = true;
    target.focus();
    target.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };
  const edit = (field) => {
    const box = input(field);
    if (!box) return;
    const current = chosen(field);
    if (current?.dataset.text !== undefined) box.value = current.dataset.text;
    write(field, box.value);
    box.focus();
    box.select();
  };

  for (const field of fields) {
    field.addEventListener("focusin", () => light(field));
    input(field)?.addEventListener("input", () => write(field, input(field).value));
    for (const each of choices(field)) {
      each.addEventListener("change", () => {
        if (each.checked && each.dataset.text !== undefined && input(field)) {
          // Only shown in the box; the number of the candidate is what is sent.
          input(field).value = each.dataset.text;
          showDay(field);
          drawShapes(field);
        }
      });
    }
    one("[data-typed]", field)?.addEventListener("change", () => input(field).focus());
    one("details.shapes", field)?.addEventListener("toggle", (event) => {
      // The event comes after F4 has drawn the buttons and put the focus on one: drawn anew, they would lose it.
      if (!event.target.contains(document.activeElement?.closest(".shapes__button"))) drawShapes(field);
    });
    field.addEventListener("keydown", (event) => {
      // 229 and isComposing: an input method is at work, and Enter chooses its word.
      if (event.isComposing || event.keyCode === 229 || done.has(field)) return;
      const target = event.target;
      const inText = target.matches("[data-text-input]");
      const inButton = target.matches("button, summary");
      if (event.key === "Enter" && !inButton) {
        if (target.tagName === "TEXTAREA" && !event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        confirm(field);
      } else if (event.key === "PageDown" || event.key === "PageUp") {
        const other = neighbour(field, event.key === "PageDown" ? 1 : -1);
        if (!other) return;
        event.preventDefault();
        go(other);
      } else if (event.key === "F2") {
        event.preventDefault();
        edit(field);
      } else if (event.key === "F4" && one("details.shapes", field)) {
        event.preventDefault();
        const picker = one("details.shapes", field);
        if (chosen(field)?.dataset.text !== undefined) write(field, chosen(field).dataset.text);
        drawShapes(field);
        picker.open = !picker.open;
        if (picker.open) (one(".shapes__button", picker) ?? one("summary", picker)).focus();
        else input(field).focus();
      } else if (event.key === "Escape" && (inText || inButton)) {
        const picker = one("details.shapes", field);
        if (picker?.open) {
          picker.open = false;
          input(field).focus();
        } else (chosen(field) ?? choices(field)[0])?.focus();
      } else if (!inText && !inButton && /^[0-9]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) {
        if (pick(field, event.key)) event.preventDefault();
      }
    });
  }

  // Enter outside the fields, and the big button: everything that is open, one after the other, stopping at what is wrong.
  form.addEventListener("submit", async (event) => {
    if (!event.submitter?.matches("[data-confirm-all]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const field of fields.filter((each) => !done.has(each))) {
      await confirm(field);
      if (!done.has(field)) {
        go(field);
        return;
      }
    }
  }, { capture: true });

  const first = fields.find((each) => each.classList.contains("verify-field--error")) ?? fields[0];
  if (first && !document.querySelector(".error-summary")) go(first);
})();
