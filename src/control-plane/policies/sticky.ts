// The step `sticky`: a client network keeps its region among equals, and how large such a network is.
import type { Maker } from './step.js'

export const sticky: Maker<'sticky'> = ({ bits }) => ({
  kind: 'share',
  sharing: { by: 'network', bits },
  tell: () => `a client network (IPv4 /${bits[4]}, IPv6 /${bits[6]}) keeps its region among equals`,
})
