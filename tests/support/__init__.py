"""What tests of several folders share: starting processes, a form driver, a Lambda host."""
