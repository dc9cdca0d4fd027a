// The rollover that is under way: what it waits for, its calendar, and the way back while there is one.
import { useSignal } from '@preact/signals'
import type { DnssecView } from '../control-plane/admin/api.js'
import { call, headersOf, may } from './api.js'
import { DnssecCalendar } from './dnssec-calendar.js'
import { SignSheet } from './dnssec-sign.js'
import { KINDS } from './dnssec-words.js'
import { Panel, Until } from './parts.js'
import { ReasonForm } from './reason-form.js'
import { Sheet } from './sheet.js'
import { tell } from './toast.js'

interface Shown {
  readonly view: DnssecView
  readonly onDone: () => void
}

export function Rollover({ view, onDone }: Shown) {
  const { zone, rollover } = view
  const asked = useSignal<'back' | 'out' | undefined>(undefined)
  const close = () => {
    asked.value = undefined
  }
  if (rollover === undefined) return null
  const { kind, emergency, stage, stages, waits, calendar, reversible, actor, reason } = rollover
  const rests = waits.length === 0
  return (
    <Panel
      title={`Under way: ${KINDS[kind][0]}${emergency ? ', in an emergency' : ''}`}
      aside={
        <div class="buttons">
          {rests && kind === 'unsign' && may('edit') ? (
            <button
              type="button"
              onClick={() => {
                asked.value = 'out'
              }}
            >
              Take it out of signing …
            </button>
          ) : null}
          {reversible && may('admin') ? (
            <button
              type="button"
              onClick={() => {
                asked.value = 'back'
              }}
            >
              Take it back …
            </button>
          ) : null}
        </div>
      }
    >
      <p>
        Stage {stage} of {stages}, begun by {actor}
        {reason === '' ? '.' : `: ${reason}.`} {rests ? 'It rests here.' : ''}
      </p>
      {waits.map(wait => (
        <p key={wait.for} class={wait.until === undefined ? 'notice told-alarm' : ''}>
          <Wait wait={wait} />
        </p>
      ))}
      <DnssecCalendar calendar={calendar} isUnderWay />
      {asked.value === 'back' ? <BackSheet zone={zone} kind={kind} onDone={onDone} onClose={close} /> : null}
      {asked.value === 'out' ? <SignSheet zone={zone} to={false} onDone={onDone} onClose={close} /> : null}
    </Panel>
  )
}

const FORGOTTEN = {
  keys: 'the keys as they were',
  zone: 'the records as they were',
  parent: 'the DS as it was',
} as const

function Wait({ wait: { for: what, until } }: { readonly wait: NonNullable<DnssecView['rollover']>['waits'][number] }) {
  if (until === undefined)
    return (
      <>
        It waits for the parent to have what it is asked for. Where the parent does not read CDS records, give it to the
        registrar; it is below.
      </>
    )
  return (
    <>
      It waits until resolvers have forgotten {FORGOTTEN[what]}: <Until at={until} /> still.
    </>
  )
}

function BackSheet({
  zone,
  kind,
  onDone,
  onClose,
}: {
  readonly zone: string
  readonly kind: NonNullable<DnssecView['rollover']>['kind']
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const submit = async (reason: string) => {
    await call('DELETE', '/v1/zones/{zone}/dnssec/rollover', { path: { zone }, header: headersOf({ reason }) })
    onDone()
    tell('It is taken back: the keys are as they were.')
  }
  return (
    <Sheet title={`Take it back: ${KINDS[kind][0]}`} onClose={onClose}>
      <p>
        {kind === 'unsign'
          ? 'The parent is asked for the DS again. Where it has taken it away, it has to come back.'
          : 'Nothing depends on the new keys yet: they are put aside, and the zone is signed as before.'}
      </p>
      <ReasonForm verb="Take it back" hint="what for" onSubmit={submit} onClose={onClose} />
    </Sheet>
  )
}
