# What can go wrong between us and the database.
database-not-configured = no database: DATABASE_URL is not set
database-not-migrated = the database has not been migrated; run “worker migrate”
database-read-only = the database takes no changes: it is a standby, or set to be read-only. Use the address of the primary server
database-unreachable = the database cannot be reached: { $reason }
database-statement-failed = the database refused { $statement }: { $reason }
database-timed-out = the database did not answer { $statement } in time
database-lock-taken = the lock of this runner is held by another connection, perhaps its own lost one; it is taken as soon as that ends
database-no-row = { $statement } got no row, and always gets one; were rows changed by hand?
database-unknown-value = in the database, { $column } holds “{ $value }”, which this version does not know; is another version at work, or was it changed by hand?
database-url-syntax = { $variable } is no PostgreSQL address: { $reason }. Write postgresql://user:password@host:5432/database, with any of : / ? # [ ] @ % in user and password percent-encoded
database-url-scheme = { $variable } begins with { $scheme }://, which is no PostgreSQL address; give the one that begins with postgresql://
database-url-no-host = { $variable } names no host; write postgresql://user@host/database, or for a socket postgresql://user@/database?host=/var/run/postgresql
database-url-unencoded = { $variable } has more than one @ before its host; write an @ in user or password as %40
database-url-option = { $variable }: “{ $value }” is not allowed for the option { $option }; write { $allowed }
database-url-instead = { $variable }: { $written } is understood by other drivers only; write { $instead }
database-url-unknown-option = { $variable }: there is no option { $option }; take it out of the address
database-url-root-certificate = { $variable }: sslrootcert={ $path } cannot be used: { $reason }. Name a file this program can read with the certificates of the authority in PEM, or sslrootcert=system for the public authorities
database-url-binding-without-tls = { $variable }: channel_binding=require needs TLS, and sslmode=disable turns it off; write sslmode=require, or take channel_binding out
database-tls-missing = the database server offers no TLS, and the address asks for it; turn it on there (ssl = on), or write sslmode=prefer if the way there is safe
database-tls-expired = the certificate of the database server has expired; renew it there
database-tls-not-yet-valid = the certificate of the database server is not valid yet; compare its clock with that of this machine, or renew the certificate
database-tls-unknown-issuer = nobody this program trusts has signed the certificate of the database server; name the file with the certificate of its authority, or a self-signed one itself: sslrootcert=/path/to/ca.pem
database-tls-other-host = the certificate of the database server is for another host; put the name it was made for into the address, or have one made for this host
database-tls-failed = no encrypted connection to the database server: { $reason }
database-tls-unbound = the database server did not bind the password to the encrypted connection, as channel_binding=require asks for; it needs TLS and a password stored as scram-sha-256. Otherwise take channel_binding out of the address
