// A typed client of the admin API. It needs `fetch` (Node 20, browsers) and nothing else.

export { type Answer, type Options } from "./base.js";
export { NoAnswerError, ProblemError, type FieldError } from "./errors.js";
export { Operations as AdminClient } from "./operations.js";
export type * as shapes from "./shapes.js";
export { clientCredentials, type TokenSource } from "./tokens.js";
