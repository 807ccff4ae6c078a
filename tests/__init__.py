"""The tests, with real parts: DynamoDB engines, npm clients, Chromium and Lambda's runtime client, all on loopback."""
