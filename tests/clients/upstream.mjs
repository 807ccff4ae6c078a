// An OpenID Provider by another author (oidc-provider), over https on loopback, for tests of the sign-in at an upstream.
// Arguments: the port, and a file of JSON: {issuer, cert, key, clients, keys, people, accessSeconds}. It says "ready" when it answers.

import {readFileSync} from 'node:fs';
import {createServer} from 'node:https';
import {generateKeyPair, exportJWK} from 'jose';
import {Provider} from 'oidc-provider';

const [port, file] = process.argv.slice(2);
const {issuer, cert, key, clients, people, accessSeconds} = JSON.parse(readFileSync(file, 'utf8'));

const made = async (alg, kid) => {
  const {privateKey} = await generateKeyPair(alg, {extractable: true});
  return {...await exportJWK(privateKey), alg, kid, use: 'sig'};
};

const provider = new Provider(issuer, {
  clients,
  jwks: {keys: [await made('RS256', 'rsa'), await made('ES256', 'ec')]},
  cookies: {keys: ['only for tests']},
  claims: {openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'given_name', 'locale']},
  conformIdTokenClaims: true,
  pkce: {required: () => true},
  enabledJWA: {idTokenSigningAlgValues: ['RS256', 'ES256'], clientAuthSigningAlgValues: ['RS256', 'ES256']},
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
  rotateRefreshToken: true, // and a refresh token that is used twice ends all tokens of the person
  ...accessSeconds && {ttl: {AccessToken: accessSeconds}},
  features: {devInteractions: {enabled: true}, backchannelLogout: {enabled: true}},
  fetch: (url, {dispatcher, ...options}) => fetch(url, options), // its own refuses loopback, where the tests receive logout tokens
  findAccount: (_, sub) => ({accountId: sub, claims: () => ({sub, ...people[sub]})}),
});
provider.on('server_error', (_, error) => console.error(error));
createServer({cert, key}, provider.callback()).listen(Number(port), '127.0.0.1', () => console.log('ready'));
