// What a JWKS proves, told by the jose library and by WebCrypto: a credential in a JWT, the signed bytes of a QR token.
// stdin: {"jwks", "jwt"} or {"jwks", "signed", "signature", "keyId"} (hex); stdout: {"verified", …}.
import {calculateJwkThumbprint, createLocalJWKSet, jwtVerify} from 'jose';
import {text} from 'node:stream/consumers';
import {webcrypto} from 'node:crypto';

const task = JSON.parse(await text(process.stdin));
const bytes = hex => Buffer.from(hex, 'hex');
let answer = {verified: false};
try {
  if(task.jwt) {
    // The key is named by its DID; a JWKS knows the part behind '#'.
    const keys = createLocalJWKSet(task.jwks);
    const find = (header, token) => keys({...header, kid: header.kid.split('#')[1]}, token);
    const {payload} = await jwtVerify(task.jwt, find, {typ: 'vc+jwt'});
    answer = {verified: true, licenseNumber: payload.credentialSubject.licenseNumber};
  } else {
    for(const jwk of task.jwks.keys) {
      const thumbprint = Buffer.from(await calculateJwkThumbprint(jwk), 'base64url');
      if(thumbprint.subarray(0, 8).toString('hex') === task.keyId) {
        const how = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'};
        const key = await webcrypto.subtle.importKey('jwk', jwk, how, false, ['verify']);
        answer.verified = await webcrypto.subtle.verify(how, key, bytes(task.signature), bytes(task.signed));
      }
    }
  }
} catch(error) {
  answer = {verified: false, error: error.message};
}
process.stdout.write(JSON.stringify(answer));
