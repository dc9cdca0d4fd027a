// Before a zone is signed, or, when its parent has no DS any more, is taken out of signing: both are edits of the document.
import { call, get, headersOf } from './api.js'
import { usePlan } from './dnssec-plan.js'
import { PlanTold } from './dnssec-roll.js'
import { refresh } from './live.js'
import { ReasonForm } from './reason-form.js'
import { Sheet } from './sheet.js'
import { tell } from './toast.js'

interface SignProps {
  readonly zone: string
  /** Whether it is to be signed. */
  readonly to: boolean
  readonly onDone: () => void
  readonly onClose: () => void
}

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '')

interface Written {
  /** With or without the dot at the end. */
  readonly id: string
  readonly dnssec: unknown
}

/** As the document has it. */
async function readWritten(zone: string): Promise<Written> {
  const section = { path: { section: 'zones' as const }, query: { match: `${plain(zone)}*`, limit: '1000' } }
  const { entries } = await get('/v1/traffic/{section}', section)
  const found = entries.find(({ id }) => plain(id) === plain(zone))
  return { id: found?.id ?? zone, dnssec: (found?.value as { dnssec?: unknown } | undefined)?.dnssec } // zones are maps
}

export function SignSheet({ zone, to, onDone, onClose }: SignProps) {
  const put = async (id: string, dnssec: unknown, reason: string) => {
    await call('PATCH', '/v1/traffic/{section}/{id}', {
      path: { section: 'zones', id },
      header: headersOf({ reason }),
      body: { dnssec: dnssec ?? null },
    })
    await refresh()
    onDone()
  }
  const submit = async (reason: string) => {
    const { id, dnssec } = await readWritten(zone)
    await put(id, to ? true : undefined, reason)
    tell(to ? `${zone} is signed.` : `${zone} is signed no more.`, () => put(id, dnssec, `undo: ${reason}`))
  }
  const verb = to ? 'Sign it' : 'Take it out of signing'
  return (
    <Sheet title={`${verb}: ${zone}`} onClose={onClose}>
      <ReasonForm verb={verb} danger={!to} hint="what for" onSubmit={submit} onClose={onClose}>
        {to ? (
          <Signing zone={zone} />
        ) : (
          <p>The parent has no DS, and nobody remembers one: the zone is served without signatures from now on.</p>
        )}
      </ReasonForm>
    </Sheet>
  )
}

function Signing({ zone }: { readonly zone: string }) {
  return (
    <PlanTold plan={usePlan(zone, { kind: 'sign' })}>
      A key is made, and all that the zone answers is signed with it. Resolvers take no notice until the parent has a
      DS; until then this can be taken back at any time.
    </PlanTold>
  )
}
