// Regions by id, by glob, or by tag: `us-west`, `us-*`, `tag:edge`. Pure.
import type { Region } from './document/region.js'

type Targeted = Pick<Region, 'id'> & { readonly tags?: readonly string[] | undefined }

/** Whether a target means a region: `*` is any text, `?` any one character, `tag:` looks at tags instead of the id. */
export function meets(target: string, region: Targeted): boolean {
  const tag = /^tag:(.*)$/.exec(target)?.[1]
  if (tag !== undefined) return region.tags?.some(own => glob(tag).test(own)) ?? false
  return glob(target).test(region.id)
}

export const meetsAny = (targets: readonly string[], region: Targeted): boolean =>
  targets.some(target => meets(target, region))

/** Of a whole text; `*` is any text, `?` any one character. */
export function glob(text: string): RegExp {
  const parts = text.replace(/[.*+?^${}()|[\]\\]/g, part => (part === '*' ? '.*' : part === '?' ? '.' : `\\${part}`))
  return new RegExp(`^${parts}$`, 's')
}

/** A target that can only mean one region, so that no such region is a mistake. */
export const isPlain = (target: string): boolean => !/[*?]/.test(target) && !target.startsWith('tag:')
