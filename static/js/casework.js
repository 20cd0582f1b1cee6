// What makes pages easier with a script. Every page works without this file.
(() => {
  "use strict";

  const all = (selector, within = document) => within.querySelectorAll(selector);

  // A part that only a script can serve is hidden in the HTML.
  function wake(within) {
    all("[data-dismiss][hidden], [data-show][hidden], [data-copy][hidden]", within).forEach((part) => { part.hidden = false; });
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
    if (event.key === "/" && !typing) {
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

  document.addEventListener("htmx:load", (event) => wake(event.detail.elt));
  wake(document);
})();
