// The form of what a fleet shares: which release may read what which other one has written. Pure.

/** Grows with every change that an older release would misread. */
export const MAJOR = 1
/** The key that tells it; whoever finds none writes its own. */
export const SCHEMA = 'schema'

export const SCHEMA_TEXT = JSON.stringify({ major: MAJOR })

/**
 * Why this release must not touch what is there, in words; undefined where it may. It reads its own form and the one
 * before it, so that releases next to each other work on one store while a fleet is upgraded node by node. What a
 * release does not know in a form that it knows is left alone.
 */
export function schemaRefusal(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const major = majorOf(text)
  if (major === undefined) return 'the store does not say of which form it is'
  if (major > MAJOR)
    return `the store is of form ${major}, and this release knows forms up to ${MAJOR}: upgrade this node`
  if (major < MAJOR - 1) return `the store is of form ${major}, which this release does not know any more`
  return undefined
}

function majorOf(text: string): number | undefined {
  try {
    const { major } = JSON.parse(text)
    return Number.isSafeInteger(major) ? major : undefined
  } catch {
    return undefined
  }
}
