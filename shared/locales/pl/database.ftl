# What can go wrong between us and the database.
database-not-configured = no database: DATABASE_URL is not set
database-not-migrated = the database has not been migrated; run “worker migrate”
database-unreachable = the database cannot be reached: { $reason }
database-statement-failed = the database refused { $statement }: { $reason }
database-timed-out = the database did not answer { $statement } in time
database-unexpected = the database holds something unexpected: { $reason }
database-url-syntax = { $variable } is no PostgreSQL address: { $reason }
database-url-option = { $variable }: “{ $value }” is not allowed for the option { $option }
