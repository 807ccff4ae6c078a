// What a call may throw.

/** A member of a request that is wrong. */
export interface FieldError {
  field?: string;
  detail: string;
}

/** There was no usable answer: the network failed, or what answered is no admin API. The act may have been done. */
export class NoAnswerError extends Error {
  override name = "NoAnswerError";
}

/** A refusal (RFC 9457). The message has the sentence of the API, and no token. */
export class ProblemError extends Error {
  override name = "ProblemError";
  readonly title: string;
  readonly detail: string;
  /** The members that are wrong. */
  readonly errors: FieldError[];
  /** The code of the access token (RFC 6750), or empty. */
  readonly error: string;
  /** Mention it when you ask for help. */
  readonly requestId: string;

  constructor(
    readonly status: number,
    body: Record<string, unknown>,
    /** Seconds, or null. */
    readonly retryAfter: number | null,
  ) {
    const text = (name: string): string => (typeof body[name] === "string" ? (body[name] as string) : "");
    super(`${status} ${text("detail") || text("title")}`.trim());
    this.title = text("title");
    this.detail = text("detail");
    this.error = text("error");
    this.requestId = text("request_id");
    this.errors = Array.isArray(body["errors"]) ? (body["errors"] as FieldError[]) : [];
  }

  /** Read a refusal from a response. */
  static async of(response: Response): Promise<ProblemError> {
    const body: unknown = await response.json().catch(() => ({}));
    const waits = response.headers.get("retry-after") ?? "";
    const members = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
    return new ProblemError(response.status, members, /^\d+$/.test(waits) ? Number(waits) : null);
  }
}
