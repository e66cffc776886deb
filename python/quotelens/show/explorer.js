// The widget of quotelens.show.explorer.  All that comes from a document is put in as text, never as HTML.  Places in the
// text come in units of UTF-16; `spans` are code points, and only passed back to Python.

const MOST = 400; // rows of a list before it asks whether to go on

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function counted(n, noun) {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

// The text cut at every edge of a layer, each part with the layers over it, the innermost first.
function parts(text, layers) {
  const edges = new Set([0, text.length]);
  for (const { start, end } of layers) edges.add(start).add(end);
  const places = [...edges].sort((a, b) => a - b);
  const inwards = [...layers].sort((a, b) => a.end - a.start - (b.end - b.start));
  return places.slice(1).map((end, k) => {
    const start = places[k];
    return { start, end, over: inwards.filter((layer) => layer.start <= start && layer.end >= end) };
  });
}

// ------------------------------------------------------------------------------------------------------ corrections

function isOf(record, docId, quoteId) {
  return record.doc_id === docId && record.quote_id === quoteId;
}

// A statement as it is after what was corrected.
function corrected(model, docId, statement) {
  const now = { ...statement, removed: false };
  for (const record of model.get("corrections")) {
    if (!isOf(record, docId, statement.quote_id)) continue;
    if (record.what === "removed") now.removed = true;
    else now[record.field] = record.new;
  }
  return now;
}

// Note a correction, or take it back where `value` is what it was; `field` is null for "not a quotation".
function correct(model, statement, field, value) {
  const { doc_id, text_sha1 } = model.get("article");
  const { quote_id, spans } = statement;
  const records = model.get("corrections").filter((r) => !(isOf(r, doc_id, quote_id) && r.field === field));
  const known = { doc_id, text_sha1, quote_id, spans };
  if (field === null) {
    if (value) records.push({ ...known, what: "removed", field, old: null, new: null });
  } else if (value !== statement[field]) {
    records.push({ ...known, what: "changed", field, old: statement[field], new: value });
  }
  model.set("corrections", records);
  model.save_changes();
}

// -------------------------------------------------------------------------------------------------------- the widget

class View {
  constructor(model, root) {
    this.model = model;
    this.outlet = this.kind = ""; // "" for all
    this.tab = "articles";
    this.voice = null; // whose statements are listed, or null
    this.chosen = null; // the quote_id of the statement that is chosen
    this.most = MOST;
    this.seen = null; // the corrections that lists and marks show
    this.filters = element("div", { class: "ql-filters" });
    this.side = element("nav", { class: "ql-side", "aria-label": "Articles and speakers" });
    this.article = element("article", { class: "ql-article", tabindex: "-1" });
    this.panel = element("section", { class: "ql-panel", "aria-label": "The quote" });
    root.classList.add("ql-explorer");
    root.addEventListener("keydown", (event) => event.stopPropagation()); // JupyterLab would take Enter for itself
    root.append(this.filters, this.side, this.article, this.panel);
    this.drawFilters();
    this.draw();
  }

  draw() {
    this.drawSide();
    this.drawArticle();
    this.drawPanel();
    this.drawCount();
  }

  // Lists and marks are drawn anew only where they change: what is typed is stored as the mouse goes down elsewhere,
  // and what it goes down on has to be there when it comes up.
  update() {
    const seen = this.model.get("corrections").filter((r) => r.what === "removed" || r.field === "kind");
    if (JSON.stringify(seen) !== this.seen) {
      this.seen = JSON.stringify(seen);
      this.drawSide();
      this.drawArticle();
    }
    this.updatePanel();
    this.drawCount();
  }

  // Statements as they are now that the filters let through.
  statements() {
    const outlets = new Map(this.model.get("documents").map((d) => [d.doc_id, d.outlet]));
    return this.model
      .get("statements")
      .map((statement) => corrected(this.model, statement.doc_id, statement))
      .filter((s) => this.isWanted(s) && (!this.outlet || outlets.get(s.doc_id) === this.outlet));
  }

  isWanted(statement) {
    return !this.kind || statement.kind === this.kind;
  }

  statement(quoteId) {
    return this.model.get("article").statements?.find((s) => s.quote_id === quoteId);
  }

  // ---------------------------------------------------------------------------------------------------- moving about

  open(docId, quoteId = null) {
    this.chosen = quoteId;
    if (this.model.get("article").doc_id === docId) {
      this.draw();
      this.reveal();
    } else {
      this.model.set("selected", docId);
      this.model.save_changes();
    }
  }

  opened() {
    if (this.model.get("article").doc_id !== this.model.get("selected")) return;
    if (!this.statement(this.chosen)) this.chosen = null; // of another article
    this.draw();
    this.reveal();
  }

  reveal() {
    const place = this.article.querySelector('[aria-pressed="true"]');
    if (place) {
      place.scrollIntoView({ block: "center" });
      place.focus({ preventScroll: true });
    } else {
      this.article.scrollTop = 0;
    }
  }

  choose(quoteId) {
    this.chosen = quoteId;
    this.drawArticle();
    this.drawPanel();
    this.article.querySelector('[aria-pressed="true"]')?.focus({ preventScroll: true });
  }

  listen(voice) {
    this.voice = voice;
    this.tab = "speakers";
    this.most = MOST;
    this.drawSide();
    this.side.scrollTop = 0;
    this.side.querySelector(".ql-back")?.focus();
  }

  // --------------------------------------------------------------------------------------------------------- filters

  drawFilters() {
    const outlets = [...new Set(this.model.get("documents").map((d) => d.outlet))].filter(Boolean).sort();
    const select = (name, label, values) =>
      element(
        "label",
        {},
        `${label} `,
        element(
          "select",
          { name, change: (event) => this.filter(name, event.target.value) },
          element("option", { value: "" }, "all"),
          ...values.map((value) => element("option", { value }, value)),
        ),
      );
    this.count = element("output", { class: "ql-quiet" });
    const kinds = select("kind", "Kind", this.model.get("_kinds"));
    this.filters.replaceChildren(select("outlet", "Outlet", outlets), kinds, this.count);
  }

  filter(name, value) {
    this[name] = value;
    this.most = MOST;
    this.draw();
  }

  drawCount() {
    const n = this.model.get("corrections").length;
    this.count.textContent = n ? counted(n, "correction") : "";
  }

  // ------------------------------------------------------------------------------------------- articles and speakers

  drawSide() {
    const tab = (name, label) =>
      this.row({ "aria-pressed": String(this.tab === name), click: () => this.show(name) }, label);
    const tabs = element("div", { class: "ql-tabs" }, tab("articles", "Articles"), tab("speakers", "Speakers"));
    const speakers = () => (this.voice === null ? this.speakers() : this.said());
    this.side.replaceChildren(tabs, ...(this.tab === "articles" ? this.articles() : speakers()));
  }

  show(name) {
    this.tab = name;
    this.voice = null;
    this.most = MOST;
    this.drawSide();
    this.side.querySelector('[aria-pressed="true"]').focus();
  }

  // The first rows as a list, and a button for more.
  list(rows, item) {
    const more = () => {
      this.most *= 4;
      this.drawSide();
    };
    const items = rows.slice(0, this.most).map((row) => element("li", {}, item(row)));
    const rest = rows.length - this.most;
    if (rest > 0) items.push(element("li", {}, this.row({ click: more }, `${rest} more`)));
    return [element("ul", {}, ...items)];
  }

  row(attributes, ...children) {
    return element("button", { type: "button", ...attributes }, ...children);
  }

  quiet(...children) {
    return element("span", { class: "ql-quiet" }, ...children);
  }

  articles() {
    const numbers = new Map();
    for (const { doc_id } of this.statements()) numbers.set(doc_id, (numbers.get(doc_id) ?? 0) + 1);
    const documents = this.model
      .get("documents")
      .filter((d) => (!this.outlet || d.outlet === this.outlet) && (!this.kind || numbers.has(d.doc_id)));
    const open = this.model.get("article").doc_id;
    return this.list(documents, (d) =>
      this.row(
        { "aria-current": String(d.doc_id === open), click: () => this.open(d.doc_id) },
        d.title ?? d.doc_id,
        this.quiet(this.about(d), ` · ${counted(numbers.get(d.doc_id) ?? 0, "quote")}`),
      ),
    );
  }

  about(d) {
    return [d.outlet, d.published, d.title ? d.doc_id : null].filter(Boolean).join(" · ");
  }

  speakers() {
    const voices = new Map();
    for (const { doc_id, voice } of this.statements()) {
      const found = voices.get(voice) ?? { voice, n: 0, documents: new Set() };
      found.n += 1;
      found.documents.add(doc_id);
      voices.set(voice, found);
    }
    const rows = [...voices.values()].sort((a, b) => b.n - a.n || a.voice - b.voice);
    return this.list(rows, ({ voice, n, documents }) =>
      this.row(
        { click: () => this.listen(voice) },
        this.name(voice),
        this.quiet(`${counted(n, "quote")} in ${counted(documents.size, "article")}`),
      ),
    );
  }

  name(voice) {
    return voice < 0 ? "no source" : this.model.get("voices")[voice].name;
  }

  said() {
    const rows = this.statements().filter((s) => s.voice === this.voice);
    const titles = new Map(this.model.get("documents").map((d) => [d.doc_id, d]));
    const n = new Set(rows.map((s) => s.doc_id)).size;
    const isOpen = (s) => s.doc_id === this.model.get("article").doc_id && s.quote_id === this.chosen;
    const back = { class: "ql-back ql-link", click: () => this.show("speakers") };
    return [
      element("p", {}, this.row(back, "← All speakers")),
      element("h3", {}, this.name(this.voice)),
      element("h4", {}, `${counted(rows.length, "quote")} in ${counted(n, "article")}`),
      ...this.list(rows, (s) =>
        this.row(
          { "aria-current": String(isOpen(s)), click: () => this.open(s.doc_id, s.quote_id) },
          this.label(s),
          ` ${s.text}`,
          this.quiet(this.about(titles.get(s.doc_id))),
        ),
      ),
    ];
  }

  label(statement) {
    const word = statement.removed ? `not a quotation (${statement.kind})` : statement.kind;
    return element("span", { class: `ql-kind ql-${statement.kind}` }, word);
  }

  // ----------------------------------------------------------------------------------------------------- the article

  drawArticle() {
    const { doc_id, text, furniture, statements } = this.model.get("article");
    if (text === undefined) {
      this.article.replaceChildren(element("p", { class: "ql-quiet" }, "There is no article here."));
      return;
    }
    const layers = furniture.map(([start, end]) => ({ start, end, role: "furniture" }));
    for (const statement of statements) {
      const now = corrected(this.model, doc_id, statement);
      if (!this.isWanted(now)) continue;
      now.content.forEach(([start, end], k) => layers.push({ start, end, role: "quote", now, isFirst: k === 0 }));
      for (const role of ["by", "cue"]) {
        if (now[role]) layers.push({ start: now[role][0], end: now[role][1], role, now });
      }
    }
    const known = this.model.get("documents").find((d) => d.doc_id === doc_id);
    this.article.replaceChildren(
      element("h3", {}, known ? this.about({ ...known, title: doc_id }) : doc_id),
      element("div", { class: "ql-text" }, ...parts(text, layers).flatMap((part) => this.part(text, part))),
    );
  }

  part(text, { start, end, over }) {
    const first = over.filter((layer) => layer.isFirst && layer.start === start).reverse(); // the outermost first
    const has = (role) => over.find((layer) => layer.role === role);
    const quote = has("quote");
    const classes = ["by", "cue", "furniture"].filter(has).map((role) => `ql-${role}`);
    if (quote) classes.push("ql-quote", `ql-${quote.now.kind}`);
    if (quote?.now.removed) classes.push("ql-removed");
    if (over.some((layer) => layer.role === "quote" && layer.now.quote_id === this.chosen)) classes.push("ql-chosen");
    if (!classes.length) return [text.slice(start, end)];
    const by = has("by");
    const click = by ? () => this.listen(by.now.voice) : quote ? () => this.choose(quote.now.quote_id) : null;
    const marks = first.map(({ now }) => this.mark(now));
    return [...marks, element("span", { class: classes.join(" "), click }, text.slice(start, end))];
  }

  // The number and kind before a statement, by which the keyboard reaches it.
  mark(now) {
    const isChosen = now.quote_id === this.chosen;
    return element(
      "button",
      {
        type: "button",
        class: `ql-kind ql-${now.kind}`,
        "aria-pressed": String(isChosen),
        "data-quote": now.quote_id,
        click: () => this.choose(now.quote_id),
      },
      `${now.quote_id + 1} ${now.removed ? "not a quotation" : now.kind}`,
    );
  }

  // ------------------------------------------------------------------------------------------------------- the panel

  drawPanel() {
    const statement = this.statement(this.chosen);
    this.panel.hidden = !statement;
    if (!statement) return;
    const options = (values) => values.map((value) => element("option", { value }, value));
    const store = (event) => correct(this.model, statement, event.target.name, event.target.value.trim() || null);
    const remove = (event) => correct(this.model, statement, null, event.target.checked);
    const select = (name, values) => element("select", { name, change: store }, ...options(values));
    const labels = [
      ["kind ", select("kind", this.model.get("_kinds"))],
      ["act ", select("act", this.model.get("_acts"))],
      ["source ", element("input", { name: "source", change: store })],
      ["speaker ", element("input", { name: "speaker", change: store })],
      [element("input", { name: "removed", type: "checkbox", change: remove }), " not a quotation"],
    ];
    const listen = () => this.listen(statement.voice);
    this.panel.replaceChildren(
      element("b", {}, `Quote ${statement.quote_id + 1}`),
      this.quiet(` confidence ${Math.round(100 * statement.confidence)} % · `),
      this.row({ class: "ql-link", click: listen }, `all quotes: ${this.name(statement.voice)}`),
      element(
        "form",
        { submit: (event) => event.preventDefault() },
        ...labels.map((children) => element("label", {}, ...children)),
      ),
    );
    this.updatePanel();
  }

  // What the controls show, the controls staying as they are: one of them may have the focus, and half a name in it.
  updatePanel() {
    const statement = this.statement(this.chosen);
    if (!statement) return;
    const now = corrected(this.model, this.model.get("article").doc_id, statement);
    const typed = this.panel.querySelector("input:focus");
    for (const control of this.panel.querySelectorAll("select, input")) {
      if (control.name === "removed") {
        control.checked = now.removed;
      } else {
        if (control !== typed) control.value = now[control.name] ?? "";
        control.parentNode.classList.toggle("ql-changed", now[control.name] !== statement[control.name]);
      }
    }
  }
}

function render({ model, el }) {
  const view = new View(model, el);
  const listeners = {
    "change:article": () => view.opened(),
    "change:corrections": () => view.update(),
    "change:statements": () => view.draw(),
  };
  for (const [event, listener] of Object.entries(listeners)) model.on(event, listener);
  return () => {
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
  };
}

export default { render };
