// With tests/real_clients/test_standardwebhooks.py: checks webhooks as a receiver does, with the library standardwebhooks of npm.
import { Webhook } from "standardwebhooks";
import { config, done } from "./conversation.mjs";

done({
  answers: config.received.map(({ secret, headers, body }) => {
    try {
      return { event: new Webhook(secret).verify(body, headers) };
    } catch (error) {
      return { refused: error.message };
    }
  }),
});
