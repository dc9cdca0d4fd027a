// Before keys are exchanged: which, how, what would be done when, and why it is done.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { DnssecView } from '../control-plane/admin/api.js'
import { call, headersOf } from './api.js'
import { DnssecCalendar } from './dnssec-calendar.js'
import { type Plan, usePlan, type Wish } from './dnssec-plan.js'
import { KINDS, type Kind } from './dnssec-words.js'
import { Waiting } from './parts.js'
import { ReasonForm } from './reason-form.js'
import { Sheet } from './sheet.js'
import { tell } from './toast.js'

interface RollProps {
  readonly view: DnssecView
  readonly onDone: () => void
  readonly onClose: () => void
}

const ALGORITHMS = ['ecdsap256sha256', 'ed25519', 'rsasha256'] as const
const HURRIED: readonly Kind[] = ['csk', 'ksk', 'zsk']

export function RollSheet({ view: { zone, kinds, keys }, onDone, onClose }: RollProps) {
  const kind = useSignal<Kind>(kinds[0] ?? 'csk')
  const emergency = useSignal(false)
  const split = useSignal(false)
  const others = ALGORITHMS.filter(name => keys.every(({ algorithm }) => algorithm.toLowerCase() !== name))
  const algorithm = useSignal<(typeof ALGORITHMS)[number]>(others[0] ?? 'ed25519')
  const isHurried = HURRIED.includes(kind.value) && emergency.value
  const maySplit = kind.value === 'csk' || (kind.value === 'algorithm' && keys.length === 1)
  const wish: Wish = {
    kind: kind.value,
    ...(isHurried ? { emergency: true } : {}),
    ...(maySplit && split.value ? { split: true } : {}),
    ...(kind.value === 'algorithm' ? { algorithm: algorithm.value } : {}),
  }
  const plan = usePlan(zone, wish)
  const submit = async (reason: string) => {
    const path = { zone }
    await call('POST', '/v1/zones/{zone}/dnssec/rollover', { path, body: { ...wish, reason } })
    onDone()
    tell(`It has begun: ${KINDS[kind.value][0]}.`, async () => {
      const header = headersOf({ reason: `undo: ${reason}` })
      await call('DELETE', '/v1/zones/{zone}/dnssec/rollover', { path, header })
      onDone()
    })
  }
  return (
    <Sheet title={`Exchange keys of ${zone}`} onClose={onClose}>
      <ReasonForm
        verb={kind.value === 'unsign' ? 'Begin to leave DNSSEC' : 'Begin to exchange'}
        danger={kind.value === 'unsign' || isHurried}
        hint="what for"
        ready={plan.calendar.value !== undefined}
        onSubmit={submit}
        onClose={onClose}
      >
        <label for="kind">What</label>
        <select
          id="kind"
          value={kind.value}
          onChange={event => {
            kind.value = event.currentTarget.value as Kind // one of the options
          }}
        >
          {kinds.map(each => (
            <option key={each} value={each}>
              {KINDS[each][0]}
            </option>
          ))}
        </select>
        {kind.value === 'algorithm' ? (
          <>
            <label for="algorithm">Algorithm</label>
            <select
              id="algorithm"
              value={algorithm.value}
              onChange={event => {
                algorithm.value = event.currentTarget.value as (typeof ALGORITHMS)[number] // likewise
              }}
            >
              {others.map(each => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </>
        ) : null}
        {HURRIED.includes(kind.value) ? (
          <Tick of={emergency}>In an emergency: the shortest way, since the old key may be in other hands</Tick>
        ) : null}
        {maySplit ? (
          <Tick of={split}>Into two keys: one that the parent knows, and one that signs the zone</Tick>
        ) : null}
        <PlanTold plan={plan}>{KINDS[kind.value][1]}</PlanTold>
      </ReasonForm>
    </Sheet>
  )
}

function Tick({ of, children }: { readonly of: { value: boolean }; readonly children: ComponentChildren }) {
  return (
    <label class="tick">
      <input
        type="checkbox"
        checked={of.value}
        onChange={event => {
          of.value = event.currentTarget.checked
        }}
      />{' '}
      {children}
    </label>
  )
}

export function PlanTold({
  plan: { calendar, complaint },
  children,
}: {
  readonly plan: Plan
  readonly children: ComponentChildren
}) {
  return (
    <div class="consequence">
      <p>{children}</p>
      {calendar.value === undefined ? (
        <Waiting what="what would be done when" error={complaint.value} />
      ) : (
        <DnssecCalendar calendar={calendar.value} isUnderWay={false} />
      )}
    </div>
  )
}
