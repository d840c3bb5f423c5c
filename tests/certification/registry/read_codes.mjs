// Reads {"texts": […], "keys": […]} from standard input and prints what the product's own module makes of each text.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { verifyToken } = await import(pathToFileURL(process.argv[2]));
const { texts, keys } = JSON.parse(readFileSync(0, "utf-8"));
const found = [];
for (const text of texts) {
  try {
    const { kind, number, name, subject, issuer, level, issuedOn, validUntil, pageToken } = await verifyToken(text, keys);
    found.push({ kind, number, name, subject, issuer, level, issuedOn, validUntil, pageToken });
  } catch (error) {
    found.push({ error: error.code ?? String(error) });
  }
}
console.log(JSON.stringify(found));
