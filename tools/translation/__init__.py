"""Catalogues of translated texts: extraction from the source, update, checks and compilation. Babel is needed here and nowhere else."""
