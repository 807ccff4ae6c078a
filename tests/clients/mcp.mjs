// The official MCP SDK's client: https://github.com/modelcontextprotocol/typescript-sdk. It finds the provider by the server's 401.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { auth, UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { config as given, done, open, rejection } from "./conversation.mjs";

const kept = {};
let back;
let asked;
const authProvider = {
  redirectUrl: given.redirect_uri,
  clientMetadata: given.metadata,
  clientMetadataUrl: given.metadata_url ?? undefined,
  state: () => (kept.state = crypto.randomUUID()),
  clientInformation: () => kept.client,
  saveClientInformation: (client) => void (kept.client = client),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => void (kept.tokens = tokens),
  codeVerifier: () => kept.verifier,
  saveCodeVerifier: (verifier) => void (kept.verifier = verifier),
  async redirectToAuthorization(url) {
    asked = url;
    back = await open(url);
  },
};

/** What the server's tool says. */
async function ask(transport) {
  const client = new Client({ name: "agent", version: "1" });
  await client.connect(transport);
  const { content } = await client.callTool({ name: "whoami", arguments: {} });
  await client.close();
  return content[0].text;
}

const server = new URL(given.server);
const first = new StreamableHTTPClientTransport(server, { authProvider });
const refused = await rejection(ask(first), "somebody without a token");
if (!(refused instanceof UnauthorizedError)) throw refused;
if (back.searchParams.get("state") !== kept.state) throw new Error("another state");
await first.finishAuth(back.searchParams.get("code"));
const said = await ask(new StreamableHTTPClientTransport(server, { authProvider }));

// An app that wants to stay says so: this SDK asks for no more than the server's scopes by itself. Then it renews what is over.
const { client } = kept;
delete kept.client;
delete kept.tokens;
const whole = { serverUrl: server, scope: given.lasting };
await auth(authProvider, whole);
await auth(authProvider, { ...whole, authorizationCode: back.searchParams.get("code") });
const { refresh_token } = kept.tokens;
kept.tokens = { ...kept.tokens, access_token: "over" };
const again = await ask(new StreamableHTTPClientTransport(server, { authProvider }));
const rotated = kept.tokens.refresh_token !== refresh_token;
done({ said, again, rotated, client_id: client.client_id, later: kept.client.client_id, resource: asked.searchParams.get("resource") });
