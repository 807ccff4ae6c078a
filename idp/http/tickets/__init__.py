"""The pages behind links of mails. `link` has the table of kinds; a kind is one row and one module."""
