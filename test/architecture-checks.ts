// Holds modules against the architecture of architecture-rules.ts. Pure; each check returns what breaks the rule, in words.
import type { Import, Module } from './architecture.js'
import type { Family, Layer } from './architecture-rules.js'

export const isIn = (id: string, places: readonly string[]): boolean =>
  places.some(place => (place.endsWith('/') ? id.startsWith(place) : id === place))

const isOurs = (to: string): boolean => to.startsWith('src/')

export const arrow = ({ id }: Module, { to, kind }: Import): string => `${id} → ${to} (${kind})`

/** Imports of the project's own modules, in `layer.place`, that the layer does not allow; `within` limits which are looked at. */
export function breaches(modules: readonly Module[], layer: Layer, within = 'src/'): readonly string[] {
  const allowed = ({ to, kind }: Import): boolean =>
    isIn(to, [layer.place, ...layer.may]) || (kind === 'type' && isIn(to, layer.mayTypes ?? []))
  return modules
    .filter(({ id }) => isIn(id, [layer.place]))
    .flatMap(module => module.imports.filter(i => isIn(i.to, [within]) && !allowed(i)).map(i => arrow(module, i)))
}

/** Members that import one another, or more than types from their table. */
export function meddling(
  modules: readonly Module[],
  { folder, table, members, ground = [] }: Family,
): readonly string[] {
  const isMember = (id: string): boolean => {
    const name = id.startsWith(folder) ? id.slice(folder.length) : ''
    return name !== '' && name !== table && !ground.includes(name) && (members === undefined || members.includes(name))
  }
  const wrong = ({ to, kind }: Import): boolean => isMember(to) || (to === folder + table && kind !== 'type')
  return modules
    .filter(({ id }) => isMember(id) || ground.some(name => id === folder + name))
    .flatMap(module => module.imports.filter(wrong).map(i => arrow(module, i)))
}

/** Imports of a package outside of its places. */
export function strays(modules: readonly Module[], name: string, places: readonly string[]): readonly string[] {
  const matches = (to: string): boolean => (name.endsWith('*') ? to.startsWith(name.slice(0, -1)) : to === name)
  return modules
    .filter(({ id }) => !isIn(id, places))
    .flatMap(module => module.imports.filter(({ to }) => matches(to)).map(i => arrow(module, i)))
}

/** Circles of value imports, each once: `a → b → a`. Types and threads close no circle, since nothing waits for them to load. */
export function circles(modules: readonly Module[]): readonly string[] {
  const byId = new Map(modules.map(module => [module.id, module]))
  const done = new Set<string>()
  const found: string[] = []
  const walk = (id: string, trail: readonly string[]): void => {
    if (trail.includes(id)) found.push([...trail.slice(trail.indexOf(id)), id].join(' → '))
    if (trail.includes(id) || done.has(id)) return
    for (const { to, kind } of byId.get(id)?.imports ?? []) {
      if (kind === 'value' && isOurs(to)) walk(to, [...trail, id])
    }
    done.add(id)
  }
  for (const { id } of modules) walk(id, [])
  return found
}
