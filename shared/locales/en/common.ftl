# What belongs to no noun of its own.

# The language's name for itself, shown where a person picks a language.
language-name = English
