// With the test that started the script: tests/support/node_client.py. Lines of JSON on standard input and output.
import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const hear = async () => JSON.parse((await lines.next()).value);
const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");

/** What the test wants: issuer, client_id, client_secret, method, redirect_uri, scope, task. */
export const config = await hear();

/** Opens an address in the person's browser; the address where that ended. */
export async function open(url) {
  say({ open: String(url) });
  return new URL((await hear()).url);
}

/** The error that a promise is rejected with. A promise that is not is itself an error. */
export async function rejection(promise, what) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`${what} was not refused`);
}

/** Ends the conversation with what was found. */
export function done(found) {
  say({ done: found });
  process.stdin.destroy();
}
