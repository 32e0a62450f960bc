"use strict";
// A whole export: its keys, its shards from the newest to the oldest, their links, and what else was asked.

class Report {
  constructor() {
    Object.assign(this, { findings: [], notes: [], disclosures: 0 });
  }

  /** Something that does not hold; a shard with such a thing is not used to judge others. */
  add(verdict, message, shard = null, index = null) {
    if (shard) shard.sound = false;
    this.findings.push({ verdict, shard: shard ? shard.label : null, index, message });
  }
}

class Verification {
  /** @param files a Map of paths to Files (or null), and what is asked: `{given, policy, partial, previous, proof, entry, maxAge}`. */
  constructor(files, asked) {
    this.folder = new Folder(files ?? new Map());
    this.asked = asked;
    const given = [...asked.given, ...(asked.policy?.logs ?? [])], counted = [...(asked.policy?.members.values() ?? [])].filter((one) => one?.data);
    this.given = given.filter((key) => key.algorithm === ED25519);
    this.witnesses = given.filter((key) => key.algorithm === COSIGNATURE);
    this.keys = [...new Map([...given, ...counted].map((key) => [key.text, key])).values()];
    this.report = new Report();
    this.shards = [];
    this.disclosed = new Map();
  }

  async run(progress) {
    await this.readKeys();
    const single = this.folder.has("checkpoint"), labels = new Set();
    this.partial = this.asked.partial || single;
    for (const path of this.folder.files.keys()) {
      const found = /^([^/]+)\/(?:checkpoint$|tile\/)/.exec(path);
      if (found && !single) labels.add(found[1]);
    }
    this.shards = (single ? [""] : [...labels].sort()).map((label) => new Shard(label, this.folder.inside(label)));
    if (!this.shards.length) this.report.add("malformed", "this folder holds no log: there is no checkpoint in it");
    await this.readDisclosures();
    const prunings = [];
    for (const shard of [...this.shards].reverse()) {
      try {
        if (!shard.folder.has("checkpoint")) throw new Refusal("malformed", "there is no checkpoint");
        shard.checkpoint = await readCheckpoint(await shard.folder.read("checkpoint"), this.keys);
      } catch (refusal) {
        this.refused(refusal, "", shard);
        continue;
      }
      await new ShardCheck(shard, this.report, prunings, this.disclosed.get(shard.label) ?? new Map()).run(progress);
      if (shard.sound) prunings.push(...shard.prunings);
    }
    for (const shard of this.shards) if (shard.sound) this.keysOf(shard);
    this.links();
    for (const one of this.asked.previous) await this.previous(one);
    const order = new Map(this.shards.map((shard, n) => [shard.label, n])), place = (one) => order.get(one.shard) ?? order.size;
    this.report.findings.sort((one, other) => place(one) - place(other));
    this.trust();
  }

  refused(refusal, what, shard = null) {
    if (!(refusal instanceof Refusal)) throw refusal;
    this.report.add(refusal.verdict, what + refusal.message, shard);
  }

  async readKeys() {
    const text = this.folder.has("vkeys") ? new TextDecoder().decode(await this.folder.read("vkeys")) : "";
    for (const line of text.split("\n")) {
      if (!line || line.startsWith("#")) continue;
      try {
        const key = parseKey(line);
        if (!this.keys.some((one) => one.text === key.text)) this.keys.push(key);
      } catch (refusal) {
        if (refusal instanceof OtherKind) this.report.notes.push(`Passed over: ${refusal.message}.`);
        else this.refused(refusal, "vkeys: ");
      }
    }
  }

  async readDisclosures() {
    if (!this.folder.has("disclosures.jsonl")) return;
    const labels = new Set(this.shards.map((shard) => shard.label)), single = labels.size === 1 && labels.has("");
    const lines = new TextDecoder().decode(await this.folder.read("disclosures.jsonl")).split("\n");
    if (lines[lines.length - 1] === "") lines.pop();
    let elsewhere = 0;
    lines.forEach((line, n) => {
      let one = null;
      try {
        one = JSON.parse(line);
      } catch { /* said below */ }
      const shard = single ? "" : one?.shard;
      if (this.partial && typeof shard === "string" && !labels.has(shard)) {
        elsewhere++;
        return;
      }
      const fits = isObject(one) && labels.has(shard) && Number.isSafeInteger(one.index) && one.index >= 0 && Object.hasOwn(one, "value");
      if (!fits || typeof one.field !== "string" || typeof one.salt !== "string" || !/^[0-9a-f]{64}$/.test(one.salt)) {
        this.report.add("malformed", `line ${n + 1} of disclosures.jsonl is not a disclosure of a shard here`);
        return;
      }
      const of = this.disclosed.get(shard) ?? new Map();
      this.disclosed.set(shard, of.set(one.index, [...(of.get(one.index) ?? []), one]));
    });
    if (elsewhere) this.report.notes.push(`${elsewhere} disclosures belong to shards that are not in this folder.`);
  }

