# What the JSON Schema of a task's settings says, and these are not.
settings-too-small = { $written } is too small; allowed is { $least } or more
settings-too-large = { $written } is too large; allowed is { $most } or less
settings-not-above = { $written } is not allowed; it must be greater than { $bound }
settings-not-below = { $written } is not allowed; it must be less than { $bound }
settings-no-multiple = { $written } is no multiple of { $step }
settings-wanted-range = a number from { $least } to { $most }
settings-text-too-short = the text is too short: its length is { $length }, allowed is { $least } or more
settings-text-too-long = the text is too long: its length is { $length }, allowed is { $most } or less
settings-pattern = the text is not of the form `{ $pattern }`
settings-list-too-short = the list is too short: its length is { $length }, allowed is { $least } or more
settings-list-too-long = the list is too long: its length is { $length }, allowed is { $most } or less
settings-twice = the same stands earlier in the list; allowed is each only once
settings-contains-too-few = too little of what the list must hold: there is { $fitting }, allowed is { $least } or more
settings-contains-too-many = too much of what the list must not hold so often: there is { $fitting }, allowed is { $most } or less
settings-too-few-fields = too few fields: there is { $size }, allowed is { $least } or more
settings-too-many-fields = too many fields: there is { $size }, allowed is { $most } or less
settings-other-word = this is not allowed; allowed are { $allowed }
settings-no-form = this has none of the forms that are allowed here
settings-several-forms = this has several of the allowed forms at once; allowed is only one of them
settings-not-allowed = just this is not allowed here
settings-nothing-allowed = nothing may stand here
settings-too-much = there is too much of this to be checked to its end

# What of such a schema cannot be checked.
settings-pattern-unreadable = the pattern `{ $pattern }` cannot be read
settings-reference-astray = the reference `{ $reference }` leads nowhere within the schema
settings-keyword-unchecked = the keyword `{ $keyword }` is not supported
settings-no-schema = `{ $written }` stands where a schema should
