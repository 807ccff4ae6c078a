"""What `idp bootstrap` makes: the first admin, the admin client, and for development people and apps to try it with."""
