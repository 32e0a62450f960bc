"use strict";
// Signed notes, verifier keys, checkpoints and proofs (C2SP), and canonical JSON (RFC 8785).

const ED25519 = 1, COSIGNATURE = 4;
const LONGEST_NOTE = 1000000;

const isName = (name) => name !== "" && !/[+\s\u0000-\u001f\u0085]/.test(name);
const shownKey = (key) => `${key.name}+${key.id}`;
/** Name and key id of a verifier key that an entry names. */
const shownVkey = (text) => String(text).split("+").slice(0, 2).join("+");

/** A key of an algorithm that is not known here: such keys are passed over (C2SP signed-note). */
class OtherKind extends Refusal {}

function parseKey(text) {
  const found = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(text);
  if (!found || !isName(found[1])) throw new Refusal("malformed", "this is not a verifier key <name>+<8 hex digits>+<base64>");
  const [, name, id, encoded] = found, data = fromBase64(encoded);
  if (![ED25519, COSIGNATURE].includes(data[0])) throw new OtherKind("malformed", `the key ${name}+${id} is of a kind that this program cannot check`);
  if (data.length !== 33) throw new Refusal("malformed", `the key ${name}+${id} is not an Ed25519 key`);
  if (toHex(sha256(joined(utf8.encode(`${name}\n`), data))).slice(0, 8) !== id) throw new Refusal("malformed", `the key id of ${name}+${id} does not belong to its key`);
  return { text, name, id, algorithm: data[0], data: data.subarray(1) };
}

function keyOfKnownKind(text) {
  try {
    return parseKey(text);
  } catch (refusal) {
    if (refusal instanceof OtherKind) return null;
    throw refusal;
  }
}

/** A C2SP tlog-policy: which logs are trusted, and which witnesses, or how many of a group, must have cosigned. */
function parsePolicy(bytes) {
  const policy = { logs: [], members: new Map(), quorum: "" }, known = (name) => name === "none" || policy.members.has(name);
  new TextDecoder().decode(bytes).split("\n").forEach((line, n) => {
    const [word, ...rest] = line.startsWith("#") ? [""] : line.replace(/^[ \t]+|[ \t]+$/g, "").split(/[ \t]+/);
    const members = rest.slice(2), needed = { all: members.length, any: 1 }[rest[1]] ?? (/^[1-9][0-9]*$/.test(rest[1] ?? "") ? Number(rest[1]) : 0);
    try {
      if (word === "log") policy.logs.push(keyOfKnownKind(rest[0] ?? ""));
      else if (word === "witness" && rest.length > 1 && !known(rest[0])) policy.members.set(rest[0], keyOfKnownKind(rest[1]));
      else if (word === "group" && !known(rest[0]) && needed >= 1 && needed <= members.length && members.every((name) => name !== "none" && known(name))) policy.members.set(rest[0], { needed, members });
      else if (word === "quorum" && !policy.quorum && rest.length === 1 && known(rest[0])) policy.quorum = rest[0];
      else if (word) throw new Refusal("malformed", "");
    } catch {
      throw new Refusal("malformed", `line ${n + 1} of the policy cannot be read`);
    }
  });
  if (!policy.quorum) throw new Refusal("malformed", "the policy has no quorum");
  return { ...policy, logs: policy.logs.filter(Boolean) };
}

/** Whether a witness, or a group, of a policy signed. */
function agrees(policy, name, signed) {
  const member = policy.members.get(name);
  if (member?.members) return member.members.filter((one) => agrees(policy, one, signed)).length >= member.needed;
  return name === "none" || (Boolean(member) && signed.includes(shownKey(member)));
}

function parseNote(bytes) {
  const note = toText(bytes), cut = note.lastIndexOf("\n\n");
  if (bytes.length > LONGEST_NOTE || cut < 0 || !note.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(note)) throw new Refusal("malformed", "this is not a signed note");
  const signatures = note.slice(cut + 2, -1).split("\n").map((line) => {
    const rest = line.slice(2), space = rest.indexOf(" "), name = space < 0 ? rest : rest.slice(0, space);
    const blob = fromBase64(space < 0 ? "" : rest.slice(space + 1));
    if (!line.startsWith("\u2014 ") || !isName(name) || blob.length < 5) throw new Refusal("malformed", "a line of a signed note that is not a signature");
    return { name, id: toHex(blob.subarray(0, 4)), blob: blob.subarray(4) };
  });
  return { text: note.slice(0, cut + 1), signatures };
}

/** A checkpoint signed by at least one of the keys whose name is its origin; a known key that fails refuses it. */
async function readCheckpoint(bytes, keys) {
  const { text, signatures } = parseNote(bytes), signers = [], cosigned = [], seen = new Set();
  for (const { name, id, blob } of signatures) {
    for (const key of keys.filter((one) => one.name === name && one.id === id)) {
      let holds;
      if (key.algorithm === COSIGNATURE) {
        const at = blob.length < 8 ? 0n : new DataView(blob.buffer, blob.byteOffset).getBigUint64(0);
        holds = await ed25519(key.data, utf8.encode(`cosignature/v1\ntime ${at}\n${text}`), blob.subarray(8));
        cosigned.push([shownKey(key), Number(at)]);
      } else {
        holds = await ed25519(key.data, utf8.encode(text), blob);
        signers.push(key);
      }
      if (!holds) throw new Refusal("edit", `the signature of ${shownKey(key)} does not fit: checkpoint or signature was changed`);
    }
    seen.add(`${name}+${id}`);
  }
  const checkpoint = parseCheckpoint(text), ours = signers.filter((key) => key.name === checkpoint.origin);
  if (!ours.length) throw new Refusal("wrong_key", `none of the known keys of ${checkpoint.origin} signed this checkpoint (signed by ${[...seen].join(", ")})`);
  if (!Number.isSafeInteger(checkpoint.size)) throw new Refusal("malformed", "a checkpoint of more entries than this page can count");
  return { ...checkpoint, signers: ours, cosigned };
}

