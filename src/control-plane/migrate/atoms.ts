// Lists of addresses that have some in common: since an address has one region, each list becomes several regions.

/** @returns for each list the parts that it is made of; what is always together is one part */
export function atomsOf(lists: readonly (readonly string[])[]): readonly (readonly (readonly string[])[])[] {
  const members = new Map<string, number[]>()
  lists.forEach((list, i) => {
    for (const address of new Set(list)) members.set(address, [...(members.get(address) ?? []), i])
  })
  const parts = new Map<string, string[]>()
  for (const [address, places] of members) parts.set(places.join(), [...(parts.get(places.join()) ?? []), address])
  return lists.map(list => [...new Set(list.map(address => parts.get(members.get(address)!.join())!))])
}
