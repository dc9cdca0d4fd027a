// At least, at most, or exactly so many of a set of regions serve clients.
import { meetsAny } from '../../traffic/region-glob.js'
import type { Gauge } from './scene.js'

export const count: Gauge<'count'> = ({ bound, count, of }, { stands }) => {
  const about = [...stands.values()].filter(({ region }) => meetsAny(of, region))
  const serving = about.filter(({ share }) => share > 0).map(({ region }) => region.id)
  const idle = about.filter(({ share }) => share === 0).map(({ region }) => region.id)
  const few = bound === 'at-most' ? 0 : Math.max(0, count - serving.length)
  const many = bound === 'at-least' ? 0 : Math.max(0, serving.length - count)
  const asked = `${bound.replace('-', ' ')} ${count}`
  return {
    missing: few + many,
    words: `${serving.length} of ${about.length} regions serve (${of.join(', ')}), and it must be ${asked}`,
    remedy: few > 0 ? `bring back ${one(few, idle)} first` : `take out ${one(many, serving)} first`,
  }
}

const one = (number: number, ids: readonly string[]): string =>
  ids.length === 0 ? `${number} more` : ids.length === number ? ids.join(' and ') : `${number} of ${ids.join(', ')}`
