export const HELP = `Proves the audit trail: that its entries are those that were sealed, none changed, deleted or added.

npm run audit:verify -- [options]
  --head H    a head of the chain that was kept outside the database: 64 hexadecimal digits, or a file such as SEAL_FILE;
              may be given several times
  --full      reads everything, also what PROVEN_FILE says was proven before
  --help      shows this text

It reads one snapshot of the database in DATABASE_URL (a standby will do), or of the embedded one under DATA_DIR, and
changes nothing there but the list of proofs, if it may. The exit code is 0 when everything holds, and 1 when anything does not.
`;
