// What makes pages easier with a script. Every page works without this file.
(() => {
  "use strict";

  const all = (selector, within = document) => within.querySelectorAll(selector);

  // A part that only a script can serve is hidden in the HTML.
  function wake(within) {
    all("[data-dismiss][hidden], [data-show][hidden], [data-copy][hidden], [data-opens][hidden]", within).forEach((part) => { part.hidden = false; });
    if (history.length > 1) all("[data-back]", within).forEach((button) => { button.hidden = false; });
    all("[data-opens]", within).forEach((link) => link.setAttribute("role", "button"));
    // Without a script a dialog stands open in the page.
    all("dialog[open]", within).forEach((dialog) => { if (!dialog.matches(":modal")) dialog.close(); });
    all(".tabs [aria-current]", within).forEach(reach);
    within.querySelector("form[method='post'] .errors")?.focus();
  }

  // Scrolls a row of tabs, never the page.
  function reach(tab) {
    const [mine, bar] = [tab, tab.parentElement].map((part) => part.getBoundingClientRect());
    const beyond = Math.min(0, mine.left - bar.left - 48) || Math.max(0, mine.right - bar.right + 48);
    if (mine.left < bar.left || mine.right > bar.right) tab.parentElement.scrollLeft += beyond;
  }

  function show(button) {
    const input = document.getElementById(button.dataset.show);
    const hide = input.type === "password";
    input.type = hide ? "text" : "password";
    const { hideLabel } = button.dataset;
    button.dataset.hideLabel = button.textContent;
    button.textContent = hideLabel;
    button.setAttribute("aria-pressed", String(hide));
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-opens], [data-closes], [data-dismiss], [data-show], [data-copy], [data-back]");
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    if (!target) return;
    const { opens, closes } = target.dataset;
    if (opens) {
      event.preventDefault();
      const dialog = document.getElementById(opens);
      dialog.showModal();
      dialog.querySelector("[data-closes]")?.focus(); // Enter must not do what cannot be undone
    } else if (closes !== undefined) {
      event.preventDefault();
      target.closest("dialog").close();
    } else if (target.dataset.show) {
      show(target);
    } else if (target.dataset.copy) {
      navigator.clipboard?.writeText(target.dataset.copy);
    } else if (target.dataset.back !== undefined) {
      history.back();
    } else {
      target.closest(".toast").remove();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches("a[data-opens]")) {
      event.preventDefault();
      event.target.click();
    }
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // --- The search box: `/` leads to it, arrows through what was found
  document.addEventListener("keydown", (event) => {
    const [box, here] = [document.getElementById("find"), event.target];
    if (!box || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog:modal")) return;
    const typing = here.matches("input, select, textarea, [contenteditable]");
    if (event.key === "/" && !typing && !kept((store) => store.getItem(OFF))) {
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    const hits = [...all("[data-hits] .who a")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !hits.length || (typing && here !== box) || here.closest("[role='menu'], summary")) return;
    const at = hits.indexOf(here) + step;
    if (here !== box && !hits.includes(here) && here !== document.body) return;
    event.preventDefault();
    (at < 0 ? box : hits[Math.min(at, hits.length - 1)]).focus();
  });

  // Keys that are not chords: g and a letter lead to a page, a digit to one of its tabs, j and k along the rows of a
  // list. Whoever speaks to the computer, or types with a stick, can turn them off; where nothing can be kept they stay on.
  const OFF = "keys-off";
  const kept = (work) => { try { return work(localStorage); } catch { return null; } };
  let led = 0; // when g was pressed

  function step(by) {
    const rows = [...all("main :is(.rows > .row, .table > tbody > tr)")].filter((row) => row.querySelector("a[href]") && row.offsetParent);
    const here = rows.indexOf(document.activeElement.closest(".row, tr"));
    const row = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by];
    row?.querySelector(":is(th, .who) a[href], a[href]").focus();
    row?.scrollIntoView({ block: "nearest" });
    return Boolean(row);
  }

  function press(event) {
    const { key, target } = event;
    const link = target.matches(":is(main .row, main tr) a[href]");
    if (key === "ArrowDown" || key === "ArrowUp") return link && step(key === "ArrowDown" ? 1 : -1);
    const beside = { ArrowLeft: "prev", ArrowRight: "next" }[key];
    if (beside) {
      const way = document.querySelector(`[data-arrows] [rel="${beside}"]`);
      way?.click();
      return Boolean(way);
    }
    const follows = Date.now() - led < 1500;
    led = key === "g" && !follows ? Date.now() : 0;
    if (follows) {
      const way = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      way?.click();
      return Boolean(way);
    }
    const tab = /^[1-9]$/.test(key) && all("main .tabs a")[key - 1];
    if (tab) return tab.click() === undefined;
    if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
    if (key === "?") return document.getElementById("keys")?.showModal() === undefined;
    const box = key === "x" && target.closest("tr")?.querySelector("input[type=checkbox]");
    box?.click?.();
    return Boolean(box);
  }

  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    if (document.querySelector("dialog:modal") || kept((store) => store.getItem(OFF))) return;
    if (press(event)) event.preventDefault();
  });

  document.addEventListener("change", ({ target }) => {
    if (target.id === OFF) kept((store) => (target.checked ? store.setItem(OFF, "1") : store.removeItem(OFF)));
    if (target.dataset.ticks) all(`input[name="${target.dataset.ticks}"]`).forEach((box) => { box.checked = target.checked; });
  });

  const off = document.getElementById(OFF);
  if (off) off.checked = Boolean(kept((store) => store.getItem(OFF)));

  // --- Answers that are saved as they are given: what did not arrive is said, and tried again
  const late = new Set();
  const again = () => late.forEach((part) => { late.delete(part); if (part.isConnected) htmx.trigger(part, "change"); });
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
    const note = elt.closest("[data-saves]")?.querySelector("#unsaved");
    if (!note) return;
    if (!successful) late.add(elt);
    note.textContent = late.size ? note.dataset.words : "";
    note.className = late.size ? "alert red" : "";
  });
  setInterval(again, 5000);

  // Enter in a form that saves by itself leads to the next box, as Tab does: the page stays where it is.
  document.addEventListener("submit", (event) => {
    if (!event.submitter?.matches("[data-saves] [data-entered]")) return;
    event.preventDefault();
    const boxes = [...all("input:not([type='hidden']), select, textarea, button", event.target)].filter((box) => box.tabIndex >= 0 && !box.disabled && box.checkVisibility());
    boxes[boxes.indexOf(document.activeElement) + 1]?.focus();
  });

  document.addEventListener("htmx:load", (event) => wake(event.detail.elt));
  wake(document);
})();
