// The README's Node snippet, run as it is printed: its import becomes an import(), and nothing else is changed.
import { config as given, done, open } from "./conversation.mjs";

const AsyncFunction = (async () => {}).constructor;
const [line, name, module] = given.snippet.match(/^import \* as (\w+) from '([^']+)'$/m);
const values = { [name]: await import(module), ...given.values };
const body = `${given.snippet.replace(line, "")}\nreturn { login, callback }`;
const { login, callback } = await new AsyncFunction(...Object.keys(values), body)(...Object.values(values));
const session = {};
const back = await open(await login(session));
done({ person: await callback(session, back) });
