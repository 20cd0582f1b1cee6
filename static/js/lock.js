// The lock over an open page. After a while without use in any tab the page is covered, and what was typed stays in it;
// password, code or passkey uncover it in place. Nothing is stored but the moment of the last use.
(() => {
  "use strict";

  // --- Passkeys, also on the page that stands instead of a locked one
  const able = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);
  const show = (within) => within.querySelectorAll("[data-passkey-url]").forEach((form) => { form.hidden = !able; });

  async function passkey(form) {
    const headers = { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
    const answer = await fetch(form.dataset.passkeyUrl, { method: "POST", headers });
    const { request_options: options } = await answer.json();
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey);
    form.elements.credential.value = JSON.stringify((await navigator.credentials.get({ publicKey })).toJSON());
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.passkeyUrl || form.elements.credential.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    try {
      await passkey(form);
    } catch {
      form.querySelector("[data-passkey-failed]").hidden = false;
      return;
    }
    form.requestSubmit();
  });
  show(document);

  // --- Signed out here: the other tabs find out at once
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("casework") : null;
  if (document.querySelector("[data-signed-out]")) tabs?.postMessage("lock");

  // --- The lock itself
  const cover = document.getElementById("lock");
  if (!cover) return;

  const { who, title, stateUrl, lockUrl, unlockUrl, signInUrl } = cover.dataset;
  const [SECOND, MINUTE, USED] = [1000, 60_000, "casework-used"];
  const idle = Number(cover.dataset.idle) * SECOND;
  const token = cover.querySelector("[name=csrfmiddlewaretoken]").value;
  const parts = [...cover.querySelectorAll("[data-lock]")];
  const forms = parts.find((part) => part.dataset.lock === "locked");
  let state = "open"; // or: checking, locked, lost, ended
  let [used, wrote, noted, ends, ticked] = [0, 0, 0, Infinity, Date.now()];
  let [inert, before, focused, asking] = [[], "", null, Promise.resolve()];

  const stored = () => { try { return Number(localStorage.getItem(USED)) || 0; } catch { return 0; } };
  const lastUse = () => Math.max(used, Math.min(stored(), Date.now()));

  function mark(now) {
    used = now;
    if (now - wrote < SECOND) return;
    wrote = now;
    try { localStorage.setItem(USED, String(now)); } catch { /* this tab alone then */ }
  }

  // --- Covering and uncovering
  function veil() {
    document.documentElement.classList.add("veiled");
  }

  function raise(as) {
    if (state === "ended") return;
    if (state === "open") {
      [before, focused] = [document.title, document.activeElement];
      inert = [...document.body.children].filter((part) => part !== cover && !part.inert);
      inert.forEach((part) => { part.inert = true; });
      document.title = title;
    }
    state = as;
    veil();
    if (as === "ended") document.body.replaceChildren(cover); // nothing can bring this page back, so nothing of it stays
    parts.forEach((part) => { part.hidden = part.dataset.lock !== as; });
    if (!cover.open) cover.showModal();
    document.getElementById("lock-title").hidden = as === "checking";
    if (as !== "checking") (cover.querySelector("[data-lock]:not([hidden]) :is(a, button, input:not([type=hidden]))") ?? cover).focus();
  }

  function lower() {
    forms.replaceChildren();
    if (cover.open) cover.close();
    inert.forEach((part) => { part.inert = false; });
    document.documentElement.classList.remove("veiled");
    if (state !== "open") {
      document.title = before;
      focused?.focus?.({ preventScroll: true });
    }
    [state, inert] = ["open", []];
  }

  // --- Asking the server
  async function ask(url, fields) {
    const headers = { Accept: "application/json" };
    if (fields) headers["X-CSRFToken"] = token;
    const [body, at] = [fields && new URLSearchParams(fields), Date.now()];
    const answer = await fetch(url, { method: fields ? "POST" : "GET", headers, body, cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    return { ...(await answer.json()), at };
  }

  function follow(answer) {
    if (answer.state === "ended" || answer.who !== who) {
      raise("ended");
      const here = encodeURIComponent(location.pathname + location.search);
      parts.find((part) => part.dataset.lock === "ended").querySelector("a").href = `${signInUrl}?next=${here}`;
      return;
    }
    [noted, ends] = [answer.at - answer.age * SECOND, answer.at + answer.left * SECOND];
    if (answer.state === "locked") {
      forms.innerHTML = answer.html;
      show(forms);
      raise("locked");
      forms.querySelector(".errors")?.focus();
    } else {
      lower();
    }
  }

  // One question at a time, so that no answer overtakes a later one. Where a form is refused, since its token belongs
  // to another session, how the session stands is still to be found out.
  function talk(url, fields, then = follow) {
    asking = asking
      .then(() => ask(url, fields).catch(() => ask(stateUrl)).then(then))
      .catch(() => { if (state !== "open") raise("lost"); });
    return asking;
  }

  const check = () => talk(stateUrl);

  function lock(fields) {
    raise("checking");
    talk(lockUrl, fields).then(() => tabs?.postMessage("lock"));
  }

  // --- Use
  function use(event) {
    if (!event.isTrusted || state !== "open") return;
    const now = Date.now();
    if (now - lastUse() >= idle) { tick(); return; } // the first movement after a long time is no use: it finds the lock
    mark(now);
    if (now - noted < MINUTE) return;
    noted = now;
    talk(stateUrl, {}, (answer) => { if (state === "open") follow(answer); });
  }

  for (const kind of ["pointerdown", "pointermove", "keydown", "touchstart", "wheel"]) {
    document.addEventListener(kind, use, { capture: true, passive: true });
  }

  function tick() {
    const now = Date.now();
    // The machine slept, or the page was frozen: nothing is seen until the server has been asked.
    const slept = now - ticked > MINUTE / 2 && document.visibilityState === "visible";
    ticked = now;
    if (state === "lost") check();
    if (state !== "open") return;
    if (now - lastUse() >= idle) {
      lock({ idle: "yes" });
    } else if (slept || now >= ends) {
      ends = Infinity;
      raise("checking");
      check();
    }
  }

  setInterval(tick, SECOND);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    if (Date.now() - lastUse() < idle) ticked = Date.now(); // timers of a hidden page are slow: it did not sleep
    tick();
    if (state === "open") check();
  });
  addEventListener("pagehide", veil);
  document.addEventListener("freeze", veil);
  for (const [target, kind] of [[window, "pageshow"], [document, "resume"]]) {
    target.addEventListener(kind, (event) => {
      if (kind === "pageshow" && !event.persisted) return;
      ticked = Date.now();
      if (state === "open") raise("checking");
      check();
    });
  }

  if (tabs) tabs.onmessage = ({ data }) => {
    if (data === "lock" && state === "open") raise("checking");
    check();
  };

  // --- What the lock itself takes
  cover.addEventListener("cancel", (event) => event.preventDefault());
  cover.addEventListener("close", () => { if (state !== "open") cover.showModal(); });
  cover.addEventListener("click", (event) => { if (event.target.closest("[data-lock-again]")) check(); });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.lockNow !== undefined) {
      event.preventDefault();
      lock({});
    } else if (cover.contains(form) && form.dataset.leave === undefined) {
      event.preventDefault();
      const fields = new FormData(form);
      form.querySelector("button[type=submit]").disabled = true;
      talk(unlockUrl, fields).then(() => {
        if (state !== "open") return;
        mark(Date.now());
        tabs?.postMessage("unlock");
      });
    }
  });

  // A part of the page was answered by the lock; a part that asks by itself says so, and counts as no use.
  document.addEventListener("lock-page", () => { raise("checking"); check(); });
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (!detail.triggeringEvent || !detail.triggeringEvent.isTrusted) detail.headers["X-Background"] = "yes";
  });

  noted = Date.now() - Number(cover.dataset.age) * SECOND;
  ends = Date.now() + Number(cover.dataset.left) * SECOND;
  mark(Date.now());
})();
