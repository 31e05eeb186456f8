// What a page can do with a script: follow what happens, copy, and count on. Without it a link reloads.

const BUSY = 1000; // Between two looks, in milliseconds: a page must not keep the mock busy.
const LATEST = 30_000; // What only the passing of time changes is seen after this long.

/** What became of the page, where that is more than a connection that broke. */
const LOST = { 401: "not let in any more", 403: "not let in any more", 404: "this page is gone" };

/** A part of a page that becomes what it is now. Its page tells by which stream it hears of that. */
customElements.define("live-part", class extends HTMLElement {});

const source = document.querySelector("live-part[data-changes]");
// A form that was not taken is there as it was typed: the page of its address has it as it was before.
const isRefused = document.querySelector("main > [role=alert]") !== null;
const sign = document.querySelector("[data-live]");
let stream;
let lost;
let pause = BUSY;
let isLooking = false;
let isAskedAgain = false;
let version = source?.dataset.version ?? "";

function say(state) {
  if (!sign || sign.dataset.state === state) return;
  sign.hidden = false;
  sign.textContent = state;
  sign.dataset.state = state;
}

async function look() {
  if (isLooking) {
    isAskedAgain = true;
    return;
  }
  isLooking = true;
  isAskedAgain = false;
  try {
    // What an action did is left for the page behind it, and not for one that only looks.
    const response = await fetch(location.href, { headers: { accept: "text/html", "x-live": "1" } });
    lost = LOST[response.status];
    if (lost) say(lost);
    else if (stream?.readyState === EventSource.OPEN) say("live");
    if (response.ok) take(new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    // The stream says when the mock is there again.
  }
  setTimeout(() => {
    isLooking = false;
    if (isAskedAgain && !document.hidden) look();
  }, BUSY);
}

function take(page) {
  seenAt = performance.now();
  for (const part of document.querySelectorAll("live-part[id]")) {
    const next = page.getElementById(part.id);
    if (!next) continue;
    const known = keysIn(part);
    const fresh = [...keysIn(next)].filter((key) => !known.has(key));
    // Who reads further down is not to lose the place.
    if ("follow" in part.dataset && fresh.length > 0 && isScrolledPast(part)) {
      offer(part, fresh.length, next);
      continue;
    }
    show(part, next, fresh);
  }
  count();
  press();
}

/** Sends a form that says after how many seconds it is to be sent. */
let due;
function press() {
  const form = document.querySelector("form[data-after]");
  if (!form || document.hidden) {
    clearTimeout(due);
    due = undefined;
    return;
  }
  // What is looked at meanwhile does not put it off.
  due ??= setTimeout(async () => {
    due = undefined;
    const body = new URLSearchParams([...new FormData(form), ["by", "script"]]);
    await fetch(form.getAttribute("action"), { method: "POST", body, redirect: "manual" }).catch(() => {});
    look();
  }, form.dataset.after * 1000);
}

function show(part, next, fresh) {
  part.querySelector(".chip")?.remove();
  prepare(next);
  const callbacks = {
    beforeNodeMorphed: (node) => !(isRefused && node.matches?.("main form")),
    beforeAttributeUpdated: (name, node) => !isTouched(name, node),
  };
  Idiomorph.morph(part, next, { morphStyle: "outerHTML", ignoreActiveValue: true, callbacks });
  for (const key of fresh) {
    document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.classList.add("fresh");
  }
  if (fresh.length > 0) forget(document.querySelector(".on-phone .done"));
}

/** On a phone, what was done last would seem to be about what has come since. */
function forget(done) {
  if (done?.contains(document.activeElement)) toMain();
  done?.remove();
}

function toMain() {
  document.getElementById("main").focus({ preventScroll: true });
}

/** What the reader has opened, ticked or typed is not taken back. */
function isTouched(name, node) {
  if (name === "checked") return node.checked !== node.defaultChecked;
  if (name === "value") return node.defaultValue !== undefined && node.value !== node.defaultValue;
  return name === "open";
}

function offer(part, number, next) {
  const chip = part.querySelector(".chip") ?? document.createElement("button");
  chip.type = "button";
  chip.className = "chip";
  chip.textContent = `${number} new`;
  chip.onclick = () => {
    show(part, next, []);
    toMain();
    scrollTo({ top: 0 });
  };
  if (!chip.isConnected) part.prepend(chip);
}

function isScrolledPast(part) {
  return part.getBoundingClientRect().top < -100;
}

function keysIn(part) {
  return new Set([...part.querySelectorAll("[data-key]")].map((each) => each.dataset.key));
}

function open() {
  if (!source || stream || document.hidden) return;
  stream = new EventSource(`${source.dataset.changes}?since=${encodeURIComponent(version)}`);
  stream.onopen = () => {
    pause = BUSY;
    say(lost ?? "live");
  };
  stream.onmessage = ({ data }) => {
    version = data;
    look();
  };
  stream.onerror = () => {
    say(lost ?? "not connected");
    if (stream.readyState !== EventSource.CLOSED) return;
    // After a response that is no stream, as a proxy sends while the mock is away, no browser asks again.
    stream = undefined;
    pause = Math.min(2 * pause, LATEST);
    setTimeout(open, pause);
    look();
  };
}

function close() {
  stream?.close();
  stream = undefined;
  say("paused");
}

// A browser has six connections to a server, and a page that nobody sees needs none.
document.addEventListener("visibilitychange", () => {
  document.hidden ? close() : open();
  press();
});
addEventListener("pagehide", close);
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) look();
  open();
});
setInterval(() => {
  if (!document.hidden && stream) look();
}, LATEST);

/** Adds what only a script can do. */
function prepare(place) {
  for (const each of place.querySelectorAll(".copyable")) {
    if (each.querySelector(".copy")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    const code = each.querySelector("code");
    button.setAttribute("aria-label", `Copy ${code.dataset.testid ?? ""}`.trim());
    each.append(button);
  }
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.(".copy");
  if (!button) return;
  const text = button.parentElement.querySelector("code").textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    // Only pages on localhost and over https may write there: then it is marked, to be copied by hand.
    getSelection().selectAllChildren(button.parentElement.querySelector("code"));
    button.textContent = "Selected";
  }
  setTimeout(() => {
    button.textContent = "Copy";
  }, 2000);
});

// Times go on between two looks, by the sandbox's clock.
const UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];
let seenAt = performance.now();
const iso = (moment) => new Date(moment).toISOString().replace(/\.\d+Z/, "Z");

function count() {
  const clocks = document.querySelectorAll("[data-clock]");
  const [shown] = clocks;
  if (!shown) return;
  const passed = "frozen" in shown.dataset ? 0 : performance.now() - seenAt;
  const now = Date.parse(shown.dateTime) + passed;
  for (const each of clocks) each.textContent = `${iso(now).slice(0, 19).replace("T", " ")} UTC`;
  for (const each of document.querySelectorAll("time[data-ago]")) {
    const seconds = Math.round((Date.parse(each.dateTime) - now) / 1000);
    const length = Math.abs(seconds);
    const [unit, size] = UNITS.find(([, one]) => length >= one) ?? UNITS[3];
    const text = `${Math.floor(length / size)} ${unit}`;
    each.textContent = length < 1 ? "now" : seconds < 0 ? `${text} ago` : `in ${text}`;
  }
}

prepare(document);
count();
press();
setInterval(count, 1000);
open();
