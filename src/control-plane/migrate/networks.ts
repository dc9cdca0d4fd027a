// Rules for networks, without those that say what a broader one says.
import { contains, type Prefix, parsePrefix } from '../../dns/address.js'

/** Whether all of a network lies in another, which may be the same. */
export const containsPrefix = (outer: Prefix, inner: Prefix): boolean =>
  outer.bytes.length === inner.bytes.length && outer.length <= inner.length && contains(outer, inner.bytes)

/** @param rules by client what it has; the most specific counts, and a network goes before a place */
export function networksFirst<T>(
  rules: readonly (readonly [client: string, value: T])[],
): readonly (readonly [string, T])[] {
  const networks = rules.flatMap(([client, value]) => {
    const prefix = client.includes('/') ? parsePrefix(client) : undefined
    return prefix === undefined ? [] : [{ client, value, prefix }]
  })
  const places = rules.filter(([client]) => !client.includes('/'))
  const lone = places.length === 1 && places[0]![0] === '*' ? places[0]![1] : undefined
  const needed = networks.filter(({ client, value, prefix }) => {
    const around = networks
      .filter(other => other.client !== client && containsPrefix(other.prefix, prefix))
      .reduce<(typeof networks)[number] | undefined>(
        (best, other) => (best === undefined || other.prefix.length > best.prefix.length ? other : best),
        undefined,
      )
    return (around === undefined ? lone : around.value) !== value
  })
  return [...needed.map(({ client, value }) => [client, value] as const), ...places]
}
