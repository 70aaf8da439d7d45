// Verifies an entry of the ledger in the browser: leaf hash, Merkle path, signature, and that the ledger continues what
// this browser saw before (RFC 6962, RFC 9162, C2SP tlog-proof, tlog-tiles, signed-note). What is exported is free of
// the page, for tests; each function throws an Error whose message people can read.

const fail = (reason) => { throw new Error(reason); };
const sentence = (words) => `${words[0].toUpperCase()}${words.slice(1)}.`;
const isSame = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);

export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
export function fromBase64(text) {
  let bytes;
  try { bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)); } catch { fail("it is not base 64"); }
  return toBase64(bytes) === text ? bytes : fail("it is not base 64 in its only form");
}
const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function sha256(...parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) { bytes.set(part, place); place += part.length; }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
export const leafHash = (entry) => sha256(Uint8Array.of(0), entry);
export const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

// MARK: Reading

const hash = (text) => {
  const bytes = fromBase64(text);
  return bytes.length === 32 ? bytes : fail("a hash has 32 bytes");
};
const number = (text) =>
  /^(0|[1-9][0-9]{0,18})$/.test(text) ? BigInt(text) : fail(`${text.slice(0, 30)} is not a number`);

/// A text with signatures below its last empty line.
export function parseNote(note) {
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n") || end + 2 >= note.length) fail("the checkpoint has no signatures");
  const text = note.slice(0, end + 1);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) fail("the checkpoint holds a control character");
  const signatures = note.slice(end + 2, -1).split("\n").map((line) => {
    const parts = line.split(" ");
    if (parts.length !== 3 || parts[0] !== "\u2014") fail("a signature line is an em dash, a name and base 64");
    const bytes = fromBase64(parts[2]);
    if (bytes.length < 5) fail("a signature is too short");
    return { name: parts[1], keyID: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
  });
  return { text, signatures };
}

export function parseCheckpoint(text) {
  const [origin, size, root] = text.split("\n");
  if (!origin || root === undefined) fail("a checkpoint has the lines origin, size and root");
  return { origin, size: number(size), root: hash(root) };
}

export function parseProof(text) {
  const lines = text.split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") fail("this is not a proof file");
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const index = lines.shift();
  if (!index?.startsWith("index ")) fail("the proof does not say which entry it is for");
  const empty = lines.indexOf("");
  if (empty < 0 || empty > 63) fail("the path has no end, or too many hashes");
  const note = parseNote(lines.slice(empty + 1).join("\n"));
  const path = lines.slice(0, empty).map(hash);
  return { index: number(index.slice(6)), path, note, checkpoint: parseCheckpoint(note.text) };
}

/// Reads <name>+<id>+<base 64 of type and key>.
export async function parseKey(text) {
  const parts = /^([\x21-\x2a\x2c-\x7e]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim());
  const [, name, id, material] = parts ?? fail("a key looks like name+1a2b3c4d+base64");
  const bytes = fromBase64(material);
  if (bytes.length !== 33 || bytes[0] !== 1) fail("this is not the Ed25519 key of a ledger");
  const expected = toHex((await sha256(new TextEncoder().encode(`${name}\n`), bytes)).subarray(0, 4));
  if (id !== expected) fail(`the key's id should be ${expected}, not ${id}: a letter of it is wrong`);
  return { text: `${name}+${id}+${material}`, name, id, publicKey: bytes.subarray(1) };
}

// MARK: Computing

