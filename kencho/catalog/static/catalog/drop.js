/* Sends a file in parts, so that a break of the line costs one part and not the whole. Without it the form sends it whole. */
(() => {
  "use strict";

  const PART = 4 * 1024 * 1024;
  const TRIES = 5;
  const place = document.querySelector("[data-drop]");
  const form = place?.querySelector("form");
  const input = form?.querySelector("input[type=file]");
  if (!input) return;

  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const bar = document.createElement("progress");
  bar.className = "progress__bar";
  bar.max = 100;
  bar.hidden = true;
  bar.setAttribute("aria-label", place.dataset.sending);
  form.append(bar, status);

  const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
  const post = async (url, values) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(values)) body.append(name, value);
    const answer = await fetch(url, {
      method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": token() },
    });
    return { status: answer.status, data: await answer.json() };
  };
  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const memory = (file) => `drop:${place.dataset.beginUrl}:${file.name}:${file.size}:${file.lastModified}`;

  const begin = async (file) => {
    const known = localStorage.getItem(memory(file));
    if (known) {
      const answer = await fetch(known, { credentials: "same-origin" });
      if (answer.ok) {
        const data = await answer.json();
        if (data.received < data.size) return data;
      }
    }
    const { status: code, data } = await post(place.dataset.beginUrl, { name: file.name, size: file.size });
    if (code !== 200) throw new Error(data.message);
    localStorage.setItem(memory(file), data.part_url);
    return data;
  };

  const send = async (file) => {
    let state = await begin(file);
    let tries = 0;
    while (state.received < state.size) {
      bar.value = (100 * state.received) / state.size;
      status.textContent = `${place.dataset.sending} ${Math.floor(bar.value)}%`;
      try {
        const part = file.slice(state.received, state.received + PART);
        const { status: code, data } = await post(state.part_url, { offset: state.received, part });
        if (code === 422) throw new RangeError(data.message);
        if (code === 200) state = data;
        else state = await (await fetch(state.part_url, { credentials: "same-origin" })).json();
        tries = 0;
      } catch (error) {
        if (error instanceof RangeError || ++tries > TRIES) throw error;
        status.textContent = place.dataset.broken;
        await wait(1000 * 2 ** tries);
      }
    }
    localStorage.removeItem(memory(file));
    location.assign(state.url);
  };

  form.addEventListener("submit", (event) => {
    const file = input.files[0];
    if (!file || file.size === 0) return;
    event.preventDefault();
    bar.hidden = false;
    send(file).catch((error) => {
      bar.hidden = true;
      status.textContent = error instanceof RangeError ? error.message : place.dataset.stopped;
    });
  });
})();
