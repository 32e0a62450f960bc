"use strict";
// The page: what is given, progress, and the result. Nothing here makes markup from text.

const MEANINGS = {
  ok: "Every signature, hash, entry and link that was asked about holds.",
  edit: "Bytes are not the ones that were signed or hashed.",
  deletion: "Entries, or a whole year, are missing.",
  reorder: "The same entries stand in another order.",
  duplicate: "An entry, or a year, stands twice.",
  truncation: "The end is missing.",
  fork: "There are two histories: a signed head, or a link, that this one does not lead to.",
  wrong_key: "No key that is trusted signed this.",
  stale: "The newest entry is older than you allow.",
  malformed: "Something does not follow the format.",
};

/** A text from outside as it can safely be shown: what has no glyph becomes its code point. */
function visibleText(text) {
  const short = text.length > 600 ? `${text.slice(0, 600)}…` : text;
  return short.replace(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (one) => `⟨U+${one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = visibleText(String(text));
  if (className) made.className = className;
  return made;
}

const byId = (id) => document.getElementById(id);
const count = (number) => number.toLocaleString("en-US");

/** Files below a dropped folder, by path. */
async function droppedFiles(items) {
  const files = new Map(), entries = [...items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  const strip = entries.length === 1 && entries[0].isDirectory ? entries[0].fullPath.length + 1 : 1;
  const waiting = [...entries];
  while (waiting.length) {
    const entry = waiting.pop();
    if (entry.isFile) {
      files.set(entry.fullPath.slice(strip), await new Promise((done, failed) => entry.file(done, failed)));
      continue;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed)); // a hundred at a time
      if (!some.length) break;
      waiting.push(...some);
    }
  }
  return files;
}

class Screen {
  constructor() {
    this.files = null;
    this.drawn = 0;
    byId("folder").addEventListener("change", (event) => {
      const chosen = [...event.target.files];
      this.take(new Map(chosen.map((file) => [file.webkitRelativePath.split("/").slice(1).join("/"), file])));
    });
    for (const id of ["proof", "entry"]) byId(id).addEventListener("change", () => this.ready());
    const drop = byId("drop");
    for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => this.drag(event, true));
    drop.addEventListener("dragleave", (event) => this.drag(event, false));
    drop.addEventListener("drop", async (event) => {
      this.drag(event, false);
      this.take(await droppedFiles(event.dataTransfer.items));
    });
    for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
    byId("ask").addEventListener("submit", (event) => {
      event.preventDefault();
      this.verify();
    });
  }

  drag(event, over) {
    event.preventDefault();
    byId("drop").classList.toggle("over", over);
  }

  take(files) {
    this.files = files.size ? files : null;
    const size = [...files.values()].reduce((sum, file) => sum + file.size, 0);
    byId("chosen").textContent = files.size ? `${count(files.size)} files, ${(size / 1e6).toFixed(1)} MB` : "There are no files in it.";
    this.ready();
  }

  ready() {
    byId("go").disabled = !this.files && !(byId("proof").files.length && byId("entry").files.length);
  }

  async asked() {
    const bytes = async (id) => (byId(id).files.length ? new Uint8Array(await byId(id).files[0].arrayBuffer()) : null);
    const kept = await Promise.all([...byId("previous").files].map(async (file) => new Uint8Array(await file.arrayBuffer())));
    const asked = { partial: byId("partial").checked, previous: kept, proof: await bytes("proof"), entry: await bytes("entry") };
    const age = byId("age").value.trim(), lines = byId("keys").value.split("\n").map((line) => line.trim()).filter(Boolean);
    asked.maxAge = age === "" ? null : Number(age) * 3600;
    asked.given = lines.map((line, n) => {
      try {
        return parseKey(line);
      } catch (refusal) {
        throw new Error(`Key ${n + 1}: ${refusal.message}.`);
      }
    });
    const policy = await bytes("policy");
    asked.policy = policy && parsePolicy(policy);
    if (!asked.proof !== !asked.entry) throw new Error("A proof and its entry belong together: choose both files.");
    if (!this.files && !asked.given.length && !asked.policy) throw new Error("Without a folder, name the key that the proof must be signed by.");
    return asked;
  }

  async verify() {
    byId("problem").hidden = byId("result").hidden = true;
    byId("go").disabled = true;
    try {
      const asked = await this.asked();
      byId("working").hidden = false;
      this.show(await verifyExport(this.files, asked, (label, done, all) => this.progress(label, done, all)));
    } catch (error) {
      byId("problem").textContent = visibleText(`${error.message || error}`);
      byId("problem").hidden = false;
    } finally {
      byId("working").hidden = true;
      this.ready();
    }
  }

  /** Draws at most five times a second, and lets the browser breathe then. */
  async progress(label, done, all) {
    if (done !== all && performance.now() - this.drawn < 200) return;
    byId("bar").value = done / all;
    byId("doing").textContent = visibleText(`${label || "Log"}: ${Math.floor((100 * done) / all)} %`);
    await new Promise((resume) => setTimeout(resume));
    this.drawn = performance.now();
  }

  show(result) {
    byId("verdict").className = result.ok ? "good" : "bad";
    byId("answer").textContent = result.ok ? "Verified: everything holds" : `Not verified: ${result.verdict.replace("_", " ")}`;
    byId("meaning").textContent = MEANINGS[result.verdict];
    byId("findings").replaceChildren(...result.findings.slice(0, 200).map((one) => this.finding(one)));
    byId("shards").replaceChildren(...result.shards.flatMap((shard) => this.shard(shard)));
    byId("trust").replaceChildren(...this.trust(result));
    byId("notes").replaceChildren(...result.notes.map((note) => element("li", note)));
    byId("json").textContent = JSON.stringify(result, null, 2);
    byId("result").hidden = false;
    byId("answer").focus();
  }

  finding(one) {
    const where = [one.shard ? `shard ${one.shard}` : "", one.index === null ? "" : `entry ${count(one.index)}`].filter(Boolean);
    const item = element("li"), word = one.verdict.replace("_", " ");
    item.append(element("strong", [word[0].toUpperCase() + word.slice(1), ...where].join(" · ")), element("span", `${one.message[0].toUpperCase()}${one.message.slice(1)}.`));
    return item;
  }

  shard(shard) {
    const list = element("dl"), pruned = shard.entries_pruned ? `, ${count(shard.entries_pruned)} pruned (hashes only)` : "";
    const row = (term, text, className = "") => list.append(element("dt", term), element("dd", text, className));
    const all = shard.entries_checked === shard.size;
    row("Entries", `${count(shard.size)}, ${all ? "all" : count(shard.entries_checked)} checked${pruned}`);
    if (shard.newest_entry) row("Newest entry", shard.newest_entry.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC"));
    row("Origin", shard.origin, "mono");
    row("Root", shard.root, "mono");
    for (const name of shard.signed_by) row("Signed by", name, "mono");
    for (const name of shard.cosigned_by) row("Cosigned by", name.replace(/ at (\d{1,11})$/, (_, at) => ` at ${new Date(at * 1000).toISOString().slice(0, 19)}Z`), "mono");
    return [element("h3", shard.label ? `Shard ${shard.label}` : "Log"), list];
  }

  trust(result) {
    const found = [];
    if (result.disclosures_checked) found.push(element("p", `Disclosed values checked: ${count(result.disclosures_checked)}.`));
    if (result.keys === "folder" && result.shards.length) found.push(element("p", "The keys are the ones of the folder itself. What this proves is worth what you know of them: compare the eight digits behind each + under “Signed by” below with those that you got another way, or give the keys above.", "notice warn"));
    return found;
  }
}

document.addEventListener("DOMContentLoaded", () => new Screen());