  /** A checkpoint is signed by a key that the shard's own entries announce and have not retired. */
  keysOf(shard) {
    if (!shard.opened || shard.pruned) return;
    const named = new Set([shownVkey(shard.opened.vkey).split("+").pop(), ...shard.added.keys(), ...this.given.map((key) => key.id)]);
    if (shard.checkpoint.signers.some((key) => named.has(key.id) && !shard.retired.has(key.id))) return;
    this.report.add("wrong_key", `signed only by ${shard.checkpoint.signers.map(shownKey).join(", ")}, which the log's entries do not name or have retired`, shard);
  }

  /** Each newer shard names the head of the one before, each older one the key of the one after. */
  links() {
    const byOrigin = new Map();
    for (const shard of this.shards.filter((one) => one.checkpoint)) {
      const origin = shard.checkpoint.origin, other = byOrigin.get(origin) ?? shard;
      const named = other === shard || origin.endsWith(`/${other.label}`);
      byOrigin.set(origin, named ? other : shard);
      if (other !== shard) this.report.add("duplicate", `a second shard of origin ${origin}`, named ? shard : other);
    }
    const first = this.shards.filter((shard) => shard.sound && (shard.opened || !shard.pruned) && !shard.opened?.previous_origin);
    if (first.length > 1) this.report.add("fork", `a second shard without one before it; the other is ${first[0].label}`, first[1]);
    for (const shard of this.shards) {
      if (!shard.sound || !shard.checkpoint) continue;
      this.ownName(shard);
      this.backward(shard, byOrigin);
      this.forward(shard, byOrigin);
    }
  }

  ownName(shard) {
    const origin = shard.checkpoint.origin;
    for (const said of [shard.opened, shard.closed?.[1]]) if (said && said.origin !== origin) this.report.add("fork", `its entries say that they are of ${said.origin}`, shard);
    if (shard.label && origin.split("/").pop() !== shard.label) this.report.add("malformed", `the folder ${shard.label} holds the log ${origin}`, shard);
  }

  backward(shard, byOrigin) {
    const said = shard.opened ?? {}, before = byOrigin.get(said.previous_origin);
    if (!said.previous_origin) return;
    if (!before) {
      if (this.allRead()) this.absent("deletion", `the shard before, ${said.previous_origin}, is not in this folder`, shard);
    } else if (before.sound) {
      const { size, root } = before.checkpoint;
      if (Number.isInteger(said.previous_size) && size < said.previous_size) this.report.add("truncation", `shard ${shard.label} was opened after ${said.previous_size} entries of this one; it has ${size}`, before, size);
      else if (size !== said.previous_size || toHex(root) !== said.previous_root) this.report.add("fork", `shard ${shard.label} was opened after another history of this one`, before);
    }
  }

  forward(shard, byOrigin) {
    if (!shard.closed) return;
    const [index, said] = shard.closed, { size, origin } = shard.checkpoint, after = byOrigin.get(String(said.next_origin));
    if (index !== size - 1) this.report.add("fork", "entries follow the one that closed the shard", shard, index + 1);
    else if (!after) {
      if (this.allRead()) this.absent("truncation", `the shard after, ${said.next_origin}, is not in this folder`, shard, size);
    } else if (after.sound && after.opened && after.opened.vkey !== said.next_vkey) this.report.add("wrong_key", `shard ${shard.label} announced another key for this one`, after, 0);
    else if (after.sound && after.opened && after.opened.previous_origin !== origin) this.report.add("fork", `shard ${shard.label} names this one as the next, which names another before it`, after, 0);
  }

  allRead() {
    return this.shards.every((shard) => shard.checkpoint);
  }

  absent(verdict, message, shard, index = null) {
    if (this.partial) this.report.notes.push(`Shard ${shard.label || "of this folder"}: ${message}; so that link was not checked.`);
    else this.report.add(verdict, message, shard, index);
  }

  isGiven(key) {
    return this.given.some((one) => one.text === key.text);
  }

  /** From shards signed by a key that was given, along the links, to the others. */
  trust() {
    const byOrigin = new Map(this.shards.filter((shard) => shard.checkpoint).map((shard) => [shard.checkpoint.origin, shard]));
    const heads = this.shards.filter((shard) => shard.sound && shard.checkpoint);
    for (const shard of heads) shard.trusted ||= !this.given.length || shard.checkpoint.signers.some((key) => this.isGiven(key));
    for (let round = 0; round < heads.length; round++) {
      for (const shard of heads.filter((one) => one.trusted)) {
        const before = byOrigin.get(String(shard.opened?.previous_origin)), said = shard.closed?.[1] ?? {};
        if (before?.sound) before.trusted = true; // its head is named, hash and all
        const after = byOrigin.get(String(said.next_origin)), named = shownVkey(said.next_vkey);
        if (after) after.trusted ||= after.checkpoint.signers.some((key) => shownKey(key) === named);
      }
    }
    for (const shard of heads.slice(-1)) this.witnessed(shard.checkpoint, "the newest checkpoint", shard);
    for (const shard of heads) if (!shard.trusted) this.report.add("wrong_key", "neither signed by a key that was given, nor linked to a shard that is", shard);
  }

