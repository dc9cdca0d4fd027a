// BIND, with static data only: it has no notion of near.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ZONE, zoneFile } from '../world.mjs'

export const bind = {
  name: 'bind',
  program: 'named',
  answers: ['static', 'nxdomain', 'tcp', 'million'],

  configure(folder, { port, zone, workers }) {
    writeFileSync(join(folder, 'zone'), zoneFile(zone))
    writeFileSync(join(folder, 'named.conf'), config(folder, port))
    return { command: 'named', words: ['-4', '-g', '-n', String(workers), '-c', join(folder, 'named.conf')] }
  },
}

const config = (folder, port) => `
options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  minimal-responses yes;
  notify no;
  dnssec-validation no;
  allow-transfer { none; };
};
controls { };
zone "${ZONE}" { type primary; file "zone"; };
`
