// What is around every view: where one is, how things stand, and what has just been done.
import { holds, lookOnly, session, signOut } from './api.js'
import { Audit } from './audit.js'
import { Dnssec } from './dnssec.js'
import { Document } from './document.js'
import { Drills } from './drills.js'
import { Explain } from './explain.js'
import { Fleet } from './fleet.js'
import { History } from './history.js'
import { Incidents } from './incidents.js'
import { regions, silence, status } from './live.js'
import { Clock } from './moment.js'
import { NodeView } from './node-view.js'
import { Since } from './parts.js'
import { Policies } from './policies.js'
import { Regions } from './regions.js'
import { linkTo, place } from './router.js'
import { focusContent, Shortcuts, showShortcuts } from './shortcuts.js'
import { serves } from './standing.js'
import { Toast } from './toast.js'
import { Traffic } from './traffic.js'
import { World } from './world.js'
import { Zones } from './zones.js'

const VIEWS = {
  world: { title: 'World', View: World },
  regions: { title: 'Regions', View: Regions },
  incidents: { title: 'Incidents', View: Incidents },
  drills: { title: 'Drills', View: Drills },
  explain: { title: 'Explain', View: Explain },
  traffic: { title: 'Traffic', View: Traffic },
  zones: { title: 'Zones', View: Zones },
  dnssec: { title: 'DNSSEC', View: Dnssec },
  policies: { title: 'Policies', View: Policies },
  document: { title: 'Document', View: Document },
  history: { title: 'History', View: History },
  audit: { title: 'Audit', View: Audit },
  fleet: { title: 'Fleet', View: Fleet },
  node: { title: 'Node', View: NodeView },
} as const

const isView = (name: string): name is keyof typeof VIEWS => Object.hasOwn(VIEWS, name)

export function Frame() {
  const { view } = place.value
  const current = isView(view) ? view : 'world'
  const { View, title } = VIEWS[current]
  document.title = `${title} · Meridian`
  return (
    <>
      <button type="button" class="skip" onClick={focusContent}>
        To the content
      </button>
      <header>
        <a class="brand" href={linkTo('world')}>
          Meridian
        </a>
        <nav aria-label="Views">
          {viewsToShow().map(([name, { title }]) => (
            <a key={name} href={linkTo(name)} aria-current={name === current ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <Standing />
        <div class="session">
          <LookOnly />
          <button
            type="button"
            class="plain"
            title={`${session.value?.name} may ${session.value?.scopes.join(', ')}`}
            onClick={() => void signOut()}
          >
            Sign out
          </button>
        </div>
      </header>
      <Alarms />
      <main id="content" tabIndex={-1} class={`view ${current}`}>
        <View />
      </main>
      <footer>
        <a href="https://db-ip.com">IP Geolocation by DB-IP</a>
        <span>{status.value === undefined ? '' : `Meridian ${status.value.release}`}</span>
        <a href="/docs">API</a>
        <Clock />
        <button type="button" class="plain" aria-keyshortcuts="?" onClick={showShortcuts}>
          Keys <kbd>?</kbd>
        </button>
        <GeoWarning />
      </footer>
      <Shortcuts titleOf={view => (isView(view) ? VIEWS[view].title : view)} />
      <Toast />
    </>
  )
}

/** What the token does not open is not offered. */
const viewsToShow = () => Object.entries(VIEWS).filter(([name]) => name !== 'audit' || holds('admin'))

/** Who may change things can put that off, so that no hand slips. */
function LookOnly() {
  if (!holds('operate') && !holds('edit')) return <span class="held">read only</span>
  const on = lookOnly.value === 'on'
  return (
    <button
      type="button"
      class={on ? 'held' : 'plain'}
      aria-pressed={on}
      title={on ? 'Press to be able to change things again' : 'Press to look, and to change nothing by mistake'}
      onClick={() => {
        lookOnly.value = on ? 'off' : 'on'
      }}
    >
      Read only
    </button>
  )
}

/** The one line that tells whether to worry. */
function Standing() {
  const out = (regions.value ?? []).filter(region => !serves(region))
  if (regions.value === undefined) return <p class="standing">Asking …</p>
  const total = regions.value.length
  if (total === 0) return <p class="standing">There is no region yet</p>
  if (out.length === 0)
    return (
      <p class="standing" role="status">
        <span class="dot up" aria-hidden="true" /> {total === 1 ? 'The region is up' : `All ${total} regions are up`}
      </p>
    )
  return (
    <p class="standing" role="status">
      <span class="dot down" aria-hidden="true" />{' '}
      <a href={linkTo('regions')}>
        {out.length} of {total} out: {out.map(({ id }) => id).join(', ')}
      </a>
    </p>
  )
}

/** What somebody has to do something about. */
function Alarms() {
  const node = status.value
  const refused = node?.document.refused
  return (
    <div class="alarms" role="alert">
      {silence.value === undefined ? null : (
        <p class="alarm">
          The server cannot be reached since <Since at={silence.value.since} />: what is shown may be old. DNS is
          answered by threads of their own.
        </p>
      )}
      {refused === undefined ? null : (
        <p class="alarm">
          {node?.document.name} cannot be used; the last good version goes on serving.{' '}
          <a href={linkTo('document')}>
            {refused.problems.length === 1 ? 'One problem' : `${refused.problems.length} problems`}
          </a>
        </p>
      )}
      {(node?.brokenRules ?? []).map(({ rule, words }) => (
        <p key={rule} class="alarm">
          The safety rule {rule} is broken: {words}.
        </p>
      ))}
    </div>
  )
}

/** Old geo data mislead slowly: it is said on every page, and shouted on none. */
function GeoWarning() {
  const old = (status.value?.databases ?? []).filter(({ warning }) => warning !== undefined)
  if (old.length === 0) return null
  const days = Math.floor(Math.max(...old.map(({ ageDays }) => ageDays)))
  return (
    <a class="notice" href={linkTo('node')}>
      Geo data: {days} days old
    </a>
  )
}