  /** The witnesses that were asked for have cosigned. */
  witnessed(checkpoint, what, shard = null) {
    const signed = checkpoint.cosigned.map(([name]) => name), policy = this.asked.policy;
    for (const key of this.witnesses) if (!signed.includes(shownKey(key))) this.report.add("wrong_key", `the witness ${shownKey(key)} did not sign ${what}`, shard);
    if (policy && !agrees(policy, policy.quorum, signed)) this.report.add("wrong_key", `fewer witnesses signed ${what} than the policy asks for`, shard);
  }

  /** An older checkpoint, kept since then: this log must have grown out of it. */
  async previous(bytes) {
    let old;
    try {
      old = await readCheckpoint(bytes, this.keys);
    } catch (refusal) {
      this.refused(refusal, "the older checkpoint: ");
      return;
    }
    const shard = await this.consistent(old, "the older checkpoint");
    if (!shard || !old.signers.some((key) => this.isGiven(key))) return;
    const known = new Set([...shard.added].filter(([, index]) => index < old.size).map(([id]) => id));
    shard.trusted ||= shard.checkpoint.signers.some((key) => known.has(key.id));
  }

  async consistent(old, what) {
    const shard = this.shards.find((one) => one.checkpoint?.origin === old.origin);
    if (!shard) {
      if (this.allRead()) this.report.add("deletion", `${what} is of ${old.origin}, which is not in this folder`);
    } else if (shard.checkpoint.size < old.size) this.report.add("truncation", `${what} has ${old.size} entries, this log has ${shard.checkpoint.size}`, shard, shard.checkpoint.size);
    else if (shard.sound && !same(await shard.rootAt(old.size), old.root)) this.report.add("fork", `${what}, of ${old.size} entries, is of another history than this log`, shard);
    else return shard;
    return null;
  }

  /** A tlog-proof for one entry; and, where a folder was read, that its checkpoint is of the same history. */
  async proof(proof, entry) {
    let old;
    try {
      old = await checkProof(proof, entry, this.keys);
    } catch (refusal) {
      this.refused(refusal, "the proof: ");
      return;
    }
    if (this.shards.length) await this.consistent(old, "the checkpoint of the proof");
    else if (!old.signers.some((key) => this.isGiven(key))) this.report.add("wrong_key", "the proof: its checkpoint is not signed by a key that was given");
    else this.witnessed(old, "the checkpoint of the proof");
  }

  /** The newest sign of life must not be older: the time of the newest entries, or of a cosignature. */
  fresh(seconds, now) {
    const times = this.shards.filter((shard) => shard.last).map((shard) => Date.parse(`${shard.last.slice(0, 19)}Z`) / 1000).filter((at) => !Number.isNaN(at));
    for (const shard of this.shards) times.push(...(shard.checkpoint?.cosigned ?? []).map(([, at]) => at));
    const newest = times.length ? Math.max(...times) : null;
    if (newest === null || now - newest > seconds) this.report.add("stale", `the newest sign of life is of ${newest === null ? "never" : new Date(newest * 1000).toISOString()}`);
  }

  /** The whole result, in the form that the file for Python prints with --json. */
  result() {
    const { findings, disclosures, notes } = this.report;
    return {
      ok: !findings.length,
      verdict: findings[0]?.verdict ?? "ok",
      findings,
      keys: this.given.length ? "given" : "folder",
      shards: this.shards.filter((shard) => shard.checkpoint).map((shard) => ({
        label: shard.label,
        origin: shard.checkpoint.origin,
        size: shard.checkpoint.size,
        root: toHex(shard.checkpoint.root),
        signed_by: shard.checkpoint.signers.map(shownKey),
        cosigned_by: shard.checkpoint.cosigned.map(([name, at]) => `${name} at ${at}`),
        entries_checked: shard.entries,
        entries_pruned: shard.pruned,
        newest_entry: shard.last || null,
      })),
      disclosures_checked: disclosures,
      notes,
    };
  }
}

/** Verify; nothing here touches the page. `files` is a Map of paths to Files, or null where only a proof is asked for. */
async function verifyExport(files, asked, progress) {
  selfCheck();
  const check = new Verification(files, asked);
  if (files) await check.run(progress);
  if (asked.proof) await check.proof(asked.proof, asked.entry);
  if (asked.maxAge !== null && files) check.fresh(asked.maxAge, Date.now() / 1000);
  return check.result();
}
