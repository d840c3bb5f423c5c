// What lies on this device: kept courses, and a queue of marks that the server has not seen yet (IndexedDB).
const NAME = "funeng-offline";
export const CACHE = "funeng-pack-";

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("packs", { keyPath: "course" });
      request.result.createObjectStore("queue", { keyPath: "key" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run(store, mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const all = (store) => run(store, "readonly", (rows) => rows.getAll());
export const get = (store, key) => run(store, "readonly", (rows) => rows.get(key));
export const put = (store, row) => run(store, "readwrite", (rows) => rows.put(row));
export const remove = (store, key) => run(store, "readwrite", (rows) => rows.delete(key));

// Everything of this person leaves the device: at sign-out, and when somebody else signs in.
export async function forget() {
  for (const name of await caches.keys()) if (name.startsWith(CACHE)) await caches.delete(name);
  for (const store of ["packs", "queue"]) await run(store, "readwrite", (rows) => rows.clear());
}
