/* Small comforts on top of pages that work without them. */
"use strict";

(function () {
  const menus = () => document.querySelectorAll("details.menu[open]");

  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A table that is wider than its place must be reachable by keyboard, and say what it is.
  function openScrollers(within) {
    for (const place of within.querySelectorAll(".table-scroll, .picture, pre")) {
      if (place.scrollWidth <= place.clientWidth || place.hasAttribute("tabindex")) continue;
      place.tabIndex = 0;
      if (place.tagName === "PRE" || place.hasAttribute("aria-label")) continue;
      const caption = place.querySelector("caption");
      const headings = [...document.querySelectorAll("main h1, main h2, main h3")];
      const heading = headings.filter((one) => one.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING).pop();
      place.setAttribute("role", "group");
      place.setAttribute("aria-label", ((caption || heading || {}).textContent || "table").trim());
    }
  }

  // A form with `data-confirm` asks before it does what can't be undone.
  document.addEventListener("submit", (event) => {
    const question = (event.submitter && event.submitter.dataset.confirm) || event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  // A filter with `data-send` is sent as soon as it is chosen.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-send]");
    if (form) form.requestSubmit();
  });

  openScrollers(document);
  window.addEventListener("resize", () => openScrollers(document));
  document.addEventListener("htmx:afterSettle", (event) => openScrollers(event.target.parentNode || document));
})();
