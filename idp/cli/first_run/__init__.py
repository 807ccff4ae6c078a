"""What `idp bootstrap` creates: the first admin, the admin client, and in development people and apps to try it with."""
