"use strict";
// One shard: its tiles, its bundles of entries, and what its entries say about keys, links and prunings.

const TILE = 256;
const MOST_GONE = 1000; // blocks: a log of which so many are missing in a row is not looked through to its end

/** The files of an export, by path. */
class Folder {
  constructor(files, prefix = "") {
    this.files = files;
    this.prefix = prefix;
    this.partial = new Map();
    for (const path of files.keys()) {
      const found = /^(.*\.p)\/([1-9][0-9]{0,2})$/.exec(path);
      if (found) this.partial.set(found[1], [...(this.partial.get(found[1]) ?? []), Number(found[2])]);
    }
  }

  inside(label) {
    return label ? Object.assign(Object.create(Folder.prototype), this, { prefix: `${this.prefix}${label}/` }) : this;
  }

  has(path) {
    return this.files.has(this.prefix + path);
  }

  async read(path) {
    return new Uint8Array(await this.files.get(this.prefix + path).arrayBuffer());
  }

  /** A tile's bytes, and whether they should have just this width: one that went on may be wider, one cut short narrower. */
  async tile(kind, n, width) {
    const exact = tilePath(kind, n, width), full = tilePath(kind, n, TILE);
    if (this.has(exact)) return [await this.read(exact), true];
    if (this.has(full)) return [await this.read(full), false];
    const widths = (this.partial.get(`${this.prefix}${full}.p`) ?? []).slice().sort((one, other) => one - other);
    if (!widths.length) return [null, true];
    const best = widths.find((one) => one > width) ?? widths[widths.length - 1];
    return [await this.read(`${full}.p/${best}`), best < width];
  }
}

function tilePath(kind, n, width) {
  let name = String(n % 1000).padStart(3, "0");
  for (n = Math.floor(n / 1000); n > 0; n = Math.floor(n / 1000)) name = `x${String(n % 1000).padStart(3, "0")}/${name}`;
  return `tile/${kind}/${name}${width < TILE ? `.p/${width}` : ""}`;
}

/** The root over hashes that stand side by side, 32 bytes each; a lone one moves up (RFC 6962, 2.1). */
function fold(hashes) {
  if (!hashes.length) return sha256(hashes);
  const level = hashes.slice();
  let length = level.length;
  while (length > 32) {
    const paired = length - (length % 64);
    for (let at = 0; at < paired; at += 64) sha256Into(level, at / 2, 1, level, at, at + 64);
    if (paired < length) level.copyWithin(paired / 2, paired, length);
    length = paired / 2 + (length - paired);
  }
  return level.slice(0, 32);
}

/** Where the entries of a bundle begin and end, each behind its length in 16 bits, and whether they fill it to its last byte. */
function cutBundle(data) {
  const cuts = [];
  let at = 0;
  while (at + 2 <= data.length) {
    const after = at + 2 + ((data[at] << 8) | data[at + 1]);
    if (after > data.length) break;
    cuts.push([at + 2, after]);
    at = after;
  }
  return [cuts, at === data.length];
}

function splitHex(hashes) {
  return Array.from({ length: hashes.length / 32 }, (_, i) => toHex(hashes.subarray(32 * i, 32 * i + 32)));
}

