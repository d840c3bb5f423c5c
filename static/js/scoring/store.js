// What lies on this tablet (IndexedDB): packs (one plan of one person), her sheets, and every entry that she wrote.
const NAME = "funeng-scoring";

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("who", { keyPath: "key" });
      request.result.createObjectStore("packs", { keyPath: "key" });
      request.result.createObjectStore("sheets", { keyPath: ["pack", "station", "seat"] });
      request.result.createObjectStore("entries", { keyPath: ["pack", "sequence"] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run(stores, mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      // Strict: the answer comes when it is on the disk, so that a flat battery takes nothing that was shown as kept.
      const transaction = database.transaction(stores, mode, { durability: "strict" });
      const request = act(transaction);
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error("moved"));
    });
  } finally {
    database.close();
  }
}

const range = (pack, from = 0, to = Number.MAX_SAFE_INTEGER) => IDBKeyRange.bound([pack, from], [pack, to]);
const ofPack = (pack) => IDBKeyRange.bound([pack], [pack, []]);

// Whose sheets may be shown. Beside it in localStorage for pages that only sign out; the newer one holds.
export const who = () => run(["who"], "readonly", (t) => t.objectStore("who").get("owner"));
export const setWho = (row) => run(["who"], "readwrite", (t) => t.objectStore("who").put({ key: "owner", ...row }));
export const packs = () => run(["packs"], "readonly", (t) => t.objectStore("packs").getAll());
export const pack = (key) => run(["packs"], "readonly", (t) => t.objectStore("packs").get(key));
export const sheets = (key) => run(["sheets"], "readonly", (t) => t.objectStore("sheets").getAll(ofPack(key)));
export const entries = (key, from, to, most) => run(["entries"], "readonly", (t) => t.objectStore("entries").getAll(range(key, from, to), most));

// The pack, and with it whatever changed. With `entry`, only if no other tab has written since: all or nothing.
export function keep({ pack: row, sheets: changed = [], entry = null, expected = null }) {
  return run(["packs", "sheets", "entries"], "readwrite", (transaction) => {
    const put = () => {
      transaction.objectStore("packs").put(row);
      for (const sheet of changed) transaction.objectStore("sheets").put(sheet);
      if (entry) transaction.objectStore("entries").add({ pack: row.key, sequence: entry.sequence, entry });
    };
    if (expected === null) return void put();
    const before = transaction.objectStore("packs").get(row.key);
    before.onsuccess = () => (before.result?.next === expected ? put() : transaction.abort());
  });
}

export function forget(key) {
  return run(["packs", "sheets", "entries"], "readwrite", (transaction) => {
    transaction.objectStore("packs").delete(key);
    for (const store of ["sheets", "entries"]) transaction.objectStore(store).delete(ofPack(key));
  });
}
