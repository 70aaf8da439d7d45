// Follows looks as they happen: says what a check is doing, and fetches the page again when it is done. Without it the
// pages stay true as of the time that stands below them.

const said = document.querySelector("[data-live]");
const rowsOf = ({ check, target }) =>
  [...document.querySelectorAll("[data-check]")].filter(
    ({ dataset }) => dataset.check === check && dataset.target === target,
  );
const outcomes = { satisfied: "satisfied", notSatisfied: "not satisfied", couldNotCheck: "could not check" };
const say = (text) => { if (said) said.textContent = text; };

function show(event) {
  // Another node may have looked, or this page may have missed something: what is on record says it.
  if (event.state === "missed") return refreshSoon();
  if (event.state === "recorded") {
    const words = `${event.check} has looked at ${event.target}`;
    if (rowsOf(event).length === 0) return;
    if (!said?.textContent.startsWith(words)) say(words);
    return refreshSoon();
  }
  for (const row of rowsOf(event)) {
    const progress = row.querySelector("[data-progress]");
    if (progress) progress.textContent = event.state === "ended" ? "" : event.text || "looking…";
    row.toggleAttribute("data-running", event.state !== "ended");
    const words = { begun: "is looking at", ended: "has looked at" }[event.state];
    // Reports come often; only the beginning and the end are announced.
    const outcome = event.state === "ended" ? `: ${outcomes[event.outcome] ?? event.text}` : "";
    if (words) say(`${event.check} ${words} ${event.target}${outcome}`);
  }
  if (event.state === "ended" && rowsOf(event).length > 0) refreshSoon();
}

let timer;
function refreshSoon() {
  // Many looks may end at once; one fetch serves them all.
  clearTimeout(timer);
  timer = setTimeout(refresh, 300);
}

// Fetches this page again and puts in what changed, part by part, without moving the focus.
async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-check][id], [data-refresh]")) {
    const fresh = page.getElementById(part.id);
    // A row that is running again, or that a filter hides, keeps its state.
    if (!fresh || part.hasAttribute("data-running")) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement.id : null;
    fresh.hidden = part.hidden;
    part.replaceWith(fresh);
    fresh.dispatchEvent(new CustomEvent("surety:changed", { bubbles: true }));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }
  const [counts, freshCounts] = [document, page].map((root) => root.querySelector("main .counts"));
  if (counts && freshCounts && !counts.contains(document.activeElement)) counts.replaceWith(freshCounts);
  const [asOf, freshAsOf] = [document, page].map((root) => root.querySelector(".foot time"));
  if (asOf && freshAsOf) asOf.replaceWith(freshAsOf);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-run]");
  if (!form) return;
  event.preventDefault();
  const row = form.closest("[data-check]");
  const { check, target } = row.dataset;
  try {
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const progress = row.querySelector("[data-progress]");
    if (progress && !row.hasAttribute("data-running")) progress.textContent = "asked for…";
  } catch (error) {
    say(`${check} at ${target} could not be asked for: ${error.message}`);
    const progress = row.querySelector("[data-progress]");
    if (progress) progress.textContent = `could not be asked for: ${error.message}`;
  }
});

const events = new EventSource("/api/v1/events");
events.addEventListener("look", ({ data }) => {
  try { show(JSON.parse(data)); } catch { /* an event that cannot be read changes nothing */ }
});
// What happened while the connection was away is on the page.
let wasLost = false;
events.addEventListener("error", () => { wasLost = true; });
events.addEventListener("open", () => { if (wasLost) refreshSoon(); wasLost = false; });
