// The sections of the document whose things have forms of the same kind: what they are called, and what stands in them. Pure.
import type { Schema } from './completion.js'
import { isMap } from './shape.js'

export interface Section {
  readonly title: string
  /** `the check` */
  readonly one: string
  /** In a sentence, what they are for. */
  readonly means: string
  /** What something new begins as. */
  readonly fresh: unknown
}

export const SECTIONS = {
  regions: {
    title: 'Regions',
    one: 'the region',
    means: 'A deployment behind its own load balancer: its addresses, where it is, and how it is probed.',
    fresh: {},
  },
  checks: {
    title: 'Checks',
    one: 'the check',
    means: 'How regions are probed. A region says which checks it has.',
    fresh: { type: 'http' },
  },
  latency: {
    title: 'Latency tables',
    one: 'the latency table',
    means: 'Round-trip times between clients and regions, from a file or learned, for policies that choose by them.',
    fresh: {},
  },
  safety: {
    title: 'Safety rules',
    one: 'the safety rule',
    means: 'What must hold whenever somebody, or something, moves traffic.',
    fresh: {},
  },
  zones: {
    title: 'Zones',
    one: 'the zone',
    means: 'Its name servers, times and signatures. Its records are edited name by name.',
    fresh: {},
  },
} as const satisfies Record<string, Section>

export type SectionId = keyof typeof SECTIONS

export const isSection = (id: string): id is SectionId => Object.hasOwn(SECTIONS, id)

/** Of one thing of the section. */
export function schemaOf(schema: Schema | undefined, section: SectionId): Schema | undefined {
  const entry = schema?.properties?.[section]?.additionalProperties
  return typeof entry === 'object' ? entry : undefined
}

/** `type http; port 8080; path /health`, in one line; a zone without its records. */
export function inWords(value: unknown): string {
  if (!isMap(value)) return JSON.stringify(value) ?? ''
  return Object.entries(value)
    .filter(([key]) => key !== 'records')
    .map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join('; ')
}
