// Regions by name: their ids, or tags that they have.
import type { Selection } from '../traffic/document/policy.js'
import type { Candidate, Tier } from './step.js'

export const isAmong = ({ id, tags = [] }: Pick<Candidate, 'id' | 'tags'>, selection: Selection): boolean =>
  selection.includes(id) || tags.some(tag => selection.includes(tag))

export const selected = (candidates: Tier, selection: Selection): Tier =>
  candidates.filter(candidate => isAmong(candidate, selection))

/** What a map by id or tag says of a region: by its id, else by the first of its tags that the map has. */
export function valueFor({ id, tags = [] }: Candidate, values: Readonly<Record<string, number>>): number | undefined {
  const key = [id, ...tags].find(name => Object.hasOwn(values, name))
  return key === undefined ? undefined : values[key]
}