/// The root to which a path leads from a leaf (RFC 9162, section 2.1.3.2), and every hash on the way.
export async function climb(leaf, index, size, path) {
  if (index >= size) fail(`entry ${index} lies beyond a ledger of ${size}`);
  let [position, last, root] = [index, size - 1n, leaf];
  const way = [];
  for (const sibling of path) {
    if (last === 0n) fail("the path has too many hashes");
    const isRight = (position & 1n) === 1n || position === last;
    root = isRight ? await nodeHash(sibling, root) : await nodeHash(root, sibling);
    way.push([isRight ? "with its left neighbour" : "with its right neighbour", root]);
    if (isRight) while ((position & 1n) === 0n && position !== 0n) { position >>= 1n; last >>= 1n; }
    position >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? { root, way } : fail("the path has too few hashes");
}

/// Whether the holder of a key signed a note: every line that names the key must be right, and one must be there.
export async function isSigned(note, key) {
  const lines = note.signatures.filter(({ name, keyID }) => name === key.name && keyID === key.id);
  const imported = await crypto.subtle.importKey("raw", key.publicKey, "Ed25519", false, ["verify"]);
  const message = new TextEncoder().encode(note.text);
  const answers = lines.map(({ bytes }) => crypto.subtle.verify("Ed25519", imported, bytes, message));
  return answers.length > 0 && (await Promise.all(answers)).every(Boolean);
}

/// Whether the first leaves of a newer tree are those of an older one (RFC 9162, section 2.1.4.2).
export async function isContinued(older, newer, path) {
  if (older.size === newer.size) return path.length === 0 && isSame(older.root, newer.root);
  let [position, last, rest] = [older.size - 1n, newer.size - 1n, [...path]];
  while ((position & 1n) === 1n) { position >>= 1n; last >>= 1n; }
  let old = position === 0n ? older.root : rest.shift() ?? fail("the path is empty");
  let now = old;
  for (const sibling of rest) {
    if (last === 0n) fail("the path has too many hashes");
    if ((position & 1n) === 1n || position === last) {
      [old, now] = [await nodeHash(sibling, old), await nodeHash(sibling, now)];
      while ((position & 1n) === 0n && position !== 0n) { position >>= 1n; last >>= 1n; }
    } else now = await nodeHash(now, sibling);
    position >>= 1n;
    last >>= 1n;
  }
  return last === 0n && isSame(old, older.root) && isSame(now, newer.root);
}

/// The path by which isContinued goes from `from` leaves, at least one, to `size`, out of tiles.
/// `tile(level, index, width)` gives hashes; they are not trusted, for the path leads to both roots or it does not.
export async function continuationPath(from, size, tile) {
  const power = (count) => 1n << BigInt((count - 1n).toString(2).length - 1);
  const root = async (start, count) => {
    if ((count & (count - 1n)) !== 0n) {
      const half = power(count);
      return nodeHash(await root(start, half), await root(start + half, count - half));
    }
    const level = BigInt(Math.trunc((count.toString(2).length - 1) / 8));
    const unit = 1n << (8n * level);
    const [first, width] = [start / unit, Number(count / unit)];
    const available = (size / unit) - (first / 256n) * 256n;
    const hashes = await tile(level, first / 256n, Number(available < 256n ? available : 256n));
    let row = hashes.slice(Number(first % 256n), Number(first % 256n) + width);
    while (row.length > 1) {
      row = await Promise.all(row.flatMap((left, place) => (place % 2 ? [] : [nodeHash(left, row[place + 1])])));
    }
    return row[0] ?? fail("a tile is too short");
  };
  const path = async (old, start, count, isWhole) => {
    if (old === count) return isWhole ? [] : [await root(start, count)];
    const half = power(count);
    return old <= half
      ? [...(await path(old, start, half, isWhole)), await root(start + half, count - half)]
      : [...(await path(old - half, start + half, count - half, false)), await root(start, half)];
  };
  return path(from, 0n, size, true);
}

// MARK: Judging

async function judgePath(index, leaf, proof) {
  if (proof.index !== BigInt(index)) fail(`the proof is for entry ${proof.index}, not ${index}`);
  const { size, root: signed } = proof.checkpoint;
  const { root, way } = await climb(leaf, proof.index, size, proof.path);
  const hashes = [...way.slice(0, -1), ["root, computed here", root], ["root, as signed", signed]];
  if (isSame(root, signed)) {
    const text = `${proof.path.length} hashes lead from entry ${index} to the root of ${size} entries.`;
    return { state: "pass", text, hashes };
  }
  const text =
    "The path leads to another root than the one that was signed: " +
    "these bytes are not what the ledger holds at this place.";
  return { state: "fail", text, hashes };
}

async function judgeSignature(proof, key, { pasted, named, memory }, warnings) {
  const isGiven = Boolean(pasted || memory?.isGiven);
  const isFirst = !pasted && !memory?.key;
  const remembered = isGiven ? "that you gave to this browser before" : "that this browser remembers";
  const whose = pasted ? "that you gave" : isFirst ? "that this server names" : remembered;
  if (named && named.trim() !== key.text) {
    warnings.push(`This server names another key than the one ${whose}. Ask the shop, by another way, which is right.`);
  }
  if (pasted && memory?.key && memory.key !== key.text) {
    warnings.push("The key that you gave is not the one that this browser remembers.");
  }
  const { origin } = proof.checkpoint;
  if (origin !== key.name) fail(`the checkpoint is of ${origin}, the key is of ${key.name}`);
  if (!(await isSigned(proof.note, key))) fail(`the holder of the key ${whose} did not sign this root`);
  const others = proof.note.signatures.filter(({ name, keyID }) => name !== key.name || keyID !== key.id).length;
  const sentences = [`Signed with the key ${whose}.`];
  if (!isGiven) {
    sentences.push("Nobody but this server has said so far that it is the shop's key.");
    sentences.push("So this shows only that the server agrees with itself: paste the key that the shop gave you.");
  }
  if (others > 0) {
    sentences.push(`Signatures of witnesses were not checked (${others}): this page holds no keys of theirs.`);
  }
  return { state: isGiven ? "pass" : "consistent", text: sentences.join(" "), hashes: [["key", key.text]] };
}

async function judgeMemory(proof, memory, tile) {
  if (!proof || !memory?.root || memory.size === "0") {
    return { state: "unknown", text: "This browser saw no checkpoint of it before. The next time it can compare." };
  }
  const [older, newer] = [{ size: number(memory.size), root: hash(memory.root) }, proof.checkpoint];
  const hashes = [
    [`root of ${older.size}, seen before`, older.root],
    [`root of ${newer.size}, now`, newer.root],
  ];
  const answer = (state, text) => ({ state, text, hashes });
  if (newer.size < older.size) {
    return answer("fail", `The ledger had ${older.size} entries and has ${newer.size} now. A ledger never shrinks.`);
  }
  if (newer.size === older.size) {
    return isSame(newer.root, older.root)
      ? answer("pass", `Still the root of ${older.size} entries that this browser saw before.`)
      : answer("fail", `Two roots of ${older.size} entries: the ledger was rewritten, or another one is shown.`);
  }
  let path;
  try {
    path = await continuationPath(older.size, newer.size, tile);
  } catch (error) {
    return answer("unknown", `The tiles of the ledger could not be read: ${error.message}.`);
  }
  const before = `The ${older.size} entries that this browser saw before`;
  return (await isContinued(older, newer, path))
    ? answer("pass", `${before} are the beginning of the ${newer.size} of now.`)
    : answer("fail", `${before} are not the beginning of the ${newer.size} of now.`);
}

/// Takes all steps. A step is {title, state: pass | fail | unknown | consistent, text, hashes}; `memory` is what this
/// browser knows from before, {key, isGiven, size, root}, or null; `named` is the key that the server names; `pasted`
/// what a person gave. Only under a key that a person gave, now or before, is anything verified: under any other all
/// may fit together and be the server's own work, which is `consistent`. `remember` in the answer is what to know from
/// now on: only what holds.
export async function verifyEntry({ index, entry, proofText, pasted, named, memory, tile }) {
  const [steps, warnings] = [[], []];
  const step = async (title, work) => {
    try {
      steps.push({ title, hashes: [], ...(await work()) });
    } catch (error) {
      const state = error.name === "NotSupportedError" ? "unknown" : "fail";
      steps.push({ title, hashes: [], state, text: sentence(error.message) });
    }
  };
  const leaf = await leafHash(entry);
  const text = `${entry.length} bytes. Their leaf hash was computed here.`;
  steps.push({ title: "The entry", state: "pass", text, hashes: [["leaf hash", leaf]] });
  let proof, key;
  await step("The path from the entry to the root", () => judgePath(index, leaf, (proof = parseProof(proofText))));
  await step("The signature of the root", async () => {
    if (!proof) fail("there is no checkpoint to look at");
    key = await parseKey(pasted || memory?.key || named);
    return judgeSignature(proof, key, { pasted, named, memory }, warnings);
  });
  await step("The same ledger as before", () => judgeMemory(proof, memory, tile));

  const states = steps.slice(0, 3).map(({ state }) => state);
  const isBroken = steps.find(({ state }) => state === "fail");
  const state = isBroken ? "fail" : (["unknown", "consistent"].find((word) => states.includes(word)) ?? "pass");
  const verdict = {
    pass: `Verified: this is entry ${index} of the ledger, unchanged.`,
    fail: `Not verified: ${isBroken?.title.toLowerCase()} does not hold.`,
    consistent: "Consistent, but not verified: the key is the server's own word.",
    unknown: "Not verified: this browser cannot check Ed25519 signatures. The path was computed and holds.",
  }[state];
  const { size, root } = proof?.checkpoint ?? {};
  const holds = state === "pass" || state === "consistent";
  const remember = holds ? { key: key.text, isGiven: state === "pass", size: `${size}`, root: toBase64(root) } : null;
  return { state, verdict, steps, warnings, remember };
}

// MARK: The page

async function fetchBytes(url, most) {
  const response = await fetch(url, { cache: "no-store" });
  if (!response.ok) fail(`${url} was answered with ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return bytes.length <= most ? bytes : fail(`${url} is too long`);
}
// tlog-tiles writes 1234067 as x001/x234/067.
const digits = (index) => {
  const groups = `${index}`.padStart(Math.ceil(`${index}`.length / 3) * 3, "0").match(/.{3}/g);
  return groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group)).join("/");
};
async function fetchTile(level, index, width) {
  const path = `/ledger/tile/${level}/${digits(index)}`;
  const bytes = await fetchBytes(width < 256 ? `${path}.p/${width}` : path, 8192);
  return Array.from({ length: bytes.length / 32 }, (_, place) => bytes.subarray(32 * place, 32 * place + 32));
}

const MEMORY = "surety.ledger";
const recall = () => { try { return JSON.parse(localStorage.getItem(MEMORY)); } catch { return null; } };
const remember = (seen) => {
  try {
    if (seen) localStorage.setItem(MEMORY, JSON.stringify(seen));
    else localStorage.removeItem(MEMORY);
  } catch { /* nothing is remembered */ }
};

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
const labels = {
  pass: "holds", fail: "does not hold", unknown: "not known", consistent: "holds, under a key that nobody vouched for",
};
function icon(name) {
  const [svg, use] = ["svg", "use"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("class", "icon");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", labels[name]);
  use.setAttribute("href", `/assets/icons.svg#${name === "consistent" ? "unknown" : name}`);
  svg.append(use);
  return svg;
}

function drawStep({ title, state, text, hashes }) {
  const facts = hashes.flatMap(([label, value]) => [
    element("dt", {}, label),
    element("dd", { className: "hash" }, typeof value === "string" ? value : toBase64(value)),
  ]);
  const item = element("li", { className: `is-${state}` }, icon(state), element("strong", {}, title));
  item.append(element("p", { className: "small" }, text));
  if (hashes.length > 0) {
    const summary = element("summary", { className: "small" }, hashes.length > 1 ? "Hashes" : hashes[0][0]);
    const list = element("dl", { className: "facts" }, ...facts);
    item.append(element("details", { open: state === "fail" }, summary, list));
  }
  return item;
}

function show(panel, { state, verdict, steps, warnings }) {
  panel.querySelector("[data-verify-result]").replaceChildren(
    element("p", { className: `verify-verdict is-${state}` }, verdict),
    ...warnings.map((text) => element("p", { className: "warning loud" }, text)),
  );
  const list = panel.querySelector("[data-verify-steps]");
  list.replaceChildren(...steps.map(drawStep));
  list.hidden = false;
}

function start(panel) {
  const { index, entry: entryURL, proof: proofURL, key: named } = panel.dataset;
  const find = (name) => panel.querySelector(name);
  const [field, bytes, result] = ["#verify-key", "#verify-bytes", "[data-verify-result]"].map(find);
  let original = "";

  const tellMemory = () => {
    const memory = recall();
    find("[data-verify-forget]").hidden = !memory;
    const whose = memory?.isGiven ? "which you gave" : "which this server named";
    find("[data-verify-known]").textContent = memory
      ? `This browser remembers the key ${memory.key.split("+")[1]}, ${whose}, and a ledger of ${memory.size} entries.`
      : "This browser remembers nothing of this ledger yet.";
  };

  /// With other bytes than the entry's, when some are given.
  const run = async (others) => {
    result.replaceChildren(element("p", { className: "muted" }, "Fetching and computing…"));
    try {
      const [fetched, proof] = await Promise.all([fetchBytes(entryURL, 65_536), fetchBytes(proofURL, 300_000)]);
      original = new TextDecoder().decode(fetched);
      const entry = others === undefined ? fetched : new TextEncoder().encode(others);
      const proofText = new TextDecoder("utf-8", { fatal: true }).decode(proof);
      const pasted = field.value.trim();
      const answer = await verifyEntry({ index, entry, proofText, pasted, named, memory: recall(), tile: fetchTile });
      if (answer.remember) remember(answer.remember);
      tellMemory();
      show(panel, answer);
      if (others === undefined) bytes.value = original;
      find("[data-verify-tamper]").hidden = false;
    } catch (error) {
      const text = `Could not verify: ${error.message}.`;
      result.replaceChildren(element("p", { className: "verify-verdict is-unknown" }, text));
    }
  };

  find("[data-verify-form]").addEventListener("submit", (event) => { event.preventDefault(); run(); });
  find("[data-verify-bytes]").addEventListener("click", () => run(bytes.value));
  find("[data-verify-restore]").addEventListener("click", () => { bytes.value = original; run(); });
  find("[data-verify-forget]").addEventListener("click", () => { remember(null); tellMemory(); });
  tellMemory();
}

if (typeof document !== "undefined") {
  for (const panel of document.querySelectorAll("[data-verify]")) start(panel);
}
