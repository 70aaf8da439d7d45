#!/usr/bin/env python3
"""Verifies a Surety ledger bundle, or an entry with its .tlog-proof, with nothing but Python 3.

    python3 verify.py BUNDLE KEY [KEY...]
    python3 verify.py PROOF ENTRY KEY [KEY...]

KEY is a verifier key, <name>+<id>+<base64>, that you have from somewhere else than the bundle. The first is the log's;
each further one is a witness's, and all of them must have signed. Exit status: 0 verified, 1 not, 2 unusable input.

Written apart from Surety's own code, from RFC 6962, RFC 8032 and the C2SP specifications signed-note, tlog-checkpoint,
tlog-cosignature and tlog-proof.
"""
import base64
import hashlib
import hmac
import json
import sys
import tarfile


class Refused(Exception):
    """The input does not prove what it claims."""


# --- Ed25519 (RFC 8032, section 5.1.7), for verifying only -----------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
I = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * I % P
    if (x * x - xx) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, p):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, p)
        p = add(p, p)
        scalar >>= 1
    return result


BASE_Y = 4 * pow(5, -1, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def ed25519_verifies(key, message, signature):
    a, r = point(key), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or len(signature) != 64:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = multiply(s, BASE), add(r, multiply(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- Notes and checkpoints ---------------------------------------------------------------------------------------------


def b64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise Refused("base 64 is not canonical")
    return data


def read_key(text):
    name, key_id, data = text.split("+", 2)
    data = b64(data)
    if data[0] not in (1, 4) or len(data) != 33:
        raise Refused(f"{name}: only Ed25519 keys (type 1) and cosignature keys (type 4) are spoken")
    expected = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if expected.hex() != key_id:
        raise Refused(f"{name}: the key id does not belong to the key")
    return name, expected, data[0], data[1:]


def check_note(note, keys):
    """All keys must have signed. Returns origin, size and root."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    lines = signatures.splitlines()
    for name, key_id, kind, public in keys:
        valid = False
        for line in lines:
            dash, signer, blob = line.split(" ")
            blob = b64(blob)
            if dash != "\u2014" or signer != name or blob[:4] != key_id:
                continue
            message, signature = text.encode(), blob[4:]
            if kind == 4:
                time = int.from_bytes(signature[:8], "big")
                message, signature = f"cosignature/v1\ntime {time}\n{text}".encode(), signature[8:]
            if not ed25519_verifies(public, message, signature):
                raise Refused(f"the signature of {name} does not fit the checkpoint")
            valid = True
        if not valid:
            raise Refused(f"{name} has not signed the checkpoint")
    origin, size, root = text.split("\n")[:3]
    if origin != keys[0][0]:
        raise Refused(f"the checkpoint is of {origin}, not of {keys[0][0]}")
    return origin, int(size), b64(root)


# --- Merkle trees (RFC 6962, section 2.1) -----------------------------------------------------------------------------


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(count):
    return 1 << (count - 1).bit_length() - 1


def tree_root(leaves):
    """The root over leaf hashes, without recursion."""
    stack = []
    for number, value in enumerate(leaves):
        while number & 1:
            value = node_hash(stack.pop(), value)
            number >>= 1
        stack.append(value)
    root = stack.pop()
    while stack:
        root = node_hash(stack.pop(), root)
    return root


def range_root(lo, hi, start, end, leaves, path):
    """The root over lo..hi, of which the leaves start..end are given and every subtree outside comes from the path."""
    if start <= lo and hi <= end:
        return tree_root(leaves[lo - start:hi - start])
    if hi <= start or end <= lo:
        if not path:
            raise Refused("the proof has too few hashes")
        return path.pop(0)
    middle = lo + split(hi - lo)
    left = range_root(lo, middle, start, end, leaves, path)
    return node_hash(left, range_root(middle, hi, start, end, leaves, path))


def inclusion_root(index, size, leaf, path):
    if size == 1:
        return leaf
    if not path:
        raise Refused("the proof has too few hashes")
    half = split(size)
    if index < half:
        return node_hash(inclusion_root(index, half, leaf, path[:-1]), path[-1])
    return node_hash(path[-1], inclusion_root(index - half, size - half, leaf, path[:-1]))


# --- Files --------------------------------------------------------------------------------------------------------------


def read_entries(data):
    entries, position = [], 0
    while position < len(data):
        length = int.from_bytes(data[position:position + 2], "big")
        entries.append(data[position + 2:position + 2 + length])
        position += 2 + length
    if position != len(data):
        raise Refused("a segment is cut off")
    return entries


def check_payload(name, payload, commitments):
    for field, opening in json.loads(payload).items():
        if len(b64(opening["salt"])) != 32:
            raise Refused(f"{name} has a salt that is not 32 bytes")
        message = field.encode() + b"\0" + opening["value"].encode()
        if hmac.new(b64(opening["salt"]), message, hashlib.sha256).digest() != b64(commitments[field]):
            raise Refused(f"{name} does not open the commitment {field}")


def verify_bundle(path, keys):
    proven, opened, commitments, proof = [], 0, {}, None
    with tarfile.open(path) as archive:
        for member in archive:
            data = archive.extractfile(member).read()
            if member.name == "checkpoint":
                origin, size, root = check_note(data.decode(), keys)
            elif member.name.endswith(".proof"):
                header, line, *hashes = data.decode().splitlines()
                word, start, end = line.split(" ")
                if header != "surety/segment@v1" or word != "range":
                    raise Refused(f"{member.name} is not a segment's proof")
                proof = int(start), int(end), [b64(text) for text in hashes]
            elif member.name.endswith(".entries"):
                start, end, hashes = proof
                entries = read_entries(data)
                if len(entries) != end - start or not 0 <= start < end <= size or (proven and proven[-1][1] > start):
                    raise Refused(f"{member.name} has another range than its proof")
                if range_root(0, size, start, end, [leaf_hash(entry) for entry in entries], hashes) != root or hashes:
                    raise Refused(f"{member.name}: the entries do not lead to the checkpoint's root")
                if proven and proven[-1][1] == start:
                    proven[-1] = proven[-1][0], end
                else:
                    proven.append((start, end))
                commitments = {}
                for entry in entries:
                    value = json.loads(entry)
                    if "commitments" in value:
                        commitments[value["id"]] = value["commitments"]
            elif member.name.startswith("payloads/"):
                check_payload(member.name, data, commitments[member.name[len("payloads/"):-len(".json")]])
                opened += 1
    if not proven:
        raise Refused("the bundle holds no entries")
    ranges = ", ".join(f"{start}..{end - 1}" for start, end in proven)
    print(f"verified: entries {ranges} of {origin}, of {size} under the checkpoint; {opened} payloads fit")


def verify_proof(proof_path, entry_path, keys):
    with open(proof_path, encoding="utf-8") as file:
        head, _, note = file.read().partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Refused("not a proof file")
    if lines[0].startswith("extra "):
        lines.pop(0)
    index = int(lines.pop(0).removeprefix("index "))
    origin, size, root = check_note(note, keys)
    path = [b64(line) for line in lines]
    if not 0 <= index < size or len(path) > 63:
        raise Refused("the index lies beyond the tree")
    with open(entry_path, "rb") as file:
        leaf = leaf_hash(file.read())
    if inclusion_root(index, size, leaf, path) != root or len(path) != path_length(index, size):
        raise Refused("the entry does not lead to the checkpoint's root")
    print(f"verified: entry {index} of {origin}, of {size} under the checkpoint")


def path_length(index, size):
    length = 0
    while size > 1:
        half = split(size)
        index, size = (index, half) if index < half else (index - half, size - half)
        length += 1
    return length


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        if tarfile.is_tarfile(arguments[0]):
            verify_bundle(arguments[0], [read_key(text) for text in arguments[1:]])
        else:
            verify_proof(arguments[0], arguments[1], [read_key(text) for text in arguments[2:]])
        return 0
    except Refused as reason:
        print(f"NOT verified: {reason}", file=sys.stderr)
        return 1
    except (OSError, ValueError, KeyError, TypeError, IndexError, tarfile.TarError) as reason:
        print(f"unusable input: {reason!r}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
