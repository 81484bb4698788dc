language-name = polski
