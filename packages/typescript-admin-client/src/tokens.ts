// Access tokens of a service client, by the client_credentials grant.

import { NoAnswerError, ProblemError } from "./errors.js";

/** Gives access tokens. `forget` is called when one was refused. */
export interface TokenSource {
  (): Promise<string>;
  forget?(): void;
}

const EARLY = 30_000;

/** Get a token when it is needed, and keep it until half a minute before its end. `scope`: the OAuth scopes, separated by spaces. */
export function clientCredentials(issuer: string, clientId: string, clientSecret: string, scope: string): TokenSource {
  let token: Promise<string> | null = null;
  let until = 0;
  const encoded = (text: string): string => encodeURIComponent(text).replaceAll("%20", "+");
  const ask = async (): Promise<string> => {
    const response = await fetch(`${issuer.replace(/\/+$/, "")}/token`, {
      method: "POST",
      redirect: "manual",
      headers: { authorization: `Basic ${btoa(`${encoded(clientId)}:${encoded(clientSecret)}`)}` }, // RFC 6749 §2.3.1
      body: new URLSearchParams({ grant_type: "client_credentials", scope }),
    });
    if (!response.ok) throw await ProblemError.of(response);
    const found = (await response.json()) as { access_token?: unknown; expires_in?: unknown };
    if (typeof found.access_token !== "string") throw new NoAnswerError("the answer has no token");
    until = Date.now() + (Number(found.expires_in) || 0) * 1000 - EARLY;
    return found.access_token;
  };
  const source: TokenSource = () => {
    if (token === null || Date.now() >= until) {
      until = Infinity; // callers that come meanwhile wait for the same answer
      token = ask();
      token.catch(() => source.forget?.());
    }
    return token;
  };
  source.forget = () => {
    token = null;
    until = 0;
  };
  return source;
}
