// A document as zones of BIND: named.conf with a view for each kind of client that it tells apart, and the zone files of each.
import { isDeepStrictEqual } from 'node:util'
import type { TrafficDocument } from '../traffic/document.js'
import { firstChoices } from './bind-choice.js'
import { type View, viewsOf } from './bind-views.js'
import { type ExportedZone, zonesOf } from './sets.js'
import { type Exported, type ExportedFile, Told } from './told.js'
import { staticLines } from './zone-lines.js'

/** @param zone without its final dot; all zones unless told. @throws Error with a sentence where there is no such zone */
export function exportBind(document: TrafficDocument, zone?: string): Exported {
  const told = new Told()
  const zones = zonesOf(document, zone, told)
  const names = zones.flatMap(one =>
    one.plans.map(plan => ({ zone: one, plan, setsFor: firstChoices(document, plan, told) })),
  )
  const views = viewsOf(names, told)
  if (views.length > 1) tellViews(zones, views, told)
  const files = new Map<string, string>()
  const statements = views.map(() => [] as string[])
  for (const one of zones) {
    const head = staticLines(one, told)
    // That of everybody first: the others name its file where they have nothing of their own.
    for (const [i, view] of [...views.entries()].reverse()) {
      const text = head + view.lines.filter((_, place) => names[place]!.zone === one).join('')
      const file = fileFor(one, view, text, files)
      files.set(file, text)
      statements[i]!.push(`zone "${one.name}" { type primary; file "${file}"; };`)
    }
  }
  const conf: ExportedFile = { name: 'named.conf', text: configuration(views, statements) }
  return { files: [conf, ...[...files].map(([name, text]) => ({ name, text }))], findings: told.findings }
}

/** One that has this text already, or one of the view's own. */
function fileFor(zone: ExportedZone, view: View, text: string, files: ReadonlyMap<string, string>): string {
  const everybody = `${zone.name}.zone`
  if (!files.has(everybody)) return everybody
  const same = [...files].find(
    ([name, known]) => known === text && (name === everybody || name.startsWith(`${zone.name}@`)),
  )
  return same?.[0] ?? `${zone.name}@${view.name}.zone`
}

function configuration(views: readonly View[], statements: readonly (readonly string[])[]): string {
  if (views.length === 1) return statements[0]!.map(statement => `${statement}\n`).join('')
  return views
    .map(
      ({ name, clients }, i) =>
        `view "${name}" {\n  match-clients { ${clients.map(client => `${client};`).join(' ')} };\n${statements[i]!.map(statement => `  ${statement}\n`).join('')}};\n`,
    )
    .join('')
}

function tellViews(zones: readonly ExportedZone[], views: readonly View[], told: Told): void {
  for (const { name, plans, zone } of zones)
    if (plans.length > 0 && !isDeepStrictEqual(zone.ecsTrust, []))
      told.lose(name, 'views go by the address that asks: BIND reads no client subnet')
  if (views.some(({ clients }) => clients.some(client => client.startsWith('geoip'))))
    told.lose('named.conf', 'BIND looks places up in databases of its own: "geoip-directory" has to name their folder')
}
