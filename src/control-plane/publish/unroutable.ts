// Networks that nobody can be located by.
import type { Family } from '../../dns/address.js'

/**
 * Networks without a place of their own on the internet (RFC 6890 and its updates). What a database says of them goes
 * before: an operator's own may well know where 10.20.0.0/16 is.
 */
export const UNROUTABLE: Readonly<Record<Family, readonly string[]>> = {
  4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/3',
  ],
  6: ['::/8', '100::/64', '2001:db8::/32', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
}