function counter(items) {
  const counts = new Map();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function minus(one, other) {
  const rest = new Map();
  for (const [item, count] of one) if (count > (other.get(item) ?? 0)) rest.set(item, count - (other.get(item) ?? 0));
  return rest;
}

const sum = (counts) => [...counts.values()].reduce((total, count) => total + count, 0);

/** How leaf hashes that were found differ from the right ones: the word, the index of the first difference, and a text. */
async function compare(found, right, start, known) {
  const least = Math.min(found.length, right.length);
  let head = 0, tail = 0;
  while (head < least && found[head] === right[head]) head++;
  while (tail < least - head && found[found.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
  const ours = found.slice(head, found.length - tail), theirs = right.slice(head, right.length - tail);
  const surplus = minus(counter(ours), counter(theirs)), missing = minus(counter(theirs), counter(ours));
  if (!surplus.size && !missing.size) return ["reorder", start + head, `the same ${ours.length} entries stand in another order from here on`];
  if (!surplus.size) {
    if (!ours.length && !tail && start + head) return ["truncation", start + head, `the log ends before this entry; entries missing: ${theirs.length}`];
    return ["deletion", start + head, `entries missing: ${sum(missing)}, this one first`];
  }
  const first = ours.findIndex((one) => surplus.has(one)), all = new Set(right);
  const elsewhere = new Set([...surplus.keys()].filter((one) => !all.has(one)));
  if (!elsewhere.size || (await known(elsewhere))) return ["duplicate", start + head + first, "this entry already stands elsewhere in the log"];
  return ["edit", start + head + first, `entries that are not the ones of the tree: ${sum(surplus)}, this one first`];
}

class Shard {
  constructor(label, folder) {
    Object.assign(this, { label, folder, checkpoint: null, blocks: [], entries: 0, pruned: 0, sound: true, trusted: false });
    Object.assign(this, { last: "", opened: null, closed: null, added: new Map(), retired: new Set(), prunings: [] });
  }

  /** Leaf hashes of a block. */
  async tile(n) {
    const width = Math.min(TILE, this.checkpoint.size - n * TILE);
    return ((await this.folder.tile("0", n, width))[0] ?? new Uint8Array(0)).subarray(0, 32 * width);
  }

  /** The root that this shard had when it had `size` entries. */
  async rootAt(size) {
    const full = Math.floor(size / TILE), rest = size % TILE;
    const edge = rest ? [fold((await this.tile(full)).subarray(0, 32 * rest))] : [];
    return fold(joined(...this.blocks.slice(0, full), ...edge));
  }
}

/** Reads one shard from its first bundle to its last, one bundle at a time. */
class ShardCheck {
  constructor(shard, report, prunings, disclosed) {
    const { origin, size, root } = shard.checkpoint;
    Object.assign(this, { shard, report, disclosed, size, root, hashes: new Uint8Array(0), start: null, found: [], right: [], noTile: [], short: new Map(), gone: 0 });
    this.mayLackBundles = prunings.some((one) => one.origin === origin && one.size === size && one.root === toHex(root));
  }

  add(verdict, message, index = null) {
    this.report.add(verdict, message, this.shard, index);
  }

  async run(progress) {
    const count = Math.ceil(this.size / TILE);
    for (let n = 0; n < count; n++) {
      await this.block(n, Math.min(TILE, this.size - n * TILE));
      await progress(this.shard.label, n + 1, count);
      if (this.gone === MOST_GONE) {
        this.missingTiles(n + 1);
        return;
      }
    }
    this.missingTiles(count);
    const top = fold(joined(...this.shard.blocks, ...(this.hashes.length ? [fold(this.hashes)] : [])));
    if (this.start !== null) await this.tellApart(top);
    else if (this.shard.sound) await this.parents(top);
    for (const index of this.disclosed.keys()) if (index >= this.size) this.add("malformed", "a disclosure for an entry that is beyond the checkpoint", index);
    if (this.shard.pruned && this.disclosed.size) this.report.notes.push(`Shard ${this.shard.label || "of this folder"}: disclosures of pruned entries cannot be checked any more.`);
  }

  /** Tiles that are missing or cut short: at the end of the log they cut it short, elsewhere they tear a hole. */
  missingTiles(count) {
    const lost = [...this.noTile, ...this.short.keys()].sort((one, other) => one - other), first = lost[0];
    if (!lost.length) return;
    const word = lost.length === count - first ? "truncation" : "deletion";
    this.add(word, `${lost.length} tiles of leaf hashes are missing or cut short, ${tilePath("0", first, TILE)} first`, first * TILE + (this.short.get(first) ?? 0));
  }

  /** One tile of leaf hashes and the bundle that belongs to it. */
  async block(n, width) {
    let tile = await this.leafTile(n, width), cuts = null, hashes = tile; // what cannot be read is not compared
    const [data, exact] = await this.shard.folder.tile("entries", n, width);
    if (data) cuts = this.cut(data, n, exact ? Infinity : width);
    else if (this.mayLackBundles) this.shard.pruned += width;
    else cuts = [];
    this.gone = tile || data ? 0 : this.gone + 1;
    if (cuts) {
      hashes = new Uint8Array(32 * cuts.length);
      cuts.forEach(([from, to], i) => sha256Into(hashes, 32 * i, 0, data, from, to));
    }
    if (!tile) {
      this.noTile.push(n);
      tile = hashes?.length === 32 * width ? hashes : new Uint8Array(32 * width);
    }
    if (hashes && this.start === null && !same(hashes, tile)) this.start = n * TILE;
    if (this.start !== null) {
      for (const one of splitHex(tile)) this.right.push(one);
      for (const one of splitHex(hashes ?? tile)) this.found.push(one);
    }
    if (cuts?.length) this.entries(data, cuts, tile, hashes, n * TILE);
    if (tile.length === 32 * TILE) this.shard.blocks.push(fold(tile));
    else this.hashes = tile;
  }

  async leafTile(n, width) {
    let [tile, exact] = await this.shard.folder.tile("0", n, width);
    if (!tile) return null;
    if (!exact) tile = tile.subarray(0, 32 * width);
    if (tile.length === 32 * width) return tile;
    const have = Math.floor(tile.length / 32);
    if (tile.length % 32 === 0 && have < width) this.short.set(n, have);
    else this.add("malformed", `the tile ${tilePath("0", n, width)} has ${tile.length} bytes, not ${32 * width}`, n * TILE + Math.min(have, width - 1));
    const padded = new Uint8Array(32 * width);
    padded.set(tile.subarray(0, 32 * width));
    return padded;
  }

  cut(data, n, width) {
    const [cuts, whole] = cutBundle(data);
    if (whole) return cuts.slice(0, width);
    this.add("malformed", `the bundle ${tilePath("entries", n, TILE)} cannot be cut into entries from here on`, n * TILE + cuts.length);
    return null;
  }

  /** Entries and tiles differ: the checkpoint says which of them were changed, and the sequences say how. */
  async tellApart(top) {
    const rest = [];
    for (let at = 0; at < this.found.length; at += TILE) rest.push(fold(joined(...this.found.slice(at, at + TILE).map(fromHex))));
    const root = fold(joined(...this.shard.blocks.slice(0, this.start / TILE), ...rest));
    const entriesFit = this.found.length === this.size - this.start && same(root, this.root);
    let [found, right, what] = [this.found, this.right, "entries, which do not fit the tiles"];
    if (entriesFit) [found, right, what] = [this.right, this.found, "tiles, which do not fit the entries and the checkpoint"];
    else if (!same(top, this.root)) what = "entries or tiles, which fit neither each other nor the checkpoint";
    const [verdict, index, message] = await compare(found, right, this.start, (wanted) => this.known(wanted));
    this.add(verdict, `${message} (compared: ${what})`, index);
  }

  /** Whether the hashes stand in the log before the place where entries and tiles part. */
  async known(wanted) {
    for (let n = 0; n < this.start / TILE && wanted.size; n++) for (const one of splitHex(await this.shard.tile(n))) wanted.delete(one);
    return !wanted.size;
  }

  /** The tiles above, and the root. */
  async parents(top) {
    let level = joined(...this.shard.blocks);
    for (let height = 1; level.length; height++) {
      const above = [];
      for (let n = 0; n * 32 * TILE < level.length; n++) {
        const part = level.subarray(n * 32 * TILE, (n + 1) * 32 * TILE);
        const [tile, exact] = await this.shard.folder.tile(String(height), n, part.length / 32);
        if (!tile) this.add("deletion", `the tile ${tilePath(String(height), n, TILE)} is missing`, n * TILE ** (height + 1));
        else if (!same(tile, part) && (exact || !same(tile.subarray(0, part.length), part))) this.parentDiffers(height, n, part, tile, same(top, this.root));
        if (part.length === 32 * TILE) above.push(fold(part));
      }
      level = joined(...above);
    }
    if (same(top, this.root) || !this.shard.sound) return;
    this.add("edit", `${this.shard.pruned ? "the tiles do not lead" : "entries and tiles fit each other, but do not lead"} to the root of the checkpoint`);
  }

  parentDiffers(height, n, part, tile, fits) {
    let first = 0;
    while (first * 32 < part.length && same(part.subarray(first * 32, first * 32 + 32), tile.subarray(first * 32, first * 32 + 32))) first++;
    const last = Math.max(n * TILE, Math.floor(this.size / TILE ** height) - 1), index = Math.min(n * TILE + first, last) * TILE ** height;
    const verdict = tile.length % 32 === 0 && tile.length >= part.length ? "edit" : "malformed";
    const changed = fits ? "it was changed" : "it, or what lies under it, was changed";
    this.add(verdict, `the tile ${tilePath(String(height), n, TILE)} does not fit the tiles under it: ${changed}`, index);
  }

  /** Form, facts and disclosures of the entries that are the tree's. */
  entries(data, cuts, tile, hashes, start) {
    let latest = "";
    for (let at = 0; at < cuts.length && 32 * at < tile.length; at++) {
      if (!same(hashes.subarray(32 * at, 32 * at + 32), tile.subarray(32 * at, 32 * at + 32))) continue;
      this.shard.entries++;
      let value;
      try {
        value = parseEntry(data.subarray(...cuts[at]));
      } catch (error) {
        this.add("malformed", `an entry that is not canonical JSON of an entry (${error instanceof SyntaxError ? "not JSON" : error.message})`, start + at);
        continue;
      }
      if (value.ts > latest) latest = value.ts;
      if (value.type.startsWith("ledger.")) this.fact(value.type, value.attributes, start + at);
      for (const one of this.disclosed.get(start + at) ?? []) this.disclosure(one, value, start + at);
    }
    this.shard.last = latest;
  }

  /** What an entry says about the ledger itself. */
  fact(kind, said, index) {
    const shard = this.shard, own = said.origin === shard.checkpoint.origin, id = String(said.key_id);
    if (kind === "ledger.shard_opened" && index === 0) shard.opened = said;
    else if (kind === "ledger.shard_closed") shard.closed = [index, said];
    else if (kind === "ledger.key_added" && own) {
      shard.added.set(id, index);
      shard.retired.delete(id);
    } else if (kind === "ledger.key_retired" && own) shard.retired.add(id);
    else if (kind === "ledger.shard_pruned") shard.prunings.push(said);
  }

  /** Whether the disclosed value, with its salt, is the one that the entry committed to. */
  disclosure(one, value, index) {
    const name = one.field;
    let right;
    try {
      const message = joined(utf8.encode(`reeve/v1/${value.type}/${name}\0`), utf8.encode(canonical(one.value)));
      right = toHex(hmacSha256(fromHex(one.salt), message));
    } catch {
      this.add("malformed", `the disclosure of '${name}' is not one`, index);
      return;
    }
    const stated = Object.hasOwn(value.commitments, name) ? value.commitments[name] : undefined;
    if (stated !== right) this.add("edit", `what was disclosed of '${name}' is not what the entry committed to`, index);
    this.report.disclosures++;
  }
}
