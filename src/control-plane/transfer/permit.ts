// Who may have a zone, and what a key may change in it. Pure.
import { type AddressBytes, contains } from '../../dns/address.js'
import { equalNames, labels, type Name, nameKey } from '../../dns/name.js'
import type { Grant, Transfer } from '../traffic/document/zone.js'

/** Whether one of the list holds: the network of the sender, or the key that the request was signed with. */
export const mayTransfer = ({ allow }: Transfer, sender: AddressBytes, key: Name | undefined): boolean =>
  allow.some(permit =>
    permit.kind === 'network' ? contains(permit.prefix, sender) : key !== undefined && equalNames(permit.key, key),
  )

export const grantsOf = (update: readonly Grant[], key: Name): readonly Grant[] =>
  update.filter(grant => equalNames(grant.key, key))

export const mayChange = (grants: readonly Grant[], owner: Name, type: number): boolean =>
  grants.some(({ names, types }) => types.includes(type) && names.some(pattern => matches(pattern, owner)))

/** A label `*` of the pattern stands for any one label. */
function matches(pattern: Name, name: Name): boolean {
  const wanted = labels(pattern).map(labelKey)
  const there = labels(name).map(labelKey)
  return wanted.length === there.length && wanted.every((label, i) => label === '*' || label === there[i])
}

const labelKey = (label: Uint8Array): string => nameKey(label)
