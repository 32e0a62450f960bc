"use strict";
/* Tables that can be searched, filtered, sorted and shown piece by piece. Without this script they are simply whole.
   A live table (data-live) has one tbody a record; rows beyond the shown ones carry the class "off", which hides them on
   screen and not on paper. Nothing here makes markup from text. */
document.documentElement.classList.add("js");

const STEP = 200;
const LEVELS = ["public", "internal", "confidential", "restricted", "full", "sampled", "skipped", "failed"];
const plain = (text) => text.toLowerCase().replace(/[_\s]+/g, " ").trim();
const grouped = (count) => count.toLocaleString("en-US");

class LiveTable {
  constructor(table) {
    this.table = table;
    this.records = Array.from(table.tBodies);
    this.order = this.records;
    this.shown = STEP;
    this.texts = null;
    this.controls = document.querySelector(`[data-controls="${table.id}"]`);
    this.status = document.querySelector(`[data-status="${table.id}"]`);
    this.more = document.querySelector(`[data-more="${table.id}"]`);
    this.heads = Array.from(table.tHead.rows[0].cells);
    this.heads.forEach((head, column) => this.makeSortable(head, column));
    table.addEventListener("click", (event) => this.toggle(event));
    if (this.controls) this.listen();
    this.more?.addEventListener("click", () => this.showMore());
    this.show();
  }

  makeSortable(head, column) {
    if (!head.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => this.sort(column, head.getAttribute("aria-sort") === "ascending" ? -1 : 1));
  }

  listen() {
    let wait = 0;
    const later = () => { clearTimeout(wait); wait = setTimeout(() => this.filter(), 120); };
    for (const control of this.controls.elements) {
      if (control.dataset.order !== undefined) {
        control.addEventListener("change", () => {
          const [column, direction] = control.value.split(" ").map(Number);
          this.sort(column, direction);
        });
      } else control.addEventListener(control.type === "search" ? "input" : "change", later);
    }
    this.controls.addEventListener("submit", (event) => { event.preventDefault(); this.filter(); });
    this.controls.addEventListener("reset", () => setTimeout(() => this.filter(), 0));
  }

  key(record, column, kind) {
    const text = record.rows[0].cells[column]?.textContent.trim() ?? "";
    if (kind === "number") return text === "" || text === "–" ? -1 : Number(text.replace(/[^0-9.]/g, ""));
    if (kind === "level") return LEVELS.indexOf(text.split(/\s/)[0]);
    return text;
  }

  sort(column, direction) {
    const kind = this.heads[column].dataset.sort;
    const collator = new Intl.Collator("en", { numeric: true });
    const keyed = this.records.map((record) => [this.key(record, column, kind), record]);
    const compare = kind === "text"
      ? (a, b) => (a[0] === "") - (b[0] === "") || direction * collator.compare(a[0], b[0])
      : (a, b) => direction * (a[0] - b[0]);
    this.records = keyed.sort(compare).map((pair) => pair[1]);
    this.heads.forEach((head, index) => {
      if (index === column) head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
    this.order.forEach((record) => record.classList.add("off"));
    this.table.append(...this.records);
    this.filter();
  }

  filter() {
    this.texts ??= new Map(this.records.map((record) => [record, plain(record.textContent)]));
    const field = (name) => this.controls?.elements.namedItem(name)?.value ?? "";
    const words = plain(field("words")).split(" ").filter(Boolean);
    const flags = [field("level"), field("store"), field("only")].filter(Boolean);
    this.order.forEach((record) => record.classList.add("off"));
    this.order = this.records.filter((record) => {
      const own = record.dataset.flags?.split(" ") ?? [];
      return flags.every((flag) => own.includes(flag)) && words.every((word) => this.texts.get(record).includes(word));
    });
    this.shown = STEP;
    this.show();
  }

  showMore() {
    const next = this.order[this.shown];
    this.shown += STEP * 5;
    this.show();
    next?.querySelector("button")?.focus({ preventScroll: true });
  }

  show() {
    if (this.order.length - this.shown < STEP / 2) this.shown = this.order.length;
    this.order.forEach((record, place) => record.classList.toggle("off", place >= this.shown));
    this.order.slice(0, this.shown).forEach((record) => this.dress(record));
    const left = Math.max(this.order.length - this.shown, 0);
    if (this.more) {
      this.more.hidden = left === 0;
      this.more.textContent = `Show more (${grouped(left)} left)`;
    }
    if (this.status) {
      const shown = Math.min(this.shown, this.order.length);
      const all = this.order.length === this.records.length ? "" : ` of ${grouped(this.records.length)} in all`;
      this.status.textContent = shown === this.order.length
        ? `${grouped(shown)} ${shown === 1 ? "row" : "rows"}${all}` : `${grouped(shown)} of ${grouped(this.order.length)} rows shown${all}`;
    }
  }

  /* Gives a record that has evidence the button which opens it. */
  dress(record) {
    if (record.dataset.dressed !== undefined || record.rows.length < 2) return;
    record.dataset.dressed = "";
    const head = record.rows[0].querySelector("th");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "open";
    button.setAttribute("aria-expanded", "false");
    button.append(...head.childNodes);
    head.append(button);
  }

  toggle(event) {
    const button = event.target.closest("button.open");
    if (!button) return;
    const open = button.closest("tbody").classList.toggle("opened");
    button.setAttribute("aria-expanded", String(open));
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const tables = new Map();
  for (const table of document.querySelectorAll("table[data-live]")) tables.set(table.id, new LiveTable(table));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-find]");
    const form = link && document.querySelector(`[data-controls="${link.hash.slice(1)}-table"]`);
    if (!form) return;
    form.reset();
    form.elements.namedItem("words").value = link.dataset.find;
    setTimeout(() => tables.get(`${link.hash.slice(1)}-table`).filter(), 0);
  });
});
