// The traffic document, as a text or thing by thing.
import { DocumentView } from './document-view.js'
import { LatencyUpload } from './latency-upload.js'
import { linkTo, place } from './router.js'
import { isSection, SECTIONS, type SectionId } from './sections.js'
import { Thing } from './thing.js'
import { Things } from './things.js'

/** Zones and policies have views of their own. */
const TABS: readonly SectionId[] = ['regions', 'checks', 'latency', 'safety']

export function Document() {
  const { query } = place.value
  const [section, id] = [query.get('section') ?? '', query.get('id')]
  if (!isSection(section)) return <DocumentView tabs={<Tabs current="" />} />
  return (
    <>
      <div class="bar">
        <h1>
          {id === null ? (
            'The traffic document'
          ) : (
            <>
              {SECTIONS[section].title}: <code>{id}</code>
            </>
          )}
        </h1>
        <Tabs current={section} />
      </div>
      {id === null ? (
        <Things section={section} />
      ) : (
        <>
          <Thing key={`${section} ${id}`} section={section} id={id} back={{ view: 'document', query: { section } }} />
          {section === 'latency' ? <LatencyUpload key={id} table={id} /> : null}
        </>
      )}
    </>
  )
}

function Tabs({ current }: { readonly current: string }) {
  const tabs = [['', 'As a text'], ...TABS.map(id => [id, SECTIONS[id].title])] as const
  return (
    <nav aria-label="Ways to edit it" class="tabs">
      {tabs.map(([section = '', title]) => (
        <a key={section} href={linkTo('document', { section })} aria-current={section === current ? 'page' : undefined}>
          {title}
        </a>
      ))}
      <a href={linkTo('policies')}>Policies</a>
      <a href={linkTo('zones')}>Zones</a>
    </nav>
  )
}