function parseCheckpoint(text) {
  const lines = text.slice(0, -1).split("\n"), size = Number(lines[1]);
  if (lines.length < 3 || lines.includes("") || !/^(?:0|[1-9][0-9]{0,18})$/.test(lines[1])) throw new Refusal("malformed", "this is not a checkpoint");
  if (BigInt(lines[1]) >= 2n ** 63n) throw new Refusal("malformed", "this is not a checkpoint");
  const root = fromBase64(lines[2]);
  if (root.length !== 32) throw new Refusal("malformed", "the root of a checkpoint has 32 bytes");
  return { origin: lines[0], size, root };
}

/** The root that an inclusion proof leads to (RFC 9162, 2.1.3.2). */
function rootFromProof(index, size, leaf, proof) {
  let here = BigInt(index), last = BigInt(size) - 1n, root = leaf;
  if (here > last) throw new Refusal("malformed", `a proof for entry ${index} of a tree of ${size}`);
  for (const one of proof) {
    if (last === 0n) throw new Refusal("malformed", "a proof with too many hashes");
    if (here & 1n || here === last) {
      root = sha256(joined(one, root), 1);
      for (; here && !(here & 1n); last >>= 1n) here >>= 1n;
    } else root = sha256(joined(root, one), 1);
    here >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new Refusal("malformed", "a proof with too few hashes");
  return root;
}

/** The checkpoint in which a C2SP tlog-proof shows the entry to stand. */
async function checkProof(proof, entry, keys) {
  let cut = 0;
  while (cut < proof.length && !(proof[cut] === 10 && proof[cut + 1] === 10)) cut++;
  const head = proof.subarray(0, cut), note = proof.subarray(cut + 2);
  if (head.some((byte) => byte !== 10 && (byte < 32 || byte > 126))) throw new Refusal("malformed", "this is not a tlog-proof");
  const lines = toText(head).split("\n");
  if (lines[1]?.startsWith("extra ")) fromBase64(lines.splice(1, 1)[0].slice(6));
  const number = /^index (0|[1-9][0-9]{0,18})$/.exec(lines[1] ?? ""), hashes = lines.slice(2).map(fromBase64);
  if (lines[0] !== "c2sp.org/tlog-proof@v1" || !number || hashes.length > 63 || hashes.some((one) => one.length !== 32)) throw new Refusal("malformed", "this is not a tlog-proof");
  const checkpoint = await readCheckpoint(note, keys);
  if (!same(rootFromProof(number[1], checkpoint.size, sha256(entry, 0), hashes), checkpoint.root)) throw new Refusal("edit", "entry and proof do not lead to the root of the checkpoint: one of them was changed");
  return checkpoint;
}

/** The canonical text of a JSON value: as JSON.stringify, with keys sorted by UTF-16. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") return `{${Object.keys(value).sort().map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
  if (typeof value === "string" && /[\ud800-\udfff]/u.test(value)) throw new Error("half a character");
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error("JSON has no such number");
  return JSON.stringify(value);
}

/** Whether the keys of every object in a value stand as RFC 8785 sorts them. */
function isSorted(value) {
  if (value === null || typeof value !== "object") return true;
  if (Array.isArray(value)) return value.every(isSorted);
  const names = Object.keys(value);
  for (let i = 0; i < names.length; i++) if ((i && names[i - 1] >= names[i]) || !isSorted(value[names[i]])) return false;
  return true;
}

function parseCanonical(text) {
  const value = JSON.parse(text);
  if (!text.includes("\\") && JSON.stringify(value) === text && isSorted(value)) return value; // the same, and quicker
  if (canonical(value) !== text) throw new Error("not in canonical form");
  return value;
}

const ENTRY_KEYS = ["actor_ref", "attributes", "commitments", "object_ref", "refs", "tenant", "ts", "type", "v", "version"];
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** The value of an entry; an Error for what is not the canonical JSON of one. */
function parseEntry(bytes) {
  const value = parseCanonical(strictText.decode(bytes));
  if (!isObject(value)) throw new Error("not an object");
  const keys = Object.keys(value).sort();
  if (!ENTRY_KEYS.every((key) => Object.hasOwn(value, key)) || (value.v === 1 && keys.length !== ENTRY_KEYS.length)) throw new Error("not the keys of an entry");
  if (![value.refs, value.attributes, value.commitments].every(isObject)) throw new Error("refs, attributes or commitments are not objects");
  if (typeof value.type !== "string" || typeof value.ts !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value.ts)) throw new Error("type or ts are not those of an entry");
  return value;
}
