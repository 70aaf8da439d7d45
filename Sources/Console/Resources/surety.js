// What every page gets on top of plain HTML: nothing here is needed to read or to change anything.
// It is loaded in the head and without delay, so that the chosen theme is there before the first paint.
"use strict";

{
  const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const store = (key, value) => {
    try { localStorage.setItem(key, value); } catch { /* the choice lasts for this page */ }
  };

  const applyTheme = (theme) => {
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  applyTheme(stored("surety.theme"));

  const chooseTheme = () => {
    for (const select of document.querySelectorAll("[data-theme-choice]")) {
      select.value = stored("surety.theme") ?? "";
      select.addEventListener("change", () => { store("surety.theme", select.value); applyTheme(select.value); });
    }
  };

  // Rounded towards less time left and towards longer ago being longer ago, like the server's words.
  const relative = (then, now) => {
    const seconds = Math.trunc(Math.abs(then - now) / 1000);
    const [days, hours, minutes] = [86400, 3600, 60].map((unit) => Math.trunc(seconds / unit));
    const count = (number, unit) => `${number} ${unit}${number === 1 ? "" : "s"}`;
    let text = count(seconds, "second");
    if (days >= 7) text = count(days, "day");
    else if (days >= 1) text = hours % 24 ? `${count(days, "day")} ${hours % 24} h` : count(days, "day");
    else if (hours >= 1) text = minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
    else if (minutes >= 1) text = `${minutes} min`;
    return then > now ? `in ${text}` : `${text} ago`;
  };

  const tellTime = (root = document) => {
    for (const element of root.querySelectorAll("[data-relative]")) {
      const then = Date.parse(element.parentElement.querySelector("time")?.dateTime ?? "");
      if (!Number.isNaN(then)) element.textContent = relative(then, Date.now());
    }
  };

  const copyOnClick = () => {
    document.addEventListener("click", async (event) => {
      const button = event.target.closest?.("[data-copy]");
      if (!button) return;
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        say(button, "Copied");
      } catch { say(button, "The browser refused"); }
    });
    const say = (button, text) => {
      const before = button.getAttribute("aria-label");
      const note = document.createElement("span");
      [note.className, note.role, note.textContent] = ["small muted", "status", ` ${text}`];
      button.after(note);
      if (before) button.title = text;
      setTimeout(() => { note.remove(); button.removeAttribute("title"); }, 2000);
    };
  };

  // Hides rows as one types; the form still asks the server when it is sent.
  const filterRows = () => {
    for (const form of document.querySelectorAll('form[data-filter="rows"]')) {
      const [input, shown] = [form.querySelector('input[type="search"]'), form.querySelector("[data-shown]")];
      if (!input || !document.querySelector("[data-rows]")) continue;
      const sentFor = input.value.trim().toLowerCase();
      input.addEventListener("input", () => {
        const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
        const rows = [...document.querySelectorAll("[data-rows] tbody tr")];
        let count = 0;
        for (const row of rows) {
          const text = row.textContent.toLowerCase();
          row.hidden = !words.every((word) => text.includes(word));
          if (!row.hidden) count += 1;
        }
        const narrowed = words.length > 0 && input.value.trim().toLowerCase() !== sentFor;
        shown.textContent = narrowed ? `${count} of ${rows.length} rows on this page` : "";
      });
    }
  };

  const isTyping = (element) => element?.closest?.("input, textarea, select, [contenteditable]") != null;
  const shortcuts = () => {
    const dialog = document.getElementById("shortcuts");
    if (!dialog) return;
    const box = document.getElementById("shortcuts-on");
    box.checked = stored("surety.shortcuts") !== "off";
    box.addEventListener("change", () => store("surety.shortcuts", box.checked ? "on" : "off"));
    document.querySelector("[data-shortcuts]")?.addEventListener("click", () => dialog.showModal());
    let afterG = 0;
    document.addEventListener("keydown", (event) => {
      if (!box.checked || dialog.open || isTyping(event.target)) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "?") { event.preventDefault(); dialog.showModal(); return; }
      if (event.key === "/") {
        const field = document.querySelector('main input[type="search"]');
        if (field) { event.preventDefault(); field.focus(); field.select(); }
        return;
      }
      if (event.key === "g") { afterG = Date.now(); return; }
      const isSecond = Date.now() - afterG < 1500;
      afterG = 0;
      if (!isSecond || !/^[a-z]$/.test(event.key)) return;
      document.querySelector(`.menu a[data-key="${event.key}"]`)?.click();
    });
  };

  // What has an address inside a folded part is unfolded when somebody comes for it.
  const unfoldTarget = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let part = target; part; part = part.parentElement) if (part.localName === "details") part.open = true;
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const element of document.querySelectorAll("[data-script]")) element.hidden = false;
    chooseTheme();
    tellTime();
    setInterval(() => tellTime(), 60_000);
    copyOnClick();
    filterRows();
    shortcuts();
    unfoldTarget();
    addEventListener("hashchange", unfoldTarget);
    document.addEventListener("surety:changed", (event) => {
      for (const element of event.target.querySelectorAll("[data-script]")) element.hidden = false;
      tellTime(event.target);
    });
    document.querySelector("[data-focus]")?.focus();
  });
}
