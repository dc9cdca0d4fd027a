// Who is there.
export const NODES = ['ns1', 'ns2', 'ns3']
/** Of the store. */
export const MEMBERS = ['m0', 'm1', 'm2']
export const REGIONS = ['r1', 'r2', 'r3', 'r4']
