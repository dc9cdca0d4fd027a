// A cable in the proof's network namespace, at the end of which packets to one address can be made to vanish (ip-link(8), veth).
import { execFileSync } from 'node:child_process'

/** The address that becomes a black hole. RFC 5737: nobody's. */
export const HOLE = '192.0.2.9'

const ip = words => execFileSync('ip', words.split(' '), { stdio: ['ignore', 'ignore', 'inherit'] })

/** Loopback; a cable whose other end hears nobody, since nobody has the hardware address that is written on it; and the address, here as yet. */
export function layCable() {
  ip('link set lo up')
  ip('link add near type veth peer name far')
  ip('address add 192.0.2.1/24 dev near')
  for (const end of ['near', 'far']) ip(`link set ${end} up`)
  ip(`neighbour add ${HOLE} lladdr 02:00:00:00:00:09 dev near`)
  ip(`address add ${HOLE}/32 dev lo`)
}

/** From now on all that is sent to it vanishes. */
export const openHole = () => ip(`address del ${HOLE}/32 dev lo`)
