// What the pages do beyond forms: answer while one types, switch types without losing the place, copy, print, drop files, watch a job.
"use strict";

(() => {
  const PAUSE = 250; // milliseconds after the last key
  const form = document.getElementById("paste");
  const result = document.getElementById("result");

  if (form && result) {
    const text = document.getElementById("text");
    const clear = document.getElementById("clear");
    let timer = 0, running = null, asked = text.value;

    const show = async (chosen) => {
      if (running) running.abort();
      running = new AbortController();
      const body = new URLSearchParams({ text: text.value, show: chosen });
      asked = text.value;
      try {
        const answer = await fetch(form.dataset.fragment, { method: "POST", body, signal: running.signal });
        if (answer.status === 429) { timer = setTimeout(() => show(chosen), 1000); return; }
        // The server escapes whatever comes from the text.
        result.innerHTML = await answer.text();
        arm();
        if (chosen) result.querySelector(`button[value="${CSS.escape(chosen)}"]`)?.focus();
      } catch (error) {
        if (error.name !== "AbortError") form.submit(); // shows what is wrong
      }
    };

    const arm = () => {
      for (const id of ["copy", "print"]) document.getElementById(id)?.removeAttribute("hidden");
    };

    text.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => { if (text.value !== asked) show(""); }, PAUSE);
    });
    form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); show(""); });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); show(""); }
    });
    clear.removeAttribute("hidden");
    clear.addEventListener("click", (event) => {
      event.preventDefault();
      text.value = "";
      asked = "";
      result.replaceChildren();
      text.focus();
    });
    result.addEventListener("submit", (event) => {
      if (!event.target.classList.contains("ranking")) return;
      event.preventDefault();
      show(event.submitter?.value ?? "");
    });
    result.addEventListener("click", async (event) => {
      if (event.target.id === "print") window.print();
      if (event.target.id === "copy") {
        await copied(document.getElementById("plain").textContent);
        event.target.textContent = event.target.dataset.done;
      }
    });
    arm();
    // Not by the attribute: it complains in the console where somebody was quicker.
    if (document.activeElement === document.body) text.focus();
    if (text.value && !result.querySelector("section")) show("");
  }

  // Without the clipboard of a secure page (another machine by http) the old way.
  const copied = async (words) => {
    if (navigator.clipboard) { try { await navigator.clipboard.writeText(words); return; } catch { /* the old way */ } }
    const box = document.createElement("textarea");
    box.value = words;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  };

  const drop = document.getElementById("drop");
  if (drop) {
    const file = document.getElementById("file");
    for (const kind of ["dragover", "dragenter"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      file.files = event.dataTransfer.files;
      document.getElementById("upload").requestSubmit();
    });
  }

  const job = document.getElementById("job");
  if (job && job.dataset.poll) {
    const bar = document.getElementById("progress");
    const look = async () => {
      try {
        const answer = await fetch(job.dataset.poll);
        if (!answer.ok) { window.location.reload(); return; }
        const now = await answer.json();
        if (now.state !== job.dataset.state) { window.location.reload(); return; }
        if (now.total) {
          bar.max = now.total;
          bar.value = now.done;
          document.getElementById("rows").textContent =
            bar.dataset.rows.replace("##", now.total.toLocaleString("en")).replace("#", now.done.toLocaleString("en"));
        }
      } catch { /* the server is away: it is asked again */ }
      setTimeout(look, 700);
    };
    setTimeout(look, 500);
  }
})();
