// What a zone says of itself: its name servers, times and signatures. Its records have forms of their own.
import { Waiting } from './parts.js'
import { useReading } from './reading.js'
import { linkTo } from './router.js'
import { Thing } from './thing.js'

const RECORDS = ['records'] as const

export function ZoneSettings({ zone }: { readonly zone: string }) {
  const { value, complaint } = useReading('/v1/traffic/{section}', {
    path: { section: 'zones' },
    query: { match: `${plain(zone)}*` },
  })
  // As the document writes it: with or without the dot at the end.
  const written = value?.entries.find(({ id }) => plain(id) === plain(zone))?.id
  return (
    <>
      <div class="bar">
        <h1>Zone {zone}</h1>
        <a href={linkTo('zones', { zone })}>Its records</a>
      </div>
      {value === undefined ? (
        <Waiting what="the zone" error={complaint} />
      ) : (
        <Thing
          key={written}
          section="zones"
          id={written ?? plain(zone)}
          without={RECORDS}
          back={{ view: 'zones', query: {} }}
        />
      )}
    </>
  )
}

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '')
