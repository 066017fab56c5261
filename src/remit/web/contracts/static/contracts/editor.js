/* The editor: line numbers, the words of the format where they can stand, and problems that lead to their line.
   Without it the page is a plain text area that saves. */
"use strict";

(function () {
  const form = document.querySelector("form.editor");
  if (!form) return;
  const text = form.querySelector("#id_content");
  const gutter = form.querySelector(".line-numbers");
  const status = form.querySelector("#editor-status");
  const sheet = form.querySelector(".sheet-of-text");

  /* Line numbers, with the lines that have problems marked. */

  let drawn = 0;
  const marks = new Map();

  function draw(isForced) {
    const lines = text.value.split("\n").length;
    if (lines !== drawn || isForced) {
      drawn = lines;
      const numbers = document.createDocumentFragment();
      let plain = "";
      for (let line = 1; line <= lines; line++) {
        if (!marks.has(line)) { plain += line + "\n"; continue; }
        numbers.append(plain);
        plain = "";
        const mark = document.createElement("span");
        mark.className = marks.get(line);
        mark.textContent = line + "\n";
        numbers.append(mark);
      }
      numbers.append(plain);
      gutter.replaceChildren(numbers);
    }
    gutter.scrollTop = text.scrollTop;
  }

  function markProblems() {
    marks.clear();
    for (const link of document.querySelectorAll("#problems a[data-line]")) {
      const line = Number(link.dataset.line);
      const isError = link.closest("li").querySelector(".standing-missed") !== null;
      if (isError || !marks.has(line)) marks.set(line, isError ? "is-error" : "is-doubt");
    }
    draw(true);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    const lines = text.value.split("\n");
    const line = Math.min(Number(link.dataset.line), lines.length);
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + lines[line - 1].length);
    text.scrollTop = Math.max(0, (line - 6) * lineHeight());
    draw();
  });

  function lineHeight() {
    return parseFloat(getComputedStyle(text).lineHeight);
  }

  /* Where the caret stands in the document: the names on the way to it, by indentation and by { }. */

  function placeAt(caret) {
    const before = text.value.slice(0, caret);
    const lines = before.split("\n");
    const current = lines.pop();
    const path = [];
    let indent = current.search(/\S|$/);
    const dashes = /^\s*((?:- +)+)/.exec(current);
    if (dashes) indent += dashes[1].length;
    let within = dashes ? indent - 2 : indent;
    if (dashes) path.unshift(null);
    for (let number = lines.length - 1; number >= 0 && within > 0; number--) {
      const line = lines[number];
      if (!line.trim() || line.trim().startsWith("#")) continue;
      const own = line.search(/\S/);
      const dash = /^(\s*)- +/.exec(line);
      if (dash && dash[0].length <= within && dash[1].length < within && path[0] !== null) {
        if (dash[0].length === within || own < within) {
          const key = /^\s*- +(?:"([^"]*)"|'([^']*)'|([^\s:#][^:]*?))\s*:\s*(?:#.*)?$/.exec(line);
          if (key && dash[0].length < within) path.unshift(key[1] || key[2] || key[3]);
          path.unshift(null);
          within = dash[1].length + 1;
          continue;
        }
      }
      const key = /^(\s*)(?:"([^"]*)"|'([^']*)'|([^\s:#-][^:]*?))\s*:\s*(?:#.*)?$/.exec(line);
      const isListUnderKey = path[0] === null && key && key[1].length <= within;
      if (key && (key[1].length < within || isListUnderKey)) {
        path.unshift(key[2] || key[3] || key[4]);
        within = key[1].length;
      }
    }
    const inline = inlinePath(current);
    const isInline = inline.isInline;
    const block = isInline ? [] : blockAround(before.split("\n").length - 1, indent);
    const siblings = isInline ? inline.siblings : block.map((line) => /^[\s-]*([\w.]+):/.exec(line)).filter(Boolean).map((key) => key[1]);
    const beside = isInline ? current + text.value.slice(caret).split("\n")[0] : block.join("\n");
    return { path: path.concat(inline.path), word: inline.word, key: inline.key, isComment: inline.isComment, siblings, beside };
  }

  function blockAround(number, indent) {
    /* The lines that stand beside one: as far in as it, up and down to the first that is not. */
    const lines = text.value.split("\n");
    const found = [];
    for (const step of [-1, 1]) {
      for (let at = number + step; at >= 0 && at < lines.length; at += step) {
        const line = lines[at];
        if (!line.trim() || line.trim().startsWith("#")) continue;
        const own = line.search(/\S/);
        const inside = /^\s*(?:- +)*/.exec(line)[0].length;
        if (inside < indent || (step === 1 && own < indent)) break;
        if (inside === indent) found.push(line);
        if (own < indent) break;
      }
    }
    return found;
  }

  function inlinePath(line) {
    const start = /^\s*(?:- +)*/.exec(line)[0].length;
    const stack = [{ key: null, text: "", names: [] }];
    let quote = null;
    for (const letter of line.slice(start)) {
      const top = stack[stack.length - 1];
      if (quote) { if (letter === quote) quote = null; top.text += letter; continue; }
      if (letter === '"' || letter === "'") { quote = letter; top.text += letter; continue; }
      if (letter === "#" && /(^|\s)$/.test(top.text)) return { path: [], word: "", key: null, siblings: [], isComment: true };
      if (letter === "{" || letter === "[") { stack.push({ key: null, text: "", names: [], isList: letter === "[" }); continue; }
      if ((letter === "}" || letter === "]") && stack.length > 1) { stack.pop(); stack[stack.length - 1].text = ""; continue; }
      if (letter === ",") { top.key = null; top.text = ""; continue; }
      if (letter === ":" && top.key === null) { top.key = top.text.trim().replace(/^["']|["']$/g, ""); top.names.push(top.key); top.text = ""; continue; }
      top.text += letter;
    }
    const path = [];
    stack.slice(0, -1).forEach((one, depth) => {
      if (one.key !== null) path.push(one.key);
      if (stack[depth + 1].isList) path.push(null);
    });
    const last = stack[stack.length - 1];
    return { path, key: last.key, word: last.text.replace(/^\s+/, ""), siblings: last.names, isInline: stack.length > 1 };
  }

  /* The words that can stand there, by the schema. */

  let given = null;
  let asked = null;

  function words() {
    asked = asked || fetch(form.dataset.words, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.json() : { schema: {}, places: [] }))
      .then((found) => (given = found));
    return asked;
  }

  function forms(schema) {
    if (!schema || typeof schema !== "object") return [];
    if (schema.$ref) {
      const target = schema.$ref.split("/").slice(1).reduce((at, step) => at && at[step], given.schema);
      return forms(target).map((one) => (schema.description ? Object.assign({}, one, { about: schema.description }) : one));
    }
    const several = schema.anyOf || schema.oneOf || schema.allOf;
    return several ? several.flatMap(forms) : [schema];
  }

  function below(schemas, step) {
    return schemas.flatMap((schema) => {
      if (step === null) return forms(schema.items || (schema.prefixItems || [])[0]);
      if (schema.properties && step in schema.properties) return forms(schema.properties[step]);
      for (const [pattern, value] of Object.entries(schema.patternProperties || {})) {
        if (new RegExp(pattern).test(step)) return forms(value);
      }
      return typeof schema.additionalProperties === "object" ? forms(schema.additionalProperties) : [];
    });
  }

  function tagged(schemas, place) {
    /* Of several forms, those whose `is` or `model` is the one written beside the caret. */
    const named = [...place.beside.matchAll(/\b(?:is|model):\s*([a-z_]+)/g)].map((found) => found[1]);
    const fitting = schemas.filter((schema) => ["is", "model"].some((tag) => {
      const kind = schema.properties && schema.properties[tag];
      const kinds = kind ? [].concat(kind.const || kind.enum || []) : [];
      return kinds.some((one) => named.includes(one));
    }));
    return place.siblings.some((one) => one === "is" || one === "model") && fitting.length ? fitting : schemas;
  }

  function wordsAt(place) {
    let schemas = forms(given.schema);
    for (const step of place.path) schemas = below(schemas, step);
    const found = new Map();
    if (place.key !== null) {
      for (const schema of below(schemas, place.key)) {
        const values = schema.enum || (schema.const !== undefined ? [schema.const] : schema.examples || []);
        const items = schema.items ? forms(schema.items).flatMap((one) => one.enum || []) : [];
        for (const value of [...values, ...items]) {
          if (typeof value !== "object") found.set(String(value), schema.about || schema.description || "");
        }
        if (schema.type === "boolean") for (const value of ["true", "false"]) found.set(value, schema.about || schema.description || "");
      }
      for (const name of namesFor(place.key)) found.set(name, "");
      return [...found].map(([word, about]) => ({ word, about, tail: "" }));
    }
    if (place.path.length === 1 && place.path[0] === "change") {
      return given.places.map((word) => ({ word, about: "", tail: ": " }));
    }
    for (const schema of tagged(schemas, place)) {
      for (const [word, value] of Object.entries(schema.properties || {})) {
        if (place.siblings.includes(word)) continue;
        const first = forms(value)[0] || {};
        found.set(word, value.description || first.about || first.description || "");
      }
    }
    return [...found].map(([word, about]) => ({ word, about, tail: ": " }));
  }

  function namesFor(key) {
    /* Names given elsewhere in the text: calendars and clocks by the key that asks for one. */
    const section = { calendar: "calendars", clock: "clocks" }[key];
    if (!section) return [];
    const block = new RegExp("^" + section + ":[^\\n]*\\n((?:[ \\t]+[^\\n]*\\n|\\s*\\n)*)", "m").exec(text.value);
    return block ? [...block[1].matchAll(/^ {2}([A-Za-z][\w.-]*):/gm)].map((found) => found[1]) : [];
  }

  /* The list of words under the caret; the text keeps the focus. */

  const list = document.createElement("ul");
  list.id = "editor-words";
  list.className = "words";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.wordsLabel);
  sheet.append(list);
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-controls", list.id);
  const described = [text.getAttribute("aria-describedby"), "editor-help"].filter(Boolean);
  text.setAttribute("aria-describedby", described.join(" "));
  let offered = [];
  let active = -1;

  function close() {
    list.hidden = true;
    offered = [];
    active = -1;
    text.removeAttribute("aria-activedescendant");
    sheet.classList.remove("has-words");
  }

  async function offer(isAsked) {
    const caret = text.selectionStart;
    if (caret !== text.selectionEnd) return close();
    await words();
    if (text.selectionStart !== caret) return undefined;
    const place = placeAt(caret);
    if (place.isComment) return close();
    const typed = place.word.toLowerCase();
    const all = wordsAt(place);
    offered = all.filter((one) => one.word.toLowerCase().startsWith(typed) && one.word !== place.word);
    if (!offered.length && isAsked) offered = all.filter((one) => one.word.toLowerCase().includes(typed) && one.word !== place.word);
    offered = offered.slice(0, 60);
    if (!offered.length) {
      close();
      if (isAsked) status.textContent = form.dataset.none;
      return undefined;
    }
    active = -1;
    list.replaceChildren(...offered.map((one, index) => {
      const item = document.createElement("li");
      item.id = "editor-word-" + index;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.textContent = one.word;
      if (one.about) {
        const about = document.createElement("small");
        about.textContent = one.about.replace(/`/g, "");
        item.append(about);
      }
      return item;
    }));
    list.hidden = false;
    put(caret - place.word.length);
    status.textContent = offered.length + " " + form.dataset.some;
    return undefined;
  }

  function put(at) {
    const lines = text.value.slice(0, at).split("\n");
    const style = getComputedStyle(text);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = style.fontSize + " " + style.fontFamily;
    const line = lineHeight();
    const above = parseFloat(style.paddingTop) + (lines.length - 1) * line;
    if (above < text.scrollTop || above + 6 * line > text.scrollTop + text.clientHeight) {
      text.scrollTop = Math.max(0, above - text.clientHeight / 2);
      draw();
    }
    const left = text.offsetLeft + parseFloat(style.paddingLeft) + pen.measureText(lines[lines.length - 1]).width - text.scrollLeft;
    const top = text.offsetTop + above - text.scrollTop;
    const under = sheet.clientHeight - top - line - 8;
    const isAbove = under < 120 && top > under;
    list.style.maxHeight = Math.max(80, Math.min(256, isAbove ? top - 8 : under)) + "px";
    list.style.left = Math.max(0, Math.min(left, sheet.clientWidth - list.offsetWidth)) + "px";
    list.style.top = (isAbove ? Math.max(0, top - list.offsetHeight) : top + line) + "px";
  }

  function choose(index) {
    if (active >= 0) list.children[active].setAttribute("aria-selected", "false");
    active = (index + offered.length) % offered.length;
    const item = list.children[active];
    item.setAttribute("aria-selected", "true");
    // Not scrollIntoView: it would move the sheet under the text as well.
    list.scrollTop = Math.min(item.offsetTop, Math.max(list.scrollTop, item.offsetTop + item.offsetHeight - list.clientHeight));
    text.setAttribute("aria-activedescendant", item.id);
  }

  function take(index) {
    const one = offered[index];
    const caret = text.selectionStart;
    const place = placeAt(caret);
    const start = caret - place.word.length;
    const tail = one.tail && text.value.slice(caret).startsWith(":") ? "" : one.tail;
    close();
    text.focus();
    text.setRangeText(one.word + tail, start, caret, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  text.addEventListener("keydown", (event) => {
    if (event.key === " " && event.ctrlKey) { event.preventDefault(); offer(true); return; }
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(active < 0 && step < 0 ? offered.length - 1 : active + step);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      take(active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"].includes(event.key)) {
      close();
    }
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("li");
    if (item) take([...list.children].indexOf(item));
  });
  text.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== text) close(); }, 0));
  text.addEventListener("wheel", close, { passive: true });
  text.addEventListener("click", close);
  text.addEventListener("input", (event) => {
    draw();
    isKept = false;
    const typed = event.inputType === "insertText" && /[\w]/.test(event.data || "");
    if (typed) offer(false);
    else close();
  });
  text.addEventListener("scroll", () => { gutter.scrollTop = text.scrollTop; });

  /* A new line begins as far in as the one before it. */
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented || event.isComposing) return;
    const before = text.value.slice(0, text.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const indent = /^\s*/.exec(line)[0] + (/:\s*$/.test(line) && line.trim() ? "  " : "");
    if (!indent) return;
    event.preventDefault();
    text.setRangeText("\n" + indent, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });

  /* Nothing is lost by a closed tab without a word. */
  let isKept = true;
  form.addEventListener("submit", () => { isKept = true; });
  window.addEventListener("beforeunload", (event) => { if (!isKept) event.preventDefault(); });

  /* Signed out in the meantime: the text stays, and the page to sign in does not land among the problems. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "problems") return;
    const isOurs = event.detail.xhr.status === 200 && event.detail.xhr.responseURL.includes("/lint/");
    if (isOurs) return;
    event.detail.shouldSwap = false;
    event.detail.target.textContent = form.dataset.lost;
  });
  document.addEventListener("htmx:afterSettle", markProblems);
  window.addEventListener("resize", () => draw(true));
  markProblems();
})();
