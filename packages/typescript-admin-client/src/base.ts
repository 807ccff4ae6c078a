// What all operations share: headers, tokens, repetition, pages, refusals.

import { NoAnswerError, ProblemError } from "./errors.js";
import type { TokenSource } from "./tokens.js";

/** An answer. `etag`: of the object, for `ifMatch`. `location`: of a new object. `replayed`: of an earlier request with the same key. */
export interface Answer<T> {
  value: T;
  status: number;
  etag: string | null;
  location: string | null;
  replayed: boolean;
}

/** `tries`: how often a request is sent at most, if it may be repeated: a read, or a POST with its key. */
export interface Options {
  fetch?: typeof globalThis.fetch;
  tries?: number;
  /** Waits for some seconds before the next try. */
  pause?: (seconds: number) => Promise<void>;
}

interface Sent {
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  once?: boolean;
  options: { ifMatch?: string; ifNoneMatch?: string; idempotencyKey?: string; signal?: AbortSignal };
}

const AGAIN = new Set([429, 502, 503, 504]);
const LONGEST_WAIT = 30;
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** A caller of the admin API. */
export class Base {
  readonly #issuer: string;
  readonly #token: TokenSource;
  readonly #fetch: typeof globalThis.fetch;
  readonly #tries: number;
  readonly #pause: (seconds: number) => Promise<void>;

  /** `token`: an access token, or a function that gives one. */
  constructor(issuer: string, token: string | TokenSource, options: Options = {}) {
    const url = new URL(issuer);
    if (url.protocol !== "https:" && !(url.protocol === "http:" && LOOPBACK.has(url.hostname))) {
      throw new TypeError("the issuer must be an https URL");
    }
    this.#issuer = issuer.replace(/\/+$/, "");
    this.#token = typeof token === "string" ? async () => token : token;
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.#tries = Math.max(1, options.tries ?? 3);
    this.#pause = options.pause ?? ((seconds) => new Promise((done) => setTimeout(done, seconds * 1000)));
  }

  protected async call<T>(method: string, path: string, sent: Sent): Promise<Answer<T>> {
    const { options } = sent;
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(sent.query ?? {})) {
      if (value !== undefined && value !== null) query.set(name, String(value));
    }
    const headers: Record<string, string> = {};
    if (options.ifMatch !== undefined) headers["if-match"] = options.ifMatch;
    if (options.ifNoneMatch !== undefined) headers["if-none-match"] = options.ifNoneMatch;
    if (sent.once) headers["idempotency-key"] = options.idempotencyKey ?? crypto.randomUUID();
    const request: RequestInit = { method, headers, redirect: "manual" };
    if (options.signal) request.signal = options.signal;
    if (sent.body !== undefined) {
      headers["content-type"] = "application/json";
      request.body = JSON.stringify(sent.body);
    }
    const shown = query.size ? `?${query}` : "";
    return read<T>(await this.#repeat(`${this.#issuer}${path}${shown}`, request, headers, method === "GET" || sent.once === true));
  }

  protected async *entries<T>(
    page: (cursor: { cursor?: string }) => Promise<Answer<{ items: T[]; next_cursor: string | null }>>,
  ): AsyncGenerator<T> {
    let cursor: string | null = null;
    do {
      const { value }: Answer<{ items: T[]; next_cursor: string | null }> = await page(cursor === null ? {} : { cursor });
      yield* value.items;
      cursor = value.next_cursor;
    } while (cursor !== null);
  }

  /** Send a request, again if that can help: after a lost reply, an overload, or an expired token. */
  async #repeat(url: string, request: RequestInit, headers: Record<string, string>, mayRepeat: boolean): Promise<Response> {
    const tries = mayRepeat ? this.#tries : 1;
    let renewed = false;
    for (let number = 1; ; number++) {
      const authorization = `Bearer ${await this.#token()}`;
      let response: Response;
      try {
        response = await this.#fetch(url, { ...request, headers: { ...headers, authorization } });
      } catch (error) {
        if (request.signal?.aborted) throw error;
        if (number >= tries) throw new NoAnswerError("there was no answer", { cause: error });
        await this.#pause(wait("", number));
        continue;
      }
      if (response.status === 401 && this.#token.forget && !renewed) {
        this.#token.forget(); // refused before anything was done
        renewed = true;
      } else if (!AGAIN.has(response.status) || number >= tries) {
        return response;
      } else {
        await this.#pause(wait(response.headers.get("retry-after") ?? "", number));
      }
      await response.body?.cancel();
    }
  }
}

/** The seconds before the next try. */
function wait(told: string, number: number): number {
  return Math.min(/^\d+$/.test(told) ? Number(told) : 0.5 * 2 ** number, LONGEST_WAIT);
}

async function read<T>(response: Response): Promise<Answer<T>> {
  if (response.status >= 400) throw await ProblemError.of(response);
  if (response.status < 200 || response.status >= 300) throw new NoAnswerError(`the status is ${response.status}`);
  const text = await response.text();
  let value: unknown;
  try {
    value = text ? JSON.parse(text) : undefined;
  } catch (error) {
    throw new NoAnswerError("the answer is no JSON", { cause: error });
  }
  const { headers, status } = response;
  const replayed = headers.get("idempotency-replayed") === "true";
  return { value: value as T, status, etag: headers.get("etag"), location: headers.get("location"), replayed };
}
